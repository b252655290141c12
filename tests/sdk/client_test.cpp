#include <deskbell/client.h>
#include <deskbell/deskbell.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "core/store/database.h"
#include "tests/sdk/support.h"

using namespace deskbell::test;
namespace sdk = deskbell::sdk;
using namespace std::chrono_literals;

namespace {

sdk::MessageState last_state(const sdk::Client& client, const std::string& conversation) {
  return client.messages(conversation).value().back().state;
}

bool live(const sdk::Client& client) {
  return client.status().connection == sdk::Connection::live;
}

bool placed(const sdk::Client& client) {
  return client.status().unsent == 0;
}

std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

sdk::Options options(const Hub& hub, const std::string& store) {
  return {.hub = hub.url(), .site = "demo", .store = store, .on_change = {}, .connect = true};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client)

BOOST_AUTO_TEST_CASE(an_agent_signs_in_once_and_works_offline_afterwards) {
  Hub hub;
  TempFolder folder;
  std::string conversation;
  {
    auto customer = open_customer(hub, folder / "customer.db");
    customer.post("", "Where is my parcel?").value();
    auto agent = open_agent(hub, folder / "agent.db", "ada");
    BOOST_TEST(agent.identity()->name == "Ada Example");
    wait_until(agent, [&] { return !only_conversation(agent).empty() && live(agent); });
    conversation = only_conversation(agent);
  }
  hub.kill();
  auto agent = sdk::Client::open(options(hub, folder / "agent.db")).value();
  BOOST_REQUIRE(agent.identity().has_value());
  BOOST_TEST(agent.identity()->name == "Ada Example");
  BOOST_TEST(texts(agent, conversation).front() == "Where is my parcel?");
  const auto reply = agent.post(conversation, "On its way.").value();
  BOOST_TEST(!reply.empty());
  BOOST_CHECK(last_state(agent, conversation) == sdk::MessageState::saved);
  wait_until(agent, [&] { return agent.status().connection == sdk::Connection::offline; });
}

BOOST_AUTO_TEST_CASE(a_wrong_password_is_told_as_such) {
  Hub hub;
  TempFolder folder;
  auto agent = sdk::Client::open(options(hub, folder / "agent.db")).value();
  const auto signed_in = agent.sign_in("ada", "wrong").get();
  BOOST_REQUIRE(!signed_in);
  BOOST_CHECK(signed_in.error().code == sdk::ErrorCode::wrong_credentials);
  BOOST_TEST(!agent.identity().has_value());
  BOOST_TEST(agent.sign_in("ada", Hub::kPassword).get().ok());
}

BOOST_AUTO_TEST_CASE(signing_in_without_a_hub_says_what_to_do) {
  Hub hub;
  hub.kill();
  TempFolder folder;
  auto agent = sdk::Client::open(options(hub, folder / "agent.db")).value();
  const auto signed_in = agent.sign_in("ada", Hub::kPassword).get();
  BOOST_REQUIRE(!signed_in);
  BOOST_CHECK(signed_in.error().code == sdk::ErrorCode::network_failed);
  BOOST_TEST(signed_in.error().message.find(hub.url()) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_message_goes_through_all_its_states) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  wait_until(customer, [&] { return live(customer); });
  customer.update_customer("", "Mira", std::nullopt).value();
  customer.post("", "Where is my parcel?").value();
  wait_until(customer, [&] { return placed(customer); });
  const std::string conversation = only_conversation(customer);
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return !only_conversation(agent).empty(); });
  BOOST_TEST(agent.conversation(conversation).value().unread == 1);
  BOOST_TEST(agent.conversation(conversation).value().customer_name == "Mira");
  wait_until(customer,
             [&] { return last_state(customer, conversation) == sdk::MessageState::delivered; });
  agent.mark_read(conversation).value();
  BOOST_TEST(agent.conversation(conversation).value().unread == 0);
  wait_until(customer,
             [&] { return last_state(customer, conversation) == sdk::MessageState::read; });
}

