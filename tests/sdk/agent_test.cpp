#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
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

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
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

BOOST_AUTO_TEST_CASE(answers_are_suggested_with_their_reasons_and_sent_by_their_number) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "how long does delivery take?");
  std::string output;
  const int exit_code = run(agent_command(hub, folder),
                            "wait live\nwait message delivery\nopen 1\nsuggest\nuse 1\n"
                            "/order number\nshow 1\n/\nwait placed\n",
                            output, password());
  BOOST_TEST(exit_code == 0, output);
  BOOST_TEST(contains(output, " %  Delivery"), output);
  BOOST_TEST(contains(output, "has delivery"), output);
  BOOST_TEST(contains(output, "sent: Hello Mira, a parcel takes two days. Ada Example"), output);
  BOOST_TEST(contains(output, "{{order.id}} is on its way."), output);
}

BOOST_AUTO_TEST_CASE(an_answers_files_are_shown_and_sent_with_it) {
  Hub hub;
  TempFolder folder;
  std::ofstream(folder / "label.pdf") << "a label";
  std::ofstream(folder / "book.csv") << "title,text,attachments\nLabels,Here it is.,label.pdf\n";
  hub.import_answers(folder / "book.csv");
  auto customer = customer_who_wrote(hub, folder, "Hello");
  std::string output;
  const int exit_code = run(agent_command(hub, folder),
                            "wait live\nwait message Hello\nopen 1\nfind labels\nshow 1\nuse 1\n"
                            "wait placed\nopen 1\n",
                            output, password());
  BOOST_TEST(exit_code == 0, output);
  BOOST_TEST(contains(output, "file       label.pdf"), output);
  BOOST_TEST(contains(output, "[1] label.pdf"), output);
  const std::string conversation = only_conversation(customer);
  wait_until(customer, [&] { return texts(customer, conversation).size() >= 2; });
  BOOST_TEST(customer.messages(conversation).value().back().files.at(0).name == "label.pdf");
}

BOOST_AUTO_TEST_CASE(answers_are_found_by_shortcut_and_in_a_language_and_sent_together) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Hello");
  std::string output;
  const int exit_code =
      run(agent_command(hub, folder),
          "wait live\nwait message Hello\nopen 1\n/late\nshow 1\nfind delivery\n"
          "find parcel order\nuse 1 2 order.id=4711\nlanguage de\n/late\nuse 1\nwait placed\n",
          output, password());
  BOOST_TEST(exit_code == 0, output);
  BOOST_TEST(contains(output, "1  100 %  Delivery times"), output);
  BOOST_TEST(contains(output, "shortcut   late"), output);
  BOOST_TEST(!contains(output, "Last year's delivery"), output);
  const std::string conversation = only_conversation(customer);
  wait_until(customer, [&] { return texts(customer, conversation).size() >= 3; });
  const std::string both = texts(customer, conversation).at(1);
  BOOST_TEST(contains(both, "a parcel takes two days. Ada Example"), both);
  BOOST_TEST(contains(both, "\n\n"), both);
  BOOST_TEST(contains(both, "order 4711 is on its way."), both);
  BOOST_TEST(texts(customer, conversation).at(2) ==
             "Hallo Mira, ein Paket braucht zwei Tage. Ada Example");
}

