#include "cli/agent/agent_command.h"

#include <deskbell/client.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "cli/agent/commands.h"
#include "cli/agent/input.h"
#include "cli/agent/safe_text.h"
#include "cli/agent/terminal.h"

namespace deskbell::cli {
namespace {

/// Wakes the terminal from the SDK's thread.
class WakePipe {
 public:
  WakePipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
  }
  ~WakePipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  WakePipe(const WakePipe&) = delete;
  WakePipe& operator=(const WakePipe&) = delete;

  void wake() const {
    // A full pipe wakes as well.
    if (::write(ends_[1], "!", 1) < 0) return;
  }
  int readable() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value || !*value) return std::nullopt;
  return value;
}

/// A person's store for one login at one hub, where the system keeps data of programs.
std::string default_store(const AgentOptions& options) {
  const std::string data =
      environment("XDG_DATA_HOME").value_or(environment("HOME").value_or(".") + "/.local/share");
  std::string name = options.hub + "_" + options.site + "_" + options.login;
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    if (!plain) c = '_';
  }
  return data + "/deskbell/" + name + ".db";
}

bool wants_colour() {
  const auto terminal = environment("TERM");
  return ::isatty(STDOUT_FILENO) && !environment("NO_COLOR") && terminal && *terminal != "dumb";
}

/// The agent's client with everything it needs.
class Session {
 public:
  explicit Session(const AgentOptions& options);

  int run();

 private:
  bool prepare();
  bool sign_in();
  std::optional<std::string> password();
  void send_the_rest();
  int run_terminal();
  int run_pipe();
  void greet();
  std::string prompt() const;
  void report(const Outcome& outcome, const std::string& place) const;

  const AgentOptions& options_;
  const bool interactive_;
  WakePipe news_;
  LineInput input_;
  std::optional<std::string> given_password_;
  std::optional<sdk::Client> client_;
  Screen screen_;
};

Session::Session(const AgentOptions& options)
    : options_(options),
      interactive_(::isatty(STDIN_FILENO) && ::isatty(STDOUT_FILENO)),
      input_(STDIN_FILENO),
      screen_(std::cout, wants_colour(), interactive_ ? Terminal::columns() : 0) {}

int Session::run() {
  if (!prepare()) return kExitFailed;
  const int exit_code = interactive_ ? run_terminal() : run_pipe();
  send_the_rest();
  return exit_code;
}

/// Who writes and leaves means to have written: with a hub in reach, it takes a moment only. What
/// is left over is safe, and goes out next time.
void Session::send_the_rest() {
  using namespace std::chrono;
  constexpr seconds kMoment(3);
  const auto end = steady_clock::now() + kMoment;
  while (client_->status().unsent > 0 && client_->status().connection == sdk::Connection::live) {
    const auto left = duration_cast<milliseconds>(end - steady_clock::now());
    if (left.count() <= 0) break;
    (void)client_->wait_for_change(std::min(left, milliseconds(200)));
  }
  const std::int64_t unsent = client_->status().unsent;
  if (interactive_ && unsent > 0) {
    screen_.line(std::to_string(unsent) + " unsent: kept on this device, and sent next time.");
    std::cout.flush();
  }
}

bool Session::prepare() {
  given_password_ = environment("DESKBELL_PASSWORD");
  if (options_.password_stdin) {
    const auto line = input_.next();
    if (!line || line->too_long) {
      std::cerr << "error: --password-stdin needs the password as the first line of the input.\n";
      return false;
    }
    given_password_ = line->text;
  }
  auto client =
      sdk::Client::open({.hub = options_.hub,
                         .site = options_.site,
                         .store = options_.store.empty() ? default_store(options_) : options_.store,
                         .on_change = [this] { news_.wake(); },
                         .connect = true});
  if (!client) {
    std::cerr << "error: " << safe_line(client.error().message) << '\n';
    return false;
  }
  client_.emplace(*std::move(client));
  return client_->identity() || sign_in();
}