BOOST_AUTO_TEST_CASE(what_was_done_while_the_hub_was_down_is_placed_exactly_once) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "one").value();
  wait_until(customer, [&] { return placed(customer) && live(customer); });
  const std::string conversation = only_conversation(customer);
  hub.kill();
  for (const char* text : {"two", "three", "four"}) customer.post(conversation, text).value();
  BOOST_TEST(customer.status().unsent >= 3);
  hub.start();
  customer.set_network_available(true);  // do not wait for the back-off
  wait_until(customer, [&] { return placed(customer); });
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return texts(agent, conversation).size() >= 4 && live(agent); });
  const std::vector<std::string> expected = {"one", "two", "three", "four"};
  BOOST_TEST(texts(agent, conversation) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(killing_the_hub_again_and_again_loses_nothing_and_doubles_nothing) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  std::vector<std::string> expected;
  std::string conversation;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 4; ++i) {
      expected.push_back(std::to_string(round) + "." + std::to_string(i));
      customer.post(conversation, expected.back()).value();
      if (conversation.empty()) conversation = only_conversation(customer);
    }
    hub.kill();
    hub.start();
    customer.set_network_available(true);
  }
  wait_until(customer, [&] { return placed(customer); });
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return texts(agent, conversation).size() >= expected.size(); });
  BOOST_TEST(texts(agent, conversation) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_note_never_reaches_the_customers_device) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return !only_conversation(agent).empty(); });
  const std::string conversation = only_conversation(agent);
  agent.add_note(conversation, "quite-secret-remark").value();
  agent.post(conversation, "Good morning").value();
  wait_until(customer, [&] { return texts(customer, conversation).size() >= 2; });
  wait_until(customer, [&] { return placed(customer) && live(customer); });
  for (const char* file : {"customer.db", "customer.db-wal"}) {
    const std::string bytes = file_bytes(folder / file);
    BOOST_TEST(bytes.find("quite-secret-remark") == std::string::npos);
  }
  const std::string agents = file_bytes(folder / "agent.db") + file_bytes(folder / "agent.db-wal");
  BOOST_TEST(agents.find("quite-secret-remark") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_customer_answers_the_survey_and_the_agent_sees_it) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return !only_conversation(agent).empty(); });
  const std::string conversation = only_conversation(agent);
  BOOST_CHECK(customer.answer_survey(conversation, 5, "").error().code ==
              sdk::ErrorCode::survey_not_open);
  agent.assign(conversation, agent.identity()->id).value();
  agent.resolve(conversation).value();
  wait_until(customer, [&] { return customer.conversation(conversation).value().survey.open; });
  BOOST_TEST(!customer.answer_survey(conversation, 6, "").ok());
  customer.answer_survey(conversation, 4, "Quick!").value();
  wait_until(agent,
             [&] { return agent.conversation(conversation).value().survey.stars.has_value(); });
  const auto seen = agent.conversation(conversation).value();
  BOOST_TEST(*seen.survey.stars == 4);
  BOOST_TEST(seen.survey.comment == "Quick!");
  BOOST_TEST(seen.resolved);
  BOOST_TEST(seen.assignee_name == "Ada Example");
}

BOOST_AUTO_TEST_CASE(a_reply_that_did_not_know_the_last_message_is_held_back_and_can_be_sent_anew) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "I want to cancel").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return !only_conversation(agent).empty() && live(agent); });
  const std::string conversation = only_conversation(agent);
  agent.stop();
  wait_until(agent, [&] { return agent.status().connection == sdk::Connection::stopped; });
  customer.post(conversation, "No, please do not cancel!").value();
  wait_until(customer, [&] { return placed(customer); });
  agent.post(conversation, "Cancelled.").value();
  agent.start();
  wait_until(agent, [&] { return agent.refused().value().size() == 1; });
  const auto refused = agent.refused().value().front();
  BOOST_CHECK(refused.reason.code == sdk::ErrorCode::stale_reply);
  BOOST_TEST(refused.text == "Cancelled.");
  wait_until(agent, [&] { return texts(agent, conversation).size() == 3; });
  agent.resend(refused.id).value();
  wait_until(agent, [&] { return placed(agent); });
  BOOST_TEST(agent.refused().value().empty());
  wait_until(customer, [&] { return texts(customer, conversation).size() == 3; });
  BOOST_TEST(texts(customer, conversation).back() == "Cancelled.");
}

