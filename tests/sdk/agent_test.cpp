#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/sdk/support.h"

using namespace deskbell::test;
namespace sdk = deskbell::sdk;

namespace {

std::vector<std::string> agent_command(const Hub& hub, const TempFolder& folder,
                                       std::vector<std::string> more = {}) {
  std::vector<std::string> command = {
      DESKBELL_PROGRAM, "agent",   "--hub", hub.url(), "--site",
      "demo",           "--login", "ada",   "--store", folder / "agent.db"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

std::vector<std::string> password() {
  return {std::string("DESKBELL_PASSWORD=") + Hub::kPassword};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A customer who has written and whose message is placed.
sdk::Client customer_who_wrote(const Hub& hub, const TempFolder& folder, const std::string& text,
                               const std::string& name = "Mira") {
  auto customer = open_customer(hub, folder / "customer.db");
  customer.update_customer("", name, std::nullopt).value();
  customer.post("", text).value();
  wait_until(customer, [&] { return customer.status().unsent == 0; });
  return customer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agent)

BOOST_AUTO_TEST_CASE(a_whole_conversation_can_be_dealt_with_from_a_pipe) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Where is my parcel?");
  const std::string conversation = only_conversation(customer);
  Process agent(agent_command(hub, folder), password());
  agent.write(
      "wait live\nwait message parcel\nlist\nopen 1\nfind delivery\nshow 1\nuse 1\n"
      "note rather impatient\nassign me\nsay Anything else?\nwait placed\nresolve\n"
      "wait placed\n");
  wait_until(customer, [&] { return customer.conversation(conversation).value().survey.open; });
  const std::vector<std::string> expected = {
      "Where is my parcel?", "Hello Mira, a parcel takes two days. Ada Example", "Anything else?"};
  BOOST_TEST(texts(customer, conversation) == expected, boost::test_tools::per_element());
  customer.mark_read(conversation).value();
  customer.answer_survey(conversation, 4, "Quick!").value();
  agent.write("wait read\nwait survey\nopen 1\nstatus\nquit\n");
  const std::string output = agent.read_all();
  BOOST_TEST(agent.wait() == 0);
  BOOST_TEST(agent.errors() == "");
  BOOST_TEST(contains(output, "#1 Mira: Where is my parcel?"));
  BOOST_TEST(contains(output, "sent: Hello Mira, a parcel takes two days. Ada Example"));
  BOOST_TEST(contains(output, "note (you)"));
  BOOST_TEST(contains(output, "resolved · assigned to me"));
  BOOST_TEST(contains(output, "Anything else?  ✓✓ read"));
  BOOST_TEST(contains(output, "Survey: ★★★★☆ (4 of 5)  Quick!"));
  BOOST_TEST(contains(output, "unsent      0"));
  BOOST_TEST(!contains(output, "\033"));
}

BOOST_AUTO_TEST_CASE(the_agent_works_while_the_hub_is_down_and_all_is_placed_later) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Hello");
  const std::string conversation = only_conversation(customer);
  std::string output;
  BOOST_REQUIRE(
      run(agent_command(hub, folder), "wait message Hello\nwait live\n", output, password()) == 0);
  hub.kill();
  // No password any more: the device knows whose it is.
  const int offline =
      run(agent_command(hub, folder), "open 1\nsay from the cellar\nresolve\nstatus\n", output);
  BOOST_TEST(offline == 0, output);
  BOOST_TEST(contains(output, "Hello"));
  BOOST_TEST(!contains(output, "unsent      0"));
  hub.start();
  BOOST_TEST(run(agent_command(hub, folder), "wait placed\n", output) == 0, output);
  customer.set_network_available(true);
  wait_until(customer, [&] { return customer.conversation(conversation).value().resolved; });
  BOOST_TEST(texts(customer, conversation).back() == "from the cellar");
}

BOOST_AUTO_TEST_CASE(a_variable_without_a_value_is_named_and_nothing_is_sent) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Hello");
  std::string output;
  const int exit_code = run(agent_command(hub, folder),
                            "wait message Hello\nopen 1\nfind order\nuse 1\n"
                            "use 1 order.id=47 11\nwait placed\n",
                            output, password());
  BOOST_TEST(exit_code == 1);
  BOOST_TEST(contains(output, "Not sent: nothing is known for order.id. Give it: use 1 order.id="));
  const std::string conversation = only_conversation(customer);
  wait_until(customer, [&] { return texts(customer, conversation).size() >= 2; });
  BOOST_TEST(texts(customer, conversation).back() == "Hello Mira, order 47 11 is on its way.");
  BOOST_TEST(texts(customer, conversation).size() == 2U);
}

BOOST_AUTO_TEST_CASE(orders_to_the_terminal_in_a_customers_text_are_made_visible) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(
      hub, folder, "evil \x1b]0;owned\x07 \x1b[2J \u202e\u009b done 😀\nsecond line",
      "M\x1b[31mira");
  std::string output;
  BOOST_REQUIRE(run(agent_command(hub, folder), "wait message done\nlist\nopen 1\n", output,
                    password()) == 0);
  BOOST_TEST(!contains(output, "\x1b"));
  BOOST_TEST(!contains(output, "\x07"));
  BOOST_TEST(!contains(output, "\u009b"));
  BOOST_TEST(!contains(output, "\u202e"));
  BOOST_TEST(contains(output, "evil ␛]0;owned␇"));
  BOOST_TEST(contains(output, "done 😀"));
  BOOST_TEST(contains(output, "M␛[31mira"));
}