bool Session::sign_in() {
  const auto secret = password();
  if (!secret) {
    std::cerr << "error: A password is needed to sign in here for the first time: use "
                 "--password-stdin, set DESKBELL_PASSWORD, or start this at a terminal.\n";
    return false;
  }
  const auto identity = client_->sign_in(options_.login, *secret).get();
  if (identity) return true;
  std::cerr << "error: " << safe_line(identity.error().message) << '\n';
  return false;
}

std::optional<std::string> Session::password() {
  if (given_password_) return given_password_;
  if (!interactive_) return std::nullopt;
  return ask_password("Password of " + options_.login + ": ");
}

int Session::run_terminal() {
  Desk desk(*client_, screen_);
  std::optional<Terminal> terminal;
  Commands commands(*client_, desk, screen_,
                    {options_.login, options_.timeout_seconds, [this] { return password(); },
                     [&](const std::string& question) { return terminal->ask(question); }});
  const auto where = [&] {
    const std::string open = commands.where();
    return (open.empty() ? "" : open + " ") + prompt();
  };
  terminal.emplace(Terminal::Setup{
      news_.readable(), [&] { return desk.notices(); }, where,
      [&](std::string_view line) { commands.typed(line); },
      [&](std::string_view line) { return commands.completions(line); },
      [&](std::size_t digit, std::string_view line) { return commands.inserted(digit, line); }});
  greet();
  for (const std::string& notice : desk.notices()) screen_.line(notice);
  std::cout.flush();
  while (const auto line = terminal->read_line()) {
    screen_.set_columns(Terminal::columns());
    const Outcome outcome = commands.run(*line);
    for (const std::string& notice : desk.notices()) screen_.line(notice);
    std::cout.flush();
    if (outcome.kind == Outcome::Kind::quit) return 0;
    report(outcome, "");
  }
  std::cout << '\n';
  return 0;
}

int Session::run_pipe() {
  Desk desk(*client_, screen_);
  Commands commands(*client_, desk, screen_,
                    {options_.login, options_.timeout_seconds, [this] { return password(); }, {}});
  desk.number_all();  // numbers stand from the beginning, newest first
  int exit_code = 0;
  for (std::size_t number = 1; const auto line = input_.next(); ++number) {
    const Outcome outcome = line->too_long
                                ? Outcome::failed("The line is longer than a message may be.")
                                : commands.run(line->text);
    std::cout.flush();
    if (outcome.kind == Outcome::Kind::quit) break;
    report(outcome, "line " + std::to_string(number) + ": ");
    if (outcome.kind == Outcome::Kind::failed) exit_code = kExitFailed;
    if (outcome.kind == Outcome::Kind::timed_out) return kExitTimedOut;
  }
  if (std::cout.good()) return exit_code;
  std::cerr << "error: The output could not be written.\n";
  return kExitFailed;
}

void Session::greet() {
  const auto self = client_->identity();
  const auto site = client_->site();
  const std::string shop = site && !site->name.empty() ? site->name : options_.site;
  screen_.line(screen_.bold("Deskbell") + " · " + (self ? safe_line(self->name) : "") + " at " +
               safe_line(shop));
  screen_.line(screen_.dim("help lists the commands; Tab completes them."));
}

std::string Session::prompt() const {
  const sdk::Status status = client_->status();
  std::string text;
  if (status.connection == sdk::Connection::offline) text += "offline";
  if (status.connection == sdk::Connection::signed_out) text += "signed out";
  if (status.unsent > 0 && status.connection != sdk::Connection::live)
    text += (text.empty() ? "" : ", ") + std::to_string(status.unsent) + " unsent";
  return text.empty() ? "> " : "(" + text + ") > ";
}

void Session::report(const Outcome& outcome, const std::string& place) const {
  if (outcome.message.empty()) return;
  std::cerr << (interactive_ ? screen_.bad("error: ") : "error: ") << place << outcome.message
            << std::endl;
}

}  // namespace

int run_agent(const AgentOptions& options) {
  std::setlocale(LC_ALL, "");
  // A container without a locale still has a terminal that speaks UTF-8.
  if (MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
  return Session(options).run();
}

}  // namespace deskbell::cli