BOOST_AUTO_TEST_CASE(a_canned_answer_is_sent_filled_in_or_not_at_all) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.update_customer("", "Mira", std::nullopt).value();
  customer.post("", "Hello").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] {
    const auto list = agent.conversations().value();
    return agent.find_answers("").value().size() == 2 && list.size() == 1 &&
           list.front().customer_name == "Mira";
  });
  const std::string conversation = only_conversation(agent);
  const auto delivery = agent.find_answers("parc").value();
  BOOST_REQUIRE_EQUAL(delivery.size(), 1U);
  agent.use_answer(conversation, delivery.front().id).value();
  BOOST_TEST(texts(agent, conversation).back() ==
             "Hello Mira, a parcel takes two days. Ada Example");

  const auto order = agent.find_answers("order").value().front();
  BOOST_TEST(order.team_only);
  const auto missing = agent.use_answer(conversation, order.id);
  BOOST_REQUIRE(!missing);
  BOOST_TEST(missing.error().message.find("order.id") != std::string::npos);
  agent.use_answer(conversation, order.id, {{"order.id", "4711"}}).value();
  BOOST_TEST(texts(agent, conversation).back() == "Hello Mira, order 4711 is on its way.");

  // An answer's ready replies go along, edited or not; and from each it is known what was used.
  const std::string both =
      agent.post_from_answers(conversation, "Two days.", {order.id, delivery.front().id}).value();
  deskbell::Database store(folder / "agent.db", {.read_only = true, .pragmas = ""});
  const auto stored = [&](const std::string& column) {
    return store.text("SELECT " + column + " FROM message WHERE id = ?", both).value_or("");
  };
  BOOST_TEST(stored("replies") == R"(["Thank you"])");
  BOOST_TEST(stored("answer") == order.id + "\n" + delivery.front().id);
}

BOOST_AUTO_TEST_CASE(a_canned_answer_says_what_is_to_be_asked_for_when_it_is_used) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] { return !only_conversation(agent).empty(); });
  const std::string conversation = only_conversation(agent);
  sdk::AnswerDraft draft;
  draft.title = "Refund";
  draft.text = "You get {{?sum Amount to refund:amount}} back in {{?days Working days|3}} days.";
  draft.language = "de";
  const std::string refund = agent.publish_answer(draft).value();

  const std::vector<sdk::AnswerParameter> asked = agent.answer(refund).value().parameters;
  BOOST_REQUIRE_EQUAL(asked.size(), 2U);
  BOOST_TEST(asked[0].name == "sum");
  BOOST_TEST(asked[0].label == "Amount to refund");
  BOOST_TEST(asked[0].format == "amount");
  BOOST_TEST(asked[0].fallback == "");
  BOOST_TEST(asked[1].label == "Working days");
  BOOST_TEST(asked[1].format == "");
  BOOST_TEST(asked[1].fallback == "3");

  const auto without = agent.fill_answer(conversation, refund).value();
  BOOST_TEST(without.missing == std::vector<std::string>{"sum"}, boost::test_tools::per_element());
  BOOST_TEST(!agent.use_answer(conversation, refund));
  agent.use_answer(conversation, refund, {{"sum", "12.50 EUR"}}).value();
  BOOST_TEST(texts(agent, conversation).back() == "You get 12,50\u00a0€ back in 3 days.");
}

BOOST_AUTO_TEST_CASE(a_canned_answer_is_filled_in_with_the_order_that_was_spoken_of) {
  Hub hub;
  TempFolder folder;
  // What a page tells of its visitor's orders; the SDK's customers have none.
  deskbell_client_options options = DESKBELL_CLIENT_OPTIONS_INIT;
  const std::string store = folder / "customer.db";
  options.hub = hub.url().c_str();
  options.site = "demo";
  options.store = store.c_str();
  options.as_customer = 1;
  deskbell_client* customer = nullptr;
  BOOST_REQUIRE(deskbell_client_open(&customer, &options) == DESKBELL_OK);
  for (const char* command : {R"({"command":"customer.update","attributes":{"orders":
            "[{\"id\":\"812\",\"status\":\"packed\"},{\"id\":\"4711\"}]"}})",
                              R"({"command":"message.post","text":"Where is 812?"})"})
    BOOST_REQUIRE(deskbell_client_send(nullptr, customer, command) == DESKBELL_OK);
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] {
    return agent.answer("0193c0de-0000-7000-8000-000000000002").ok() &&
           !only_conversation(agent).empty() && texts(agent, only_conversation(agent)).size() == 1;
  });
  deskbell_client_close(customer);
  const auto filled =
      agent.fill_answer(only_conversation(agent), "0193c0de-0000-7000-8000-000000000002");
  BOOST_TEST(filled.value().text == "Hello there, order 812 is on its way.");
}

