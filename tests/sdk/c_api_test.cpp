#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

#include "tests/sdk/c_smoke.h"
#include "tests/sdk/support.h"

using namespace deskbell::test;

BOOST_AUTO_TEST_SUITE(c_interface)

BOOST_AUTO_TEST_CASE(a_customers_device_can_be_used_from_c_with_no_network) {
  const TempFolder folder;
  BOOST_TEST(c_offline(folder.path().c_str()) == 0, "line of c_smoke.c");
}

BOOST_AUTO_TEST_CASE(an_agent_can_sign_in_from_c) {
  const Hub hub;
  const TempFolder folder;
  BOOST_TEST(c_sign_in(hub.url().c_str(), folder.path().c_str(), "ada", Hub::kPassword) == 0,
             "line of c_smoke.c");
}

BOOST_AUTO_TEST_CASE(a_canned_answer_can_be_asked_for_filled_in_and_sent_from_c) {
  const Hub hub;
  const TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  std::string conversation, answer;
  {
    auto agent = open_agent(hub, folder / "agent.db", "ada");
    deskbell::sdk::AnswerDraft draft;
    draft.title = "On its way";
    draft.text = "{{?days Working days:number|3}} days by {{?way}}";
    answer = agent.publish_answer(draft).value();
    wait_until(agent, [&] { return !only_conversation(agent).empty(); });
    conversation = only_conversation(agent);
  }
  BOOST_TEST(c_answers(hub.url().c_str(), folder.path().c_str(), conversation.c_str(),
                       answer.c_str()) == 0,
             "line of c_smoke.c");
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  BOOST_TEST(texts(agent, conversation).back() == "40 days by sea");
}

BOOST_AUTO_TEST_CASE(a_canned_answers_file_can_be_fetched_from_c) {
  Hub hub;
  const TempFolder folder;
  std::ofstream(folder / "limits.txt") << "20 EUR";
  std::ofstream(folder / "book.csv")
      << "title,text,scope,attachments\nLimits,Here,team,limits.txt\n";
  hub.import_answers(folder / "book.csv");
  std::string answer, attachment;
  {
    auto agent = open_agent(hub, folder / "agent.db", "ada");
    wait_until(agent, [&] { return agent.find_answers("limits").value().size() == 1; });
    const auto limits = agent.find_answers("limits").value().front();
    answer = limits.id;
    attachment = limits.files.at(0).id;
  }
  BOOST_TEST(c_answer_file(hub.url().c_str(), folder.path().c_str(), answer.c_str(),
                           attachment.c_str()) == 0,
             "line of c_smoke.c");
  std::ifstream fetched(folder / "fetched.txt");
  BOOST_TEST(std::string(std::istreambuf_iterator<char>(fetched), {}) == "20 EUR");
}

BOOST_AUTO_TEST_CASE(a_file_can_be_sent_and_fetched_from_c) {
  const Hub hub;
  const TempFolder folder;
  BOOST_TEST(c_files(hub.url().c_str(), folder.path().c_str()) == 0, "line of c_smoke.c");
}

BOOST_AUTO_TEST_SUITE_END()
