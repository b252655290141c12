#include "tests/sdk/support.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

extern char** environ;

namespace deskbell::test {
namespace {

constexpr const char* kSite = R"json({
  "site": "demo", "name": "Fern & Field", "greeting": "Hello!", "origins": ["http://127.0.0.1:1"],
  "answers": [
    {"id": "0193c0de-0000-7000-8000-000000000001", "title": "Delivery times",
     "text": "Hello {{customer.name|there}}, a parcel takes two days. {{agent.name}}",
     "keywords": ["delivery"], "scope": "everyone", "language": "en", "shortcut": "late",
     "replies": ["Thank you"], "translations": [{"language": "de", "title": "Lieferzeit",
     "text": "Hallo {{customer.name|zusammen}}, ein Paket braucht zwei Tage. {{agent.name}}"}]},
    {"id": "0193c0de-0000-7000-8000-000000000003", "title": "Last year's delivery", "to": 1,
     "text": "A parcel took three days.", "keywords": ["delivery"], "scope": "team", "language": "en"},
    {"id": "0193c0de-0000-7000-8000-000000000002", "title": "Order status",
     "text": "Hello {{customer.name|there}}, order {{order.id}} is on its way.",
     "keywords": ["order"], "scope": "team", "language": "en"}]})json";

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "deskbell-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Process::Process(std::vector<std::string> arguments, std::vector<std::string> environment) {
  std::array<int, 2> in = {}, out = {};
  if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  const std::string errors = folder_ / "errors";
  posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                   0600);
  for (char** each = environ; *each; ++each) environment.emplace_back(*each);
  const int failed = ::posix_spawnp(&pid_, arguments.front().c_str(), &actions, nullptr,
                                    pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
  if (failed) throw std::runtime_error("cannot start " + arguments.front());
}

Process::~Process() {
  if (exit_code_ < 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  close_input();
  ::close(output_);
}

void Process::write(std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(input_, text.data(), text.size());
    if (count <= 0) throw std::runtime_error("the program does not read its input");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void Process::close_input() {
  if (input_ >= 0) ::close(std::exchange(input_, -1));
}

std::string Process::read_line() {
  for (;;) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> bytes;
    const auto count = ::read(output_, bytes.data(), bytes.size());
    if (count <= 0) return std::exchange(read_, "");
    read_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

std::string Process::read_all() {
  std::array<char, 4096> bytes;
  ssize_t count = 0;
  while ((count = ::read(output_, bytes.data(), bytes.size())) > 0)
    read_.append(bytes.data(), static_cast<std::size_t>(count));
  return std::exchange(read_, "");
}

std::string Process::errors() const {
  std::ifstream file(folder_ / "errors");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void Process::signal(int number) {
  ::kill(pid_, number);
}

int Process::wait() {
  if (exit_code_ >= 0) return exit_code_;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

int run(std::vector<std::string> arguments, std::string_view input, std::string& output,
        std::vector<std::string> environment) {
  Process process(std::move(arguments), std::move(environment));
  process.write(input);
  process.close_input();
  output = process.read_all();
  const int exit_code = process.wait();
  output += process.errors();
  return exit_code;
}

Hub::Hub(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
  std::ofstream(folder_ / "site.json") << kSite;
  add_agent("ada", "Ada Example");
  add_agent("ben", "Ben Example");
  start();
}

Hub::~Hub() {
  if (!process_) return;
  process_->signal(SIGTERM);
  BOOST_TEST(process_->wait() == 0, "the hub: " << process_->errors());
}

void Hub::add_agent(const std::string& login, const std::string& name) {
  std::string output;
  const int exit_code =
      run({DESKBELL_PROGRAM, "account", "add", "--data", folder_ / "data", "--site", "demo",
           "--login", login, "--name", name, "--password-stdin"},
          std::string(kPassword) + "\n", output);
  BOOST_REQUIRE_MESSAGE(exit_code == 0, output);
}

void Hub::kill() {
  process_->signal(SIGKILL);
  process_->wait();
  process_.reset();
}

void Hub::start() {
  std::vector<std::string> command = {DESKBELL_PROGRAM, "serve", "--data", folder_ / "data",
                                      "--port",         port_,   "--site", folder_ / "site.json"};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  process_ = std::make_unique<Process>(std::move(command));
  const std::string line = process_->read_line();
  const auto begin = line.find("http://");
  BOOST_REQUIRE_MESSAGE(begin != std::string::npos, line << process_->errors());
  url_ = line.substr(begin);
  port_ = url_.substr(url_.rfind(':') + 1);
}

void Hub::import_answers(const std::string& path) {
  kill();
  std::string output;
  const int exit_code = run(
      {DESKBELL_PROGRAM, "answers", "import", path, "--data", folder_ / "data", "--site", "demo"},
      "", output);
  BOOST_REQUIRE_MESSAGE(exit_code == 0, output);
  start();
}

void wait_until(sdk::Client& client, const std::function<bool()>& holds) {
  using namespace std::chrono_literals;
  // The state may have come before its change was asked for; so look anyway from time to time.
  while (!holds()) (void)client.wait_for_change(200ms);
}

sdk::Client open_agent(const Hub& hub, const std::string& store, const std::string& login) {
  auto client =
      sdk::Client::open(
          {.hub = hub.url(), .site = "demo", .store = store, .on_change = {}, .connect = true})
          .value();
  if (!client.identity()) client.sign_in(login, Hub::kPassword).get().value();
  return client;
}

sdk::Client open_customer(const Hub& hub, const std::string& store) {
  return open_customer_at(hub.url(), store);
}

sdk::Client open_customer_at(const std::string& url, const std::string& store) {
  return sdk::Client::open_as_customer(
             {.hub = url, .site = "demo", .store = store, .on_change = {}, .connect = true})
      .value();
}

std::vector<std::string> texts(const sdk::Client& client, const std::string& conversation) {
  std::vector<std::string> result;
  const auto messages = client.messages(conversation);
  if (!messages) return result;
  for (const sdk::Message& message : *messages) result.push_back(message.text);
  return result;
}

std::string only_conversation(const sdk::Client& client) {
  const auto list = client.conversations().value();
  return list.size() == 1 ? list.front().id : "";
}

}  // namespace deskbell::test
