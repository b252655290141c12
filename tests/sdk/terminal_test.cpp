#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <string>

#include "core/store/database.h"
#include "tests/sdk/support.h"

using namespace deskbell::test;

namespace {

/// The agent's client at a terminal of its own.
class AtTerminal {
 public:
  AtTerminal(const Hub& hub, const std::string& store) {
    winsize size = {24, 80, 0, 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    BOOST_REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::setenv("TERM", "xterm", 1);
      ::unsetenv("NO_COLOR");
      ::unsetenv("DESKBELL_PASSWORD");
      ::execl(DESKBELL_PROGRAM, DESKBELL_PROGRAM, "agent", "--hub", hub.url().c_str(), "--site",
              "demo", "--login", "ada", "--store", store.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~AtTerminal() {
    if (pid_ > 0) ::kill(pid_, SIGKILL), wait();
    ::close(terminal_);
  }
  AtTerminal(const AtTerminal&) = delete;
  AtTerminal& operator=(const AtTerminal&) = delete;

  void type(std::string_view keys) {
    BOOST_REQUIRE(::write(terminal_, keys.data(), keys.size()) ==
                  static_cast<ssize_t>(keys.size()));
  }

  /// Reads on until this has been written behind what was awaited before.
  void await(const std::string& text) {
    std::size_t found = 0;
    while ((found = screen_.find(text, seen_)) == std::string::npos) {
      std::array<char, 1024> bytes;
      const auto count = ::read(terminal_, bytes.data(), bytes.size());
      BOOST_REQUIRE_MESSAGE(count > 0, "not seen: " << text << "\non the screen: " << screen_);
      screen_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    seen_ = found + text.size();
  }

  void sign_in() {
    await("Password of ada: ");
    type(std::string(Hub::kPassword) + "\n");
    await("Ada Example at ");
  }

  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  const std::string& screen() const { return screen_; }

 private:
  pid_t pid_ = -1;
  int terminal_ = -1;
  std::string screen_;
  std::size_t seen_ = 0;
};

/// Mira, who has written "First".
deskbell::sdk::Client mira_who_wrote_first(const Hub& hub, const TempFolder& folder) {
  auto customer = open_customer(hub, folder / "customer.db");
  customer.update_customer("", "Mira", std::nullopt).value();
  customer.post("", "First").value();
  return customer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(terminal)

BOOST_AUTO_TEST_CASE(news_appear_above_the_line_that_is_being_typed_and_leave_it_whole) {
  Hub hub;
  TempFolder folder;
  auto customer = mira_who_wrote_first(hub, folder);
  AtTerminal agent(hub, folder / "agent.db");
  agent.sign_in();
  BOOST_TEST(agent.screen().find(Hub::kPassword) == std::string::npos);
  agent.type("wait message First\n");
  agent.await("#1 Mira: First");
  agent.type("wait live\nstatus\n");
  agent.await("connection");
  BOOST_TEST(agent.screen().find("1 conversation with unread messages") != std::string::npos);
  agent.type("op\t1\n");  // completes to "open"
  agent.await("#1 Mira");
  agent.await("#1 Mira > ");
  agent.type("say Grüße, ");
  agent.await("Grüße, ");
  customer.post("", "Second \x1b[2J").value();
  agent.await("new message from ");
  agent.await("#1 Mira: Second ␛[2J");
  agent.await("say Grüße, ");  // the line is there again, as it was
  agent.type("und danke\n");
  agent.await("danke");
  agent.type("\x1b[A");  // the history's last line
  agent.await("say Grüße, und danke");
  agent.type("\x15wait placed\nquit\n");
  wait_until(customer, [&] {
    const auto all = texts(customer, only_conversation(customer));
    return !all.empty() && all.back() == "Grüße, und danke";
  });
  BOOST_TEST(agent.wait() == 0);
}

BOOST_AUTO_TEST_CASE(one_key_puts_a_canned_answer_at_the_cursor_to_be_edited) {
  Hub hub;
  TempFolder folder;
  auto customer = mira_who_wrote_first(hub, folder);
  AtTerminal agent(hub, folder / "agent.db");
  agent.sign_in();
  agent.type("wait message First\n");
  agent.await("#1 Mira: First");
  agent.type("wait live\nopen 1\n");
  agent.await("#1 Mira > ");
  agent.type("find parcel order\n");
  agent.await("#1 Mira > ");
  agent.type("\x1b""9");  // there is no ninth
  agent.type("\x1b""1");
  agent.await("say Hello Mira, ");
  agent.type(" And: \x1b""2");
  agent.await("And: ");
  agent.await("Hello Mira, a p");
  agent.type("\n");  // an order's number is missing
  agent.await("Not sent: there is a variable");
  agent.type("find delivery\n");
  agent.await("#1 Mira > ");
  agent.type("\x1b""1");
  agent.await("say Hello Mira, ");
  agent.type(" Bye\nwait placed\nquit\n");
  wait_until(customer, [&] {
    return texts(customer, only_conversation(customer)).back().ends_with(" Bye");
  });
  BOOST_TEST(texts(customer, only_conversation(customer)).size() == 2U);
  BOOST_TEST(agent.wait() == 0);
  deskbell::Database store(folder / "agent.db", {.read_only = true, .pragmas = ""});
  const auto made_from = store.text("SELECT answer FROM message WHERE author_kind = 1");
  BOOST_TEST(made_from.value_or("").starts_with("0193c0de-"));
}

BOOST_AUTO_TEST_CASE(what_a_canned_answer_wants_to_be_told_is_asked_for_when_it_is_used) {
  Hub hub;
  TempFolder folder;
  auto customer = mira_who_wrote_first(hub, folder);
  {
    auto author = open_agent(hub, folder / "author.db", "ben");
    deskbell::sdk::AnswerDraft draft;
    draft.title = "Refund";
    draft.text = "{{?sum Sum \x1b[2J back}} in {{?days Working days:number|3}} days.";
    author.publish_answer(draft).value();
    wait_until(author, [&] { return author.status().unsent == 0; });
  }
  AtTerminal agent(hub, folder / "agent.db");
  agent.sign_in();
  agent.type("wait message First\n");
  agent.await("#1 Mira: First");
  agent.type("wait live\nopen 1\n");
  agent.await("#1 Mira > ");
  agent.type("find refund\n");
  agent.await("Refund");
  agent.await("#1 Mira > ");
  agent.type("use 1\n");
  agent.await("Sum ␛[2J back: ");
  agent.type("\x04");  // rather not
  agent.await("Not sent: not everything was given");
  agent.await("#1 Mira > ");
  agent.type("use 1 sum=Ten\n");
  agent.await("Working days [3]: ");
  agent.type("\n");
  agent.await("Ten in 3 days.");
  agent.await("#1 Mira > ");
  agent.type("say Now: \x1b""1");
  agent.await("Sum ␛[2J back: ");
  agent.type("Zwölf\n");
  agent.await("Working days [3]: ");
  agent.type("14\n");
  agent.await("say Now: Zwölf in 14 days.");
  agent.type(" Bye\nwait placed\nquit\n");
  wait_until(customer, [&] {
    return texts(customer, only_conversation(customer)).back() == "Now: Zwölf in 14 days. Bye";
  });
  BOOST_TEST(texts(customer, only_conversation(customer)).at(1) == "Ten in 3 days.");
  BOOST_TEST(agent.wait() == 0);
}

BOOST_AUTO_TEST_CASE(the_prompt_says_when_there_is_no_hub_and_how_much_is_unsent) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  {
    auto agent = open_agent(hub, folder / "agent.db", "ada");
    wait_until(agent, [&] { return !only_conversation(agent).empty(); });
  }
  hub.kill();
  AtTerminal agent(hub, folder / "agent.db");
  agent.await("No hub in reach.");
  agent.type("open 1\n");
  agent.type("say later\n");
  agent.await("(offline, ");
  agent.await(" unsent) > ");
  hub.start();
  agent.await("Connected.");
  agent.type("\x04");  // the end of input
  BOOST_TEST(agent.wait() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