BOOST_AUTO_TEST_CASE(agents_publish_answers_for_everyone_the_team_and_themselves) {
  Hub hub;
  TempFolder folder;
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  auto again = open_agent(hub, folder / "again.db", "ada");
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  sdk::AnswerDraft draft;
  draft.title = "Opening hours";
  draft.text = "From nine to five.";
  draft.language = "en";
  draft.shortcut = "hours";
  draft.scope = sdk::AnswerScope::everyone;
  const std::string hours = agent.publish_answer(draft).value();
  draft.title = "My own goodbye";
  draft.text = "Bye bye.";
  draft.shortcut = "bye";
  draft.scope = sdk::AnswerScope::own;
  const std::string own = agent.publish_answer(draft).value();
  const auto has = [](const sdk::Client& client, const std::string& shortcut) {
    const auto found = client.find_answers(shortcut, 1).value();
    return !found.empty() && found.front().shortcut == shortcut;
  };
  wait_until(again, [&] { return has(again, "hours") && has(again, "bye"); });
  wait_until(customer, [&] { return customer.answer(hours).ok(); });
  BOOST_TEST(!customer.answer(own).ok());
  // It is changed under the same id, and keeps what a draft does not say.
  draft.id = "0193c0de-0000-7000-8000-000000000001";
  draft.title = "Delivery times";
  draft.text = "Three days.";
  draft.scope = sdk::AnswerScope::everyone;
  agent.publish_answer(draft).value();
  BOOST_TEST(agent.answer(draft.id).value().text == "Three days.");
  BOOST_TEST(agent.answer(draft.id, "de").value().title == "Lieferzeit");
  agent.withdraw_answer(hours).value();
  wait_until(again, [&] { return !has(again, "hours"); });
  BOOST_TEST(!customer.publish_answer(draft).ok());
  draft.title.clear();
  BOOST_TEST(!agent.publish_answer(draft).ok());
}

BOOST_AUTO_TEST_CASE(an_answer_is_drafted_published_and_taken_back_to_what_it_said_before) {
  Hub hub;
  TempFolder folder;
  auto ada = open_agent(hub, folder / "ada.db", "ada");
  auto ben = open_agent(hub, folder / "ben.db", "ben");
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  const std::string delivery = "0193c0de-0000-7000-8000-000000000001";
  wait_until(ada, [&] { return ada.answer(delivery).ok(); });
  const std::string before = ada.answer(delivery).value().text;

  auto draft = ada.answer_draft(delivery).value();
  BOOST_TEST(draft.text == before);
  BOOST_TEST(draft.shortcut == "late");
  draft.text = "Three days.";
  ada.draft_answer(draft).value();
  wait_until(ben, [&] { return ben.drafted_answers().value().size() == 1; });
  const auto drafted = ben.drafted_answers().value().front();
  BOOST_TEST(drafted.draft.id == delivery);
  BOOST_TEST(drafted.author_name == "Ada Example");
  BOOST_TEST(drafted.published);
  BOOST_TEST(!drafted.own);
  BOOST_TEST(ben.answer(delivery).value().text == before);
  draft = ben.answer_draft(delivery).value();
  BOOST_TEST(draft.text == "Three days.");
  draft.text = "Four days.";
  ben.draft_answer(draft).value();
  ben.publish_draft(delivery).value();
  BOOST_TEST(ben.drafted_answers().value().empty());
  BOOST_CHECK(ben.publish_draft(delivery).error().code == sdk::ErrorCode::unknown_answer);
  const auto reads = [&](const std::string& text) {
    return [&, text] {
      const auto answer = customer.answer(delivery);
      return answer.ok() && answer->text == text;
    };
  };
  wait_until(customer, reads("Four days."));
  BOOST_TEST(customer.answer(delivery, "de").value().title == "Lieferzeit");

  wait_until(ada, [&] { return ada.answer(delivery).value().text == "Four days."; });
  const auto versions = ada.answer_versions(delivery).value();
  BOOST_REQUIRE_EQUAL(versions.size(), 4U);
  BOOST_CHECK(versions[0].deed == sdk::AnswerDeed::published);
  BOOST_CHECK(versions[0].author_kind == sdk::ActorKind::system);
  BOOST_CHECK(versions[2].deed == sdk::AnswerDeed::drafted);
  BOOST_TEST(versions[2].author_name == "Ben Example");
  BOOST_TEST(versions[2].number == 1);
  BOOST_TEST(versions[3].number == 2);
  BOOST_TEST(versions[3].draft.value().text == "Four days.");

  ada.draft_answer(ada.answer_draft(delivery).value()).value();
  ada.drop_draft(delivery).value();
  BOOST_TEST(ada.drafted_answers().value().empty());
  BOOST_CHECK(ada.restore_answer(delivery, 3).error().code == sdk::ErrorCode::not_found);
  ada.restore_answer(delivery, 1).value();
  wait_until(customer, reads(before));
  BOOST_TEST(ada.answer_versions(delivery).value().back().number == 3);
  BOOST_TEST(!customer.draft_answer(draft).ok());
}