BOOST_AUTO_TEST_CASE(garbage_on_the_pipe_is_answered_with_errors_and_nothing_else) {
  Hub hub;
  TempFolder folder;
  std::string garbage =
      "bogus\n\n   \nopen\nopen 0\nopen -1\nopen 99999999999999999999\nsay\n"
      "say nobody there\nuse 1\nuse\nshow x\nassign\nwait\nwait for godot\n"
      "discard 1\nresend x\nfind \"unbalanced OR ( NEAR\nfind\n";
  garbage += std::string("\0\x01\xff\xfe\x80 zero\n", 11);
  garbage += "say " + std::string(200'000, 'x') + "\n";
  garbage += "status";  // without an end of line
  std::string output;
  const int exit_code = run(agent_command(hub, folder), garbage, output, password());
  BOOST_TEST(exit_code == 1);
  BOOST_TEST(contains(output, "line 1: There is no command \"bogus\""));
  BOOST_TEST(contains(output, "The line is longer"));
  BOOST_TEST(contains(output, "unsent      0"));
}

BOOST_AUTO_TEST_CASE(a_wait_in_vain_ends_with_an_exit_code_of_its_own) {
  Hub hub;
  TempFolder folder;
  std::string output;
  const int exit_code = run(agent_command(hub, folder, {"--timeout", "0.2"}),
                            "wait message godot\nstatus\n", output, password());
  BOOST_TEST(exit_code == 3);
  BOOST_TEST(contains(output, "wait message godot"));
  BOOST_TEST(!contains(output, "connection"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_at_the_start_is_said_with_what_to_do) {
  Hub hub;
  TempFolder folder;
  std::string output;
  BOOST_TEST(run(agent_command(hub, folder), "", output) == 1);
  BOOST_TEST(contains(output, "--password-stdin"));
  BOOST_TEST(run(agent_command(hub, folder, {"--password-stdin"}), "wrong\n", output) == 1);
  BOOST_TEST(contains(output, "error: "));
  BOOST_TEST(run({DESKBELL_PROGRAM, "agent", "--site", "demo"}, "", output) == 2);
  BOOST_TEST(contains(output, "--hub"));
  const std::string right = std::string(Hub::kPassword) + "\nstatus\n";
  BOOST_TEST(run(agent_command(hub, folder, {"--password-stdin"}), right, output) == 0, output);
  BOOST_TEST(contains(output, "agent       Ada Example at demo"));
}

BOOST_AUTO_TEST_CASE(a_conversation_can_be_handed_to_a_colleague_by_name) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Hello");
  std::string output;
  const int exit_code = run(agent_command(hub, folder),
                            "wait message Hello\nopen 1\nassign ben\nlist\nassign example\n"
                            "assign nobody\nlist\n",
                            output, password());
  BOOST_TEST(exit_code == 1);
  BOOST_TEST(contains(output, "open      Ben Example"));
  BOOST_TEST(contains(output, "No agent is called \"example\""));
  BOOST_TEST(contains(output, "open      nobody"));
}

BOOST_AUTO_TEST_SUITE_END()
