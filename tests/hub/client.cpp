// A device of its own process, for the tests that kill hubs and devices: it writes at a rate and
// says on its output what was saved, acknowledged and refused, a line each, as soon as it knows.
// Orders come on its input. With --list it prints a store's log instead.

#include <deskbell/client.h>
#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/event/event.h"
#include "core/store/database.h"
#include "core/store/schema.h"
#include "tests/support/seeded_random.h"

namespace deskbell::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kAll = 1'000'000;

struct Arguments {
  sdk::Options open;
  std::string as = "customer";
  std::string login;
  std::string password;
  std::string name;        // begins each text, so that every text is written once
  std::uint64_t from = 0;  // the number of the first text
  std::uint64_t seed = 0;
  int every_ms = 25;
  std::string list;
};

/// One line, out at once: what was said is known to whoever reads, also when this is killed next.
void say(const std::string& line) {
  const std::string bytes = line + '\n';
  for (std::size_t at = 0; at < bytes.size();) {
    const auto count = ::write(STDOUT_FILENO, bytes.data() + at, bytes.size() - at);
    if (count <= 0) std::_Exit(1);
    at += static_cast<std::size_t>(count);
  }
}

class Writer {
 public:
  Writer(sdk::Client client, const Arguments& arguments)
      : client_(std::move(client)),
        arguments_(arguments),
        random_(arguments.seed),
        is_agent_(arguments.as == "agent"),
        number_(arguments.from) {}

  int run() {
    say("ready");
    while (take_orders()) {
      if (writing_ && Clock::now() >= next_) write();
      look_for_answers();
      if (draining_ && client_.status().unsent == 0 && pending_.empty() &&
          client_.status().connection == sdk::Connection::live) {
        draining_ = false;
        say("drained");
      }
    }
    return 0;
  }

 private:
  /// Waits a little for orders; false at the end of the input.
  bool take_orders() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, 5) <= 0) return true;
    char bytes[256];
    const auto count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (count <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(count));
    for (std::size_t end; (end = input_.find('\n')) != std::string::npos;) {
      obey(input_.substr(0, end));
      input_.erase(0, end + 1);
    }
    return true;
  }

  void obey(const std::string& order) {
    if (order == "retry") client_.set_network_available(true);
    if (order == "write") writing_ = true;
    if (order == "pause") writing_ = false;
    if (order == "drain") writing_ = false, draining_ = true;
    if (order == "dump") dump();
  }

  void write() {
    next_ = Clock::now() + std::chrono::milliseconds(
                               random_.below(static_cast<std::uint64_t>(2 * arguments_.every_ms)));
    const std::string text = arguments_.name + '-' + std::to_string(number_);
    auto written = is_agent_ ? reply(text) : client_.post("", text);
    if (!written) return;
    ++number_;
    pending_.insert(*written);
    say("saved " + *written);
    if (random_.chance(20)) read_something();
  }

  sdk::Result<std::string> reply(const std::string& text) {
    const auto list = client_.conversations(50);
    if (!list) return list.error();
    if (list->empty()) return sdk::Error{};
    const std::string& where = (*list)[random_.below(list->size())].id;
    return random_.chance(15) ? client_.add_note(where, text) : client_.post(where, text);
  }

  void read_something() {
    const auto list = client_.conversations(50);
    if (list && !list->empty())
      (void)client_.mark_read((*list)[random_.below(list->size())].id).ok();
  }

  void look_for_answers() {
    bool changed = false;
    while (client_.poll_change()) changed = true;
    if (!changed || pending_.empty()) return;
    // While it writes, what is new is near the end; in the end, everything must have been answered.
    for (const auto& conversation : client_.conversations(50).value())
      for (const auto& message : messages(conversation.id, draining_ ? kAll : 200))
        if (message.state != sdk::MessageState::saved &&
            message.state != sdk::MessageState::refused && pending_.erase(message.id) > 0)
          say("sent " + message.id);
    for (const auto& refused : client_.refused().value()) {
      say("refused " + refused.id);
      pending_.erase(refused.id);
      (void)client_.discard(refused.id).ok();
    }
  }

  /// None where a new history does not know the conversation (yet).
  std::vector<sdk::Message> messages(const std::string& conversation, std::size_t limit) {
    auto messages = client_.messages(conversation, limit);
    return messages ? *std::move(messages) : std::vector<sdk::Message>();
  }

  void dump() {
    for (const auto& conversation : client_.conversations(kAll).value())
      for (const auto& message : messages(conversation.id, kAll))
        say("message " + message.id + ' ' + message.text);
    say("end");
  }

  sdk::Client client_;
  const Arguments& arguments_;
  SeededRandom random_;
  bool is_agent_;
  std::uint64_t number_;
  std::set<std::string> pending_;
  Clock::time_point next_;
  std::string input_;
  bool writing_ = false;
  bool draining_ = false;
};

int list_log(const std::string& path) {
  Database database(path, {.read_only = true});
  for (Query row = database.query("SELECT seq, id, type, conversation, author, body FROM event "
                                  "ORDER BY seq");
       row.next();) {
    const auto event = decode_event(row.text(5));
    std::string text;
    if (event.ok()) {
      if (const auto* message = std::get_if<MessagePosted>(&event->payload)) text = message->text;
      if (const auto* note = std::get_if<NoteAdded>(&event->payload)) text = note->text;
    }
    std::cout << nlohmann::json{{"seq", row.integer(0)}, {"id", row.text(1)},
                                {"type", row.text(2)},   {"conversation", row.text(3)},
                                {"author", row.text(4)}, {"text", text}}
                     .dump()
              << '\n';
  }
  const nlohmann::json state = {
      {"hash", std::to_string(state_hash(database))},
      {"unsent", database.integer("SELECT count(*) FROM outbox").value_or(0)},
      {"epoch", database.text("SELECT value FROM meta WHERE name = 'epoch'").value_or("")}};
  std::cout << state.dump() << '\n';
  return 0;
}

int run(const Arguments& arguments) {
  if (!arguments.list.empty()) return list_log(arguments.list);
  const bool is_agent = arguments.as == "agent";
  auto client =
      is_agent ? sdk::Client::open(arguments.open) : sdk::Client::open_as_customer(arguments.open);
  if (!client) {
    std::cerr << client.error().message << '\n';
    return 1;
  }
  if (is_agent && !client->identity()) {
    const auto signed_in = client->sign_in(arguments.login, arguments.password).get();
    if (!signed_in) {
      std::cerr << signed_in.error().message << '\n';
      return 1;
    }
  }
  return Writer(std::move(*client), arguments).run();
}

}  // namespace
}  // namespace deskbell::test

int main(int argc, char** argv) {
  deskbell::test::Arguments arguments;
  CLI::App app{"A device for tests"};
  app.add_option("--hub", arguments.open.hub);
  app.add_option("--site", arguments.open.site);
  app.add_option("--store", arguments.open.store);
  app.add_option("--as", arguments.as);
  app.add_option("--login", arguments.login);
  app.add_option("--password", arguments.password);
  app.add_option("--name", arguments.name);
  app.add_option("--from", arguments.from);
  app.add_option("--seed", arguments.seed);
  app.add_option("--every", arguments.every_ms);
  app.add_option("--list", arguments.list);
  CLI11_PARSE(app, argc, argv);
  return deskbell::test::run(arguments);
}