BOOST_AUTO_TEST_CASE(
    what_many_see_is_not_hidden_again_by_going_back_and_an_own_draft_by_nobody_seen) {
  Hub hub;
  TempFolder folder;
  auto ada = open_agent(hub, folder / "ada.db", "ada");
  auto ben = open_agent(hub, folder / "ben.db", "ben");
  sdk::AnswerDraft draft;
  draft.title = "Refunds";
  draft.text = "Ask Ada.";
  draft.id = ada.publish_answer(draft).value();
  draft.text = "Ten days.";
  draft.scope = sdk::AnswerScope::everyone;
  ada.publish_answer(draft).value();
  ada.restore_answer(draft.id, 1).value();
  BOOST_TEST(ada.answer(draft.id).value().text == "Ask Ada.");
  BOOST_TEST(!ada.answer(draft.id).value().team_only);

  sdk::AnswerDraft own;
  own.title = "Mine";
  own.text = "Only mine.";
  own.scope = sdk::AnswerScope::own;
  own.id = ada.draft_answer(own).value();
  BOOST_TEST(ada.drafted_answers().value().front().own);
  wait_until(ada, [&] { return ada.status().unsent == 0; });
  BOOST_TEST(ada.refused().value().empty());
  wait_until(ben, [&] { return ben.answer(draft.id).ok(); });
  BOOST_TEST(ben.drafted_answers().value().empty());
  ada.publish_draft(own.id).value();
  BOOST_TEST(ada.answer(own.id).value().text == "Only mine.");
}

BOOST_AUTO_TEST_CASE(canned_answers_are_suggested_for_what_the_customer_wrote_last) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  customer.post("", "Hello").value();
  customer.post("", "when does my parcle arive, is delivery slow?").value();
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  wait_until(agent, [&] {
    return agent.find_answers("").value().size() == 2 && agent.conversations().value().size() == 1;
  });
  const std::string conversation = only_conversation(agent);
  wait_until(agent, [&] { return texts(agent, conversation).size() == 2; });
  agent.post(conversation, "One moment.").value();
  agent.stop();  // the hub has no part in it
  const auto suggested = agent.suggest_answers(conversation).get().value();
  BOOST_REQUIRE(!suggested.empty());
  const auto delivery = agent.find_answers("parc").value().front();
  BOOST_TEST(suggested.front().answer.id == delivery.id);
  BOOST_TEST(suggested.front().confidence > 0);
  BOOST_TEST(!suggested.front().nearest.empty());
  BOOST_TEST(!suggested.front().words.empty());

  const auto order = agent.answers_to("order number", 1).get().value();
  BOOST_REQUIRE_EQUAL(order.size(), 1U);
  BOOST_TEST(order.front().answer.team_only);
  BOOST_TEST(agent.answers_to("").get().value().empty());
  const auto unknown = agent.suggest_answers("nowhere").get();
  BOOST_REQUIRE(!unknown);
  BOOST_CHECK(unknown.error().code == sdk::ErrorCode::unknown_conversation);
}