BOOST_AUTO_TEST_CASE(the_book_is_changed_by_drafts_and_taken_back) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Hello");
  std::string output;
  const int exit_code =
      run(agent_command(hub, folder),
          "wait live\nwait message Hello\nnew \"Refunds abroad\" Ten days.⏎Or more.\n"
          "edit 1 examples when is my money back?; refund abroad\nedit 1 scope everyone\n"
          "drafts\npublish 1\nfind refund\nedit 1 text Twelve days.\nedit 1 colour red\n"
          "edit 1 scope nobody\npublish 1\npublish 1\nversions 1\nrestore 1 7\nrestore 1 1\n"
          "find abroad\nshow 1\nedit 1 title Refunds\ndrop 1\ndrafts\nwait placed\n",
          output, password());
  BOOST_TEST(exit_code == 1);
  BOOST_TEST(contains(output, "1  Refunds abroad  new · Ada Example · "), output);
  BOOST_TEST(contains(output, "line 10: edit N FIELD VALUE: the fields are title"), output);
  BOOST_TEST(contains(output, "line 11: edit N scope: everyone, team or own."), output);
  BOOST_TEST(contains(output, "line 13: This answer has no draft"), output);
  BOOST_TEST(contains(output, "1  published      "), output);
  BOOST_TEST(contains(output, "2  published      "), output);
  BOOST_TEST(contains(output, "Refunds abroad  Twelve days."), output);
  BOOST_TEST(contains(output, "line 15: Version 7 of this answer is not known here."), output);
  BOOST_TEST(contains(output, "Refunds abroad\nTen days.\nOr more.\n"), output);
  BOOST_TEST(contains(output, "There are no drafts."), output);
  wait_until(customer, [&] {
    const auto found = customer.find_answers("refunds").value();
    return !found.empty() && found.front().text == "Ten days.\nOr more.";
  });
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

BOOST_AUTO_TEST_CASE(files_go_both_ways_and_nothing_is_written_over) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Hello");
  const std::string conversation = only_conversation(customer);
  const std::string photo(300'000, 'p');
  customer.post(conversation, "The damage", {{.bytes = photo, .name = "my photo.jpg"}}).value();
  customer.post(conversation, "", {{.bytes = "x", .name = ".profile"}}).value();
  wait_until(customer, [&] { return customer.status().unsent == 0; });
  std::ofstream(folder / "return label.pdf") << "label";
  std::filesystem::create_directory(folder / "saved");
  std::string output;
  const int exit_code =
      run(agent_command(hub, folder),
          "wait message damage\nwait message .profile\nwait live\nopen 1\n"
          "save 1 '" +
              (folder / "saved") + "'\nsave 1 " + (folder / "saved") + "\nsave 2 " +
              (folder / "saved") + "\nattach '" + (folder / "return label.pdf") +
              "' Print this\nwait placed\nopen 1\nlist\n",
          output, password());
  BOOST_TEST(exit_code == 0, output);
  const std::string saved = folder / "saved";
  BOOST_TEST((file_text(saved + "/my photo.jpg") == photo));
  BOOST_TEST((file_text(saved + "/my photo (2).jpg") == photo));
  BOOST_TEST(file_text(saved + "/_profile") == "x");
  BOOST_TEST(contains(output, "#1 Mira: The damage [my photo.jpg]"));
  BOOST_TEST(contains(output, "[1] my photo.jpg  292.9 KB  image/jpeg\n"));
  BOOST_TEST(contains(output, "[2] .profile  1 byte  application/octet-stream\n"));
  BOOST_TEST(contains(output, "[3] return label.pdf  5 bytes  application/pdf\n"));
  BOOST_TEST(contains(output, "saved: " + saved + "/_profile"));

  wait_until(customer, [&] { return texts(customer, conversation).back() == "Print this"; });
  const sdk::Message message = customer.messages(conversation).value().back();
  customer.save_file(message.id, message.files.at(0).id, folder / "label.pdf").get().value();
  BOOST_TEST(file_text(folder / "label.pdf") == "label");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_attached_or_saved_is_said) {
  Hub hub;
  TempFolder folder;
  auto customer = customer_who_wrote(hub, folder, "Hello");
  std::string output;
  const int exit_code =
      run(agent_command(hub, folder),
          "attach a.pdf\nsave 1\nwait message Hello\nopen 1\nattach\nattach /no/such.pdf hello\n"
          "save 1\nsave x\nsave\n",
          output, password());
  BOOST_TEST(exit_code == 1);
  BOOST_TEST(contains(output, "line 1: No conversation is open"));
  BOOST_TEST(contains(output, "line 2: No conversation is open"));
  BOOST_TEST(contains(output, "line 5: attach FILE [TEXT]"));
  BOOST_TEST(contains(output, "line 6: The file /no/such.pdf cannot be sent"));
  BOOST_TEST(contains(output, "line 7: \"1\" is no number of a file here"));
  BOOST_TEST(contains(output, "line 8: \"x\" is no number of a file here"));
  BOOST_TEST(texts(customer, only_conversation(customer)).size() == 1U);
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