BOOST_AUTO_TEST_CASE(a_client_that_is_closed_gives_up_what_it_is_asked_for) {
  Hub hub;
  TempFolder folder;
  std::future<sdk::Result<std::vector<sdk::SuggestedAnswer>>> asked;
  {
    auto agent = open_agent(hub, folder / "agent.db", "ada");
    for (int i = 0; i < 50; ++i) asked = agent.answers_to("parcel");
  }
  const auto answered = asked.get();
  BOOST_TEST((answered.ok() || answered.error().code == sdk::ErrorCode::network_failed));
}

BOOST_AUTO_TEST_CASE(a_store_is_private_and_used_by_one_program_at_a_time) {
  Hub hub;
  TempFolder folder;
  const std::string store = folder / "deep/er/agent.db";
  const auto first = sdk::Client::open(options(hub, store)).value();
  struct stat file = {};
  BOOST_REQUIRE(::stat(store.c_str(), &file) == 0);
  BOOST_TEST((file.st_mode & 0777U) == 0600U);
  BOOST_REQUIRE(::stat((store + "-wal").c_str(), &file) == 0);
  BOOST_TEST((file.st_mode & 0777U) == 0600U);
  BOOST_REQUIRE(::stat((folder / "deep/er").c_str(), &file) == 0);
  BOOST_TEST((file.st_mode & 0777U) == 0700U);
  const auto second = sdk::Client::open(options(hub, store));
  BOOST_REQUIRE(!second);
  BOOST_TEST(second.error().message.find("in use") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_store_stays_its_owners) {
  Hub hub;
  TempFolder folder;
  { const auto customer = open_customer(hub, folder / "customer.db"); }
  BOOST_TEST(!sdk::Client::open(options(hub, folder / "customer.db")).ok());
  auto elsewhere = options(hub, folder / "customer.db");
  elsewhere.site = "other";
  BOOST_TEST(!sdk::Client::open_as_customer(elsewhere).ok());
  {
    auto agent = open_agent(hub, folder / "agent.db", "ada");
    const auto other = agent.sign_in("ben", Hub::kPassword).get();
    BOOST_REQUIRE(!other);
    BOOST_TEST(agent.identity()->name == "Ada Example");
  }
  BOOST_TEST(!sdk::Client::open_as_customer(options(hub, folder / "agent.db")).ok());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_store_is_left_as_it_was) {
  Hub hub;
  TempFolder folder;
  const std::string poem = "Not a database, but a poem about bells, and long enough to be one.\n";
  std::ofstream(folder / "poem") << poem;
  const auto opened = sdk::Client::open(options(hub, folder / "poem"));
  BOOST_REQUIRE(!opened);
  BOOST_TEST(opened.error().message.find(folder / "poem") != std::string::npos);
  BOOST_TEST(file_bytes(folder / "poem") == poem);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_hub_or_a_site_is_refused_with_a_reason) {
  TempFolder folder;
  for (const char* hub : {"", "desk.example.com", "ftp://desk.example.com", "https://",
                          "https://ada:pw@desk.example.com", "https://desk.example.com/?a=b"}) {
    const auto opened = sdk::Client::open({hub, "demo", folder / "agent.db", {}, true});
    BOOST_REQUIRE_MESSAGE(!opened, hub);
    BOOST_CHECK(opened.error().code == sdk::ErrorCode::invalid_command);
  }
  for (const char* site : {"", "Demo", "../demo", "de mo"})
    BOOST_TEST(
        !sdk::Client::open({"http://127.0.0.1:1", site, folder / "agent.db", {}, true}).ok());
}

BOOST_AUTO_TEST_CASE(nobodys_device_can_look_but_do_nothing) {
  TempFolder folder;
  auto client =
      sdk::Client::open({"http://127.0.0.1:1", "demo", folder / "agent.db", {}, true}).value();
  BOOST_TEST(client.conversations().value().empty());
  const auto posted = client.post("0193c0de-0000-7000-8000-000000000009", "Hello");
  BOOST_REQUIRE(!posted);
  BOOST_CHECK(posted.error().code == sdk::ErrorCode::not_signed_in);
  BOOST_CHECK(client.conversation("nonsense").error().code == sdk::ErrorCode::unknown_conversation);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_harms_nothing) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  const auto posted = customer.post("", "caf\xe9 \xff\xfe");
  const auto too_large = customer.post("", std::string(200'000, 'x'));
  BOOST_REQUIRE(!too_large);
  BOOST_CHECK(too_large.error().code == sdk::ErrorCode::too_large);
  customer.post("", "after").value();
  wait_until(customer, [&] { return placed(customer); });
  BOOST_TEST(texts(customer, only_conversation(customer)).back() == "after");
  BOOST_TEST(posted.ok());
}

BOOST_AUTO_TEST_CASE(a_command_inside_on_change_is_refused_and_does_not_hang) {
  TempFolder folder;
  std::promise<sdk::ErrorCode> code;
  sdk::Client* client = nullptr;
  bool told = false;
  std::mutex mutex;
  auto opened = sdk::Client::open_as_customer(
                    {.hub = "http://127.0.0.1:1",
                     .site = "demo",
                     .store = folder / "customer.db",
                     .on_change =
                         [&] {
                           const std::lock_guard lock(mutex);
                           if (!client || std::exchange(told, true)) return;
                           code.set_value(client->post("", "from inside").error().code);
                         },
                     .connect = false})
                    .value();
  {
    const std::lock_guard lock(mutex);
    client = &opened;
  }
  while (opened.poll_change()) {
  }
  opened.post("", "from outside").value();
  BOOST_CHECK(code.get_future().get() == sdk::ErrorCode::invalid_command);
}

BOOST_AUTO_TEST_CASE(commands_and_queries_from_many_threads_are_one_after_another) {
  TempFolder folder;
  auto customer = sdk::Client::open_as_customer(
                      {"http://127.0.0.1:1", "demo", folder / "customer.db", {}, false})
                      .value();
  customer.post("", "first").value();
  const std::string conversation = only_conversation(customer);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const std::string text = std::to_string(t) + "." + std::to_string(i);
        customer.post(conversation, text).value();
        const auto seen = texts(customer, conversation);
        if (std::ranges::find(seen, text) == seen.end()) std::abort();  // read your own writes
      }
    });
  for (std::thread& thread : threads) thread.join();
  const auto all = texts(customer, conversation);
  BOOST_TEST(std::set(all.begin(), all.end()).size() == 41U);
}

BOOST_AUTO_TEST_CASE(each_side_sees_the_other_write_until_the_message_is_there) {
  Hub hub;
  TempFolder folder;
  auto customer = open_customer(hub, folder / "customer.db");
  auto agent = open_agent(hub, folder / "agent.db", "ada");
  customer.post("", "Where is my parcel?").value();
  wait_until(agent, [&] { return !only_conversation(agent).empty() && live(agent); });
  const std::string conversation = only_conversation(agent);
  // Told in passing: said again while he writes, as a person who goes on typing.
  const auto sees = [&](sdk::Client& reader, sdk::Client& writer) {
    wait_until(reader, [&] {
      writer.note_typing(conversation);
      return !reader.typing(conversation).value().empty();
    });
    return reader.typing(conversation).value().front();
  };
  const sdk::Typist ada = sees(customer, agent);
  BOOST_TEST((ada.kind == sdk::ActorKind::agent));
  BOOST_TEST(ada.name == "Ada Example");
  BOOST_TEST(agent.typing(conversation).value().empty());
  agent.post(conversation, "On its way").value();
  wait_until(customer, [&] { return customer.typing(conversation).value().empty(); });

  BOOST_TEST((sees(agent, customer).kind == sdk::ActorKind::customer));
  hub.kill();
  wait_until(agent, [&] { return agent.typing(conversation).value().empty(); });
}

BOOST_AUTO_TEST_SUITE_END()
