#include <boost/test/unit_test.hpp>

#include "core/fold/fold.h"
#include "core/store/schema.h"
#include "core/view/answer_book.h"
#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using test::Device;
using test::LoopbackHub;

/// A customer and two agents at one hub, who have met.
struct Desk {
  LoopbackHub hub{1};
  Device customer{ActorKind::customer, 2};
  Device ana{ActorKind::agent, 3};
  Device ben{ActorKind::agent, 4};
  std::string conversation;

  Desk() {
    hub.place_own(SiteUpdated{"Shop", "Welcome"});
    hub.place_own(AgentUpdated{ana.actor().id, "Ana"});
    hub.place_own(AgentUpdated{ben.actor().id, "Ben"});
    say(customer, "hello");
    sync();
    conversation = customer.views().conversations(1).at(0).id;
  }
  void sync() {
    for (int round = 0; round < 3; ++round)
      for (Device* device : {&customer, &ana, &ben}) device->sync(hub);
  }
  std::string say(Device& device, const std::string& text) {
    auto id = device.replica().post_message(conversation, text, "", device.now);
    BOOST_REQUIRE(id.ok());
    return *id;
  }
  void emit(Device& device, Payload payload) {
    BOOST_REQUIRE(device.replica().emit(conversation, std::move(payload), device.now).ok());
  }
  ErrorCode refusal(Device& device, Payload payload) {
    const auto id = device.replica().emit(conversation, std::move(payload), device.now);
    BOOST_REQUIRE(!id.ok());
    return id.error().code;
  }
  MessageView last(Device& device) { return device.views().messages(conversation, 50).back(); }
};

/// How many events of the store have the word in them. (The widget's SQLite has no LIKE.)
int events_with(Database& database, std::string_view word) {
  int count = 0;
  for (Query row = database.query("SELECT body FROM event"); row.next();)
    count += row.text(0).find(word) != std::string_view::npos;
  return count;
}

BOOST_AUTO_TEST_SUITE(replica)

BOOST_AUTO_TEST_CASE(a_message_goes_through_its_states) {
  Desk d;
  d.say(d.customer, "where is my parcel?");
  BOOST_TEST((d.last(d.customer).state == MessageState::saved));
  d.customer.sync(d.hub);
  BOOST_TEST((d.last(d.customer).state == MessageState::sent));
  d.ana.sync(d.hub);
  d.customer.sync(d.hub);
  BOOST_TEST((d.last(d.customer).state == MessageState::delivered));
  BOOST_REQUIRE(d.ana.replica().mark_read(d.conversation, d.ana.now).ok());
  d.sync();
  BOOST_TEST((d.last(d.customer).state == MessageState::read));
}

BOOST_AUTO_TEST_CASE(who_reads_an_old_history_acknowledges_only_what_nobody_has) {
  Desk d;
  // Many pages of it, each message long before its receipt.
  for (int i = 0; i < 30; ++i) d.say(d.customer, "and another thing");
  d.sync();
  const Seq before = d.hub.head();
  Device newcomer(ActorKind::agent, 5);
  newcomer.sync(d.hub);
  BOOST_TEST(d.hub.head() == before);

  for (int i = 0; i < 30; ++i) d.say(d.customer, "is anybody there?");
  d.customer.sync(d.hub);
  const Seq unseen = d.hub.head();
  newcomer.sync(d.hub);
  BOOST_TEST(d.hub.head() == unseen + 1, "one receipt for all of them");
  d.customer.sync(d.hub);
  BOOST_TEST((d.last(d.customer).state == MessageState::delivered));
}

BOOST_AUTO_TEST_CASE(acknowledged_but_not_yet_pulled_is_sent) {
  Desk d;
  d.say(d.customer, "again");
  const std::string push = encode_push(d.customer.replica().next_push(d.customer.now, 10));
  const PushAnswer answer = d.hub.push(d.customer.actor(), push);
  BOOST_REQUIRE(d.customer.replica().apply_push_answer(answer, d.customer.now).ok());
  BOOST_TEST((d.last(d.customer).state == MessageState::sent));
  BOOST_TEST(d.customer.replica().unsent_count() == 0);
  BOOST_TEST(d.customer.replica().next_push(d.customer.now, 10).empty());
}

BOOST_AUTO_TEST_CASE(messages_in_a_row_go_into_one_conversation) {
  LoopbackHub hub(1);
  Device customer(ActorKind::customer, 2);
  for (const char* text : {"one", "two", "three"})
    BOOST_REQUIRE(customer.replica().post_message("", text, "", customer.now).ok());
  const auto conversations = customer.views().conversations(10);
  BOOST_REQUIRE(conversations.size() == 1u);
  const auto messages = customer.views().messages(conversations[0].id, 10);
  BOOST_REQUIRE(messages.size() == 3u);
  BOOST_TEST(messages[0].text == "one");
  BOOST_TEST(messages[2].text == "three");
}

BOOST_AUTO_TEST_CASE(an_unsent_message_survives_a_restart) {
  Desk d;
  d.say(d.customer, "offline");
  d.customer.restart();
  BOOST_TEST(d.last(d.customer).text == "offline");
  BOOST_TEST((d.last(d.customer).state == MessageState::saved));
  d.sync();
  BOOST_TEST(d.last(d.ana).text == "offline");
}

BOOST_AUTO_TEST_CASE(unsent_messages_stay_behind_what_arrives_before_them) {
  Desk d;
  d.say(d.customer, "mine, unsent");
  d.say(d.ana, "a reply");
  d.ana.sync(d.hub);
  const auto cursor = d.customer.replica().cursor();
  BOOST_REQUIRE(d.customer.replica()
                    .apply_page(d.hub.page(d.customer.actor(), *cursor, 50), d.customer.now)
                    .ok());
  BOOST_TEST(d.last(d.customer).text == "mine, unsent");
  d.sync();
  BOOST_TEST(d.last(d.customer).text == "mine, unsent");
  BOOST_TEST(d.customer.replica().hash() == d.hub.hash_for(d.customer.actor()));
}

BOOST_AUTO_TEST_CASE(a_page_that_does_not_join_is_not_applied) {
  Desk d;
  d.hub.place_own(SiteUpdated{"Later", {}});
  const Seq head = d.hub.head();
  const std::uint64_t before = d.customer.replica().hash();
  Page page = d.hub.page(d.customer.actor(), {d.hub.epoch(), head, 0}, 10);
  page.cursor.seq += 1;
  const auto fit = d.customer.replica().apply_page(page, d.customer.now);
  BOOST_REQUIRE(fit.ok());
  BOOST_TEST((*fit == Replica::PageFit::gap));
  BOOST_TEST(d.customer.replica().hash() == before);
}

BOOST_AUTO_TEST_CASE(a_page_applied_twice_changes_nothing_the_second_time) {
  Desk d;
  const Page page = d.hub.page(d.customer.actor(), {d.hub.epoch(), 0, 0}, 500);
  const std::uint64_t before = d.customer.replica().hash();
  const auto fit = d.customer.replica().apply_page(page, d.customer.now);
  BOOST_REQUIRE(fit.ok());
  BOOST_TEST((*fit == Replica::PageFit::known));
  BOOST_TEST(d.customer.replica().hash() == before);
}

BOOST_AUTO_TEST_CASE(only_the_team_offers_cards_and_ready_answers) {
  Desk d;
  const MessagePosted offer{"Which one?", {}, "", R"(["This","That"])", R"([{"title":"Fern"}])"};
  BOOST_TEST((d.refusal(d.customer, offer) == ErrorCode::not_allowed));
  d.emit(d.ana, offer);
  d.sync();
  BOOST_TEST(d.last(d.customer).replies == R"(["This","That"])");
  BOOST_TEST(d.last(d.customer).cards == R"([{"title":"Fern"}])");
  BOOST_TEST(d.customer.replica().hash() == d.customer.replica().rebuild_and_hash());
}

BOOST_AUTO_TEST_CASE(a_message_taken_back_leaves_no_trace_and_nothing_else_with_it) {
  Desk d;
  const std::string first = d.say(d.customer, "one");
  const std::string second = d.say(d.customer, "two");
  BOOST_REQUIRE(d.customer.replica().undo(first).ok());
  d.sync();
  BOOST_TEST(d.last(d.ana).text == "two");
  for (const MessageView& message : d.ana.views().messages(d.conversation, 50))
    BOOST_TEST(message.text != "one");
  BOOST_TEST(!d.customer.replica().undo(second).ok());  // it is at the hub
  BOOST_TEST(!d.ana.replica().undo(second).ok());       // and was never ana's
  BOOST_TEST(d.customer.replica().hash() == d.customer.replica().rebuild_and_hash());
}

BOOST_AUTO_TEST_CASE(a_survey_other_than_stars_is_kept_as_it_was_answered) {
  Desk d;
  d.emit(d.ana, ConversationResolved{});
  d.sync();
  BOOST_TEST(
      (d.refusal(d.customer, SurveyAnswered{11, "", SurveyKind::nps}) == ErrorCode::invalid_event));
  d.emit(d.customer, SurveyAnswered{9, "smooth", SurveyKind::nps, R"(["Fast"])"});
  d.sync();
  const SurveyView survey = d.ana.views().conversation(d.conversation)->survey;
  BOOST_TEST(survey.score.value() == 9);
  BOOST_TEST((survey.kind == SurveyKind::nps));
  BOOST_TEST(survey.tags == R"(["Fast"])");
  BOOST_TEST(!survey.stars.has_value());
  BOOST_TEST(!survey.open);
}

BOOST_AUTO_TEST_CASE(the_survey_opens_on_resolution_and_is_answered_once) {
  Desk d;
  BOOST_TEST((d.refusal(d.customer, SurveyAnswered{5, ""}) == ErrorCode::survey_not_open));
  d.emit(d.ana, ConversationResolved{});
  d.sync();
  BOOST_TEST(d.customer.views().conversation(d.conversation)->survey.open);
  d.emit(d.customer, SurveyAnswered{5, "quick"});
  BOOST_TEST((d.refusal(d.customer, SurveyAnswered{1, ""}) == ErrorCode::survey_already_answered));
  d.sync();
  const SurveyView survey = d.ana.views().conversation(d.conversation)->survey;
  BOOST_TEST(survey.stars.value() == 5);
  BOOST_TEST(survey.comment == "quick");
}

BOOST_AUTO_TEST_CASE(a_customer_who_writes_again_reopens) {
  Desk d;
  d.emit(d.ana, ConversationResolved{});
  d.sync();
  BOOST_TEST(d.customer.views().conversation(d.conversation)->resolved);
  d.say(d.customer, "one more thing");
  BOOST_TEST(!d.customer.views().conversation(d.conversation)->resolved);
  d.sync();
  BOOST_TEST(!d.ana.views().conversation(d.conversation)->resolved);
}

BOOST_AUTO_TEST_CASE(a_reply_to_what_has_moved_on_is_held_back_and_can_be_sent_anew) {
  Desk d;
  d.say(d.ana, "slow reply");
  d.say(d.ben, "quick reply");
  d.ben.sync(d.hub);
  d.ana.sync(d.hub);
  const MessageView held = d.last(d.ana);
  BOOST_TEST(held.text == "slow reply");
  BOOST_TEST((held.state == MessageState::refused));
  BOOST_TEST((held.refusal->code == ErrorCode::stale_reply));
  d.sync();
  BOOST_TEST(d.last(d.customer).text == "quick reply");

  BOOST_REQUIRE(d.ana.replica().resend(held.id, d.ana.now).ok());
  d.sync();
  BOOST_TEST(d.last(d.customer).text == "slow reply");
  BOOST_TEST((d.last(d.ana).state == MessageState::delivered));
}

BOOST_AUTO_TEST_CASE(a_refused_event_can_be_discarded_and_leaves_nothing) {
  Desk d;
  d.say(d.ana, "slow reply");
  d.say(d.customer, "never mind");
  d.customer.sync(d.hub);
  d.ana.sync(d.hub);
  const std::string id = d.last(d.ana).id;
  BOOST_REQUIRE(d.ana.replica().discard(id).ok());
  BOOST_TEST(d.last(d.ana).text == "never mind");
  BOOST_TEST(!d.ana.replica().discard(id).ok());
}

BOOST_AUTO_TEST_CASE(notes_reach_the_team_and_no_customer) {
  Desk d;
  d.emit(d.ana, NoteAdded{"a difficult one"});
  d.sync();
  BOOST_TEST(d.last(d.ben).note);
  BOOST_TEST(d.last(d.ben).text == "a difficult one");
  BOOST_TEST(events_with(d.customer.database(), "difficult") == 0);
}

BOOST_AUTO_TEST_CASE(a_customer_sees_his_own_conversations_only) {
  Desk d;
  Device other(ActorKind::customer, 9);
  BOOST_REQUIRE(other.replica().post_message("", "somebody else", "", other.now).ok());
  other.sync(d.hub);
  d.sync();
  BOOST_TEST(d.customer.views().conversations(10).size() == 1u);
  BOOST_TEST(d.ana.views().conversations(10).size() == 2u);
  const auto probing = d.customer.replica().post_message(other.views().conversations(1).at(0).id,
                                                         "hi", "", d.customer.now);
  BOOST_TEST((probing.error().code == ErrorCode::unknown_conversation));
}

BOOST_AUTO_TEST_CASE(policy_refuses_early_what_the_hub_would_refuse) {
  Desk d;
  BOOST_TEST((d.refusal(d.customer, NoteAdded{"x"}) == ErrorCode::not_allowed));
  BOOST_TEST((d.refusal(d.customer, ConversationResolved{}) == ErrorCode::not_allowed));
  BOOST_TEST((d.refusal(d.ana, SurveyAnswered{5, ""}) == ErrorCode::not_allowed));
  BOOST_TEST(
      (d.refusal(d.ana, ConversationAssigned{d.customer.actor().id}) == ErrorCode::unknown_agent));
  BOOST_TEST((d.refusal(d.ana, MessagePosted{"", {}, ""}) == ErrorCode::invalid_event));
  BOOST_TEST((d.refusal(d.ana, SurveyAnswered{9, ""}) == ErrorCode::invalid_event));
  BOOST_TEST(d.ana.replica().unsent_count() == 0);
}

BOOST_AUTO_TEST_CASE(an_event_by_somebody_else_is_not_placed) {
  Desk d;
  d.say(d.customer, "as myself");
  const auto bodies = d.customer.replica().next_push(d.customer.now, 10);
  const PushAnswer answer = d.hub.push(d.ana.actor(), encode_push(bodies));
  BOOST_TEST((answer.results.at(0).outcome == PushOutcome::refused));
  BOOST_TEST((answer.results.at(0).error->code == ErrorCode::wrong_author));
}

BOOST_AUTO_TEST_CASE(a_published_answer_cannot_become_secret_unless_it_is_withdrawn_first) {
  Desk d;
  AnswerPublished answer{d.conversation, "Title", "Text", {}, AnswerScope::everyone, "en"};
  BOOST_REQUIRE(d.ana.replica().emit("", answer, d.ana.now).ok());
  answer.scope = AnswerScope::team;
  BOOST_TEST(
      (d.ana.replica().emit("", answer, d.ana.now).error().code == ErrorCode::scope_narrowed));
  BOOST_REQUIRE(d.ana.replica().emit("", AnswerWithdrawn{answer.answer}, d.ana.now).ok());
  BOOST_REQUIRE(d.ana.replica().emit("", answer, d.ana.now).ok());
  d.sync();
  BOOST_TEST(!d.customer.views().answer(answer.answer));
  BOOST_TEST(d.ben.views().answer(answer.answer).has_value());
}

BOOST_AUTO_TEST_CASE(an_agents_own_answer_is_on_nobody_elses_device) {
  Desk d;
  const std::string id = d.ana.actor().id;
  AnswerPublished own{id, "Mine", "Hi there", {}, AnswerScope::own, "en"};
  BOOST_REQUIRE(d.ana.replica().emit("", AnswerDrafted{own}, d.ana.now).ok());
  BOOST_REQUIRE(d.ana.replica().emit("", AnswerGuided{id, "psst", ""}, d.ana.now).ok());
  BOOST_REQUIRE(d.ana.replica().emit("", own, d.ana.now).ok());
  d.sync();
  BOOST_TEST(d.ana.views().answer(id).has_value());
  for (test::Device* other : {&d.ben, &d.customer})
    BOOST_TEST(!other->database().integer(
        "SELECT 1 FROM event WHERE type BETWEEN 'answer.' AND 'answer.z'"));
  // Nor may anybody else write it.
  own.scope = AnswerScope::team;
  BOOST_REQUIRE(d.ben.replica().emit("", own, d.ben.now).ok());
  d.sync();
  BOOST_REQUIRE(d.ben.views().refused().size() == 1u);
  BOOST_TEST((d.ben.views().refused()[0].reason.code == ErrorCode::not_allowed));
  // The withdrawal is its owner's as well.
  BOOST_REQUIRE(d.ana.replica().emit("", AnswerWithdrawn{id}, d.ana.now).ok());
  d.sync();
  BOOST_TEST(!d.ana.views().answer(id));
  BOOST_TEST(!d.ben.database().integer("SELECT 1 FROM event WHERE type = 'answer.withdrawn'"));
}

BOOST_AUTO_TEST_CASE(what_the_team_knows_of_an_article_stays_with_the_team) {
  Desk d;
  const std::string id = d.conversation;
  const AnswerPublished article{id, "Refunds", "Of course.", {}, AnswerScope::everyone, "en"};
  BOOST_REQUIRE(d.ana.replica().emit("", AnswerDrafted{article}, d.ana.now).ok());
  d.sync();
  BOOST_TEST(!d.customer.views().answer(id));
  BOOST_TEST(AnswerBook(d.ben.database()).drafts().size() == 1u);
  BOOST_REQUIRE(d.ana.replica().emit("", article, d.ana.now).ok());
  const auto unknown = d.ben.replica().emit("", AnswerGuided{d.ana.actor().id, "", ""}, d.ben.now);
  BOOST_TEST((unknown.error().code == ErrorCode::unknown_answer));
  d.sync();
  BOOST_REQUIRE(
      d.ben.replica().emit("", AnswerGuided{id, "Look it up.", "Up to 20 EUR."}, d.ben.now).ok());
  d.sync();
  BOOST_TEST(AnswerBook(d.ana.database()).guide(id)->authority == "Up to 20 EUR.");
  BOOST_TEST(AnswerBook(d.ana.database()).drafts().empty());
  BOOST_TEST(d.customer.views().answer(id).has_value());
  BOOST_TEST(!AnswerBook(d.customer.database()).guide(id));
  BOOST_TEST(!d.customer.database().integer(
      "SELECT 1 FROM event WHERE type IN ('answer.guided', 'answer.drafted')"));
}

BOOST_AUTO_TEST_CASE(the_versions_of_an_entry_can_be_read) {
  Desk d;
  AnswerPublished entry{d.conversation, "One", "1", {}, AnswerScope::team, "en"};
  BOOST_REQUIRE(d.ana.replica().emit("", entry, d.ana.now).ok());
  d.sync();
  entry.title = "Two";
  BOOST_REQUIRE(d.ben.replica().emit("", AnswerDrafted{entry}, d.ben.now).ok());
  BOOST_REQUIRE(d.ben.replica().emit("", entry, d.ben.now).ok());  // not sent yet
  BOOST_REQUIRE(d.ben.replica().emit("", AnswerWithdrawn{entry.answer}, d.ben.now).ok());
  const auto versions = AnswerBook(d.ben.database()).versions(entry.answer);
  BOOST_REQUIRE(versions.size() == 4u);
  BOOST_TEST(versions[0].entry->title == "One");
  BOOST_TEST((versions[0].author == d.ana.actor()));
  BOOST_TEST((versions[1].deed == AnswerDeed::drafted));
  BOOST_TEST(versions[2].version == 2);
  BOOST_TEST(versions[2].entry->title == "Two");
  BOOST_TEST((versions[3].deed == AnswerDeed::withdrawn));
}

BOOST_AUTO_TEST_CASE(entries_are_listed_by_scope_category_and_time) {
  Desk d;
  AnswerPublished entry{d.conversation, "B", "1", {}, AnswerScope::everyone, "en"};
  entry.category = "Shipping";
  entry.from = 100;
  entry.to = 200;
  BOOST_REQUIRE(d.ana.replica().emit("", entry, d.ana.now).ok());
  BOOST_REQUIRE(d.ana.replica()
                    .emit("",
                          AnswerPublished{d.ana.actor().id, "A", "2", {}, AnswerScope::team, ""},
                          d.ana.now)
                    .ok());
  const AnswerBook book(d.ana.database());
  BOOST_TEST(book.entries().size() == 2u);
  BOOST_TEST(book.entries()[1].entry.category == "Shipping");
  BOOST_TEST(book.entries({.at = 99}).size() == 1u);
  BOOST_TEST(book.entries({.at = 100}).size() == 2u);
  BOOST_TEST(book.entries({.at = 200}).size() == 1u);
  BOOST_TEST(book.entries({.scope = AnswerScope::team}).size() == 1u);
  BOOST_TEST(book.entries({.category = "Shipping"}).size() == 1u);
  BOOST_TEST(book.categories().size() == 2u);
  BOOST_TEST(d.ana.views().find_answers("", 9, 99).size() == 1u);
  BOOST_TEST(d.ana.views().find_answers("B", 9, 199).size() == 1u);
  BOOST_TEST(d.ana.views().find_answers("B", 9, 200).empty());
}

BOOST_AUTO_TEST_CASE(unread_counts_what_the_other_side_wrote_since) {
  Desk d;
  d.say(d.ana, "one");
  d.say(d.ana, "two");
  d.sync();
  BOOST_TEST(d.customer.views().conversation(d.conversation)->unread == 2);
  BOOST_TEST(d.ana.views().conversation(d.conversation)->unread == 1);
  BOOST_REQUIRE(d.customer.replica().mark_read(d.conversation, d.customer.now).ok());
  BOOST_TEST(d.customer.views().conversation(d.conversation)->unread == 0);
  const auto unsent = d.customer.replica().unsent_count();
  BOOST_REQUIRE(d.customer.replica().mark_read(d.conversation, d.customer.now).ok());
  BOOST_TEST(d.customer.replica().unsent_count() == unsent);
}

BOOST_AUTO_TEST_CASE(a_receipt_from_the_future_marks_nothing_read_that_comes_later) {
  Desk d;
  d.emit(d.customer, ReceiptRead{1'000'000});
  d.sync();
  d.say(d.ana, "unread");
  d.sync();
  BOOST_TEST((d.last(d.ana).state == MessageState::delivered));
}

BOOST_AUTO_TEST_CASE(a_push_stays_within_its_limits) {
  Device customer(ActorKind::customer, 2);
  for (int i = 0; i < 100; ++i)
    BOOST_REQUIRE(customer.replica()
                      .post_message("", std::string(kMaxTextBytes, 'x'), "", customer.now)
                      .ok());
  const auto bodies = customer.replica().next_push(customer.now, kMaxPushEvents);
  BOOST_TEST(bodies.size() < 101u);
  BOOST_TEST(decode_push(encode_push(bodies)).ok());
  BOOST_TEST(customer.replica().next_push(customer.now, 3).size() == 3u);
}

BOOST_AUTO_TEST_CASE(what_the_hub_asked_patience_for_waits_with_all_behind_it_in_its_conversation) {
  LoopbackHub hub(1);
  Device customer(ActorKind::customer, 2);
  BOOST_REQUIRE(customer.replica().post_message("", "one", "", customer.now).ok());
  BOOST_REQUIRE(customer.replica().post_message("", "two", "", customer.now).ok());
  BOOST_REQUIRE(customer.replica()
                    .emit("", CustomerUpdated{customer.actor().id, "Ann", {}}, customer.now)
                    .ok());
  const auto first = decode_event(customer.replica().next_push(customer.now, 10).at(0));
  const PushAnswer later{hub.epoch(),
                         {{first->id, PushOutcome::retry, 0, Error{ErrorCode::overloaded, ""}}}};
  BOOST_REQUIRE(customer.replica().apply_push_answer(later, customer.now).ok());
  const auto due = customer.replica().next_push(customer.now, 10);
  BOOST_REQUIRE(due.size() == 1u);
  BOOST_TEST(decode_event(due[0])->type == "customer.updated");
  const auto at = customer.replica().next_push_at(customer.now);
  BOOST_REQUIRE(at);
  BOOST_TEST(customer.replica().next_push(*at, 10).size() == 4u);
}

BOOST_AUTO_TEST_CASE(what_waits_does_not_wait_for_a_clock_that_was_put_back) {
  LoopbackHub hub(1);
  Device customer(ActorKind::customer, 2);
  const auto id = customer.replica().post_message("", "one", "", customer.now);
  BOOST_REQUIRE(id.ok());
  PushAnswer answer{hub.epoch(), {}};
  for (const std::string& body : customer.replica().next_push(customer.now, 10))
    answer.results.push_back(
        {decode_event(body)->id, PushOutcome::retry, 0, Error{ErrorCode::overloaded, ""}});
  BOOST_REQUIRE(customer.replica().apply_push_answer(answer, customer.now).ok());
  BOOST_TEST(customer.replica().next_push(customer.now, 10).empty());
  BOOST_TEST(customer.replica().next_push(customer.now - 7'200'000, 10).size() == 2u);
}

BOOST_AUTO_TEST_CASE(what_a_restored_hub_lost_comes_back_before_what_is_new) {
  Desk d;
  d.sync();
  const Seq backup = d.hub.head();
  for (const char* text : {"one", "two"}) d.say(d.customer, text);
  d.sync();
  d.hub.restore_to(backup);
  // Written by a device that has not heard of it, and pushes before it reads.
  d.say(d.customer, "three");
  d.sync();
  std::string texts;
  for (const MessageView& message : d.ana.views().messages(d.conversation, 3))
    texts += message.text + ' ';
  BOOST_TEST(texts == "one two three ");
}

BOOST_AUTO_TEST_CASE(what_was_refused_unheard_keeps_its_place_when_the_hub_is_restored) {
  Desk d;
  d.sync();
  const Seq backup = d.hub.head();
  d.say(d.customer, "and another thing");
  d.customer.sync(d.hub);
  // Ana has not seen it: the hub refuses her replies, places her notes, and its answer is lost.
  d.emit(d.ana, NoteAdded{"one"});
  d.say(d.ana, "two");
  d.say(d.ana, "three");
  d.emit(d.ana, NoteAdded{"four"});
  d.say(d.ana, "five");
  d.hub.push(d.ana.actor(), encode_push(d.ana.replica().next_push(d.ana.now, 10)));
  const Cursor read = d.ana.replica().cursor().value();
  const Page page = d.hub.page(d.ana.actor(), read, kMaxPageEvents);
  BOOST_REQUIRE(d.ana.replica().apply_page(page, d.ana.now).ok());
  BOOST_TEST(d.ana.replica().unsent_count() == 4);  // her replies, and a receipt
  d.hub.restore_to(backup);
  d.sync();
  std::string hers;
  for (const MessageView& message : d.ana.views().messages(d.conversation, 50))
    if (message.author == d.ana.actor()) hers += message.text + ' ';
  BOOST_TEST(hers == "one two three four five ");
}

BOOST_AUTO_TEST_CASE(a_store_is_one_persons_for_good) {
  Device device(ActorKind::customer, 2);
  Identity somebody{"site", {ActorKind::customer, "01936d5e-7c00-7000-8000-000000000001"}, "s"};
  BOOST_TEST((device.replica().adopt(somebody).error().code == ErrorCode::not_allowed));
  somebody.site = "../../etc";
  BOOST_TEST((device.replica().adopt(somebody).error().code == ErrorCode::invalid_command));
}

BOOST_AUTO_TEST_CASE(a_store_of_a_newer_version_is_left_alone) {
  Database database(":memory:", {});
  migrate(database);
  database.execute("PRAGMA user_version = 999");
  try {
    migrate(database);
    BOOST_FAIL("migrated");
  } catch (const StoreError& error) {
    BOOST_TEST((error.error().code == ErrorCode::store_too_new));
  }
  BOOST_TEST(database.integer("PRAGMA user_version").value() == 999);
}

BOOST_AUTO_TEST_CASE(a_store_with_the_search_index_of_an_older_version_is_taken_over) {
  // As SQLite's FTS5 left it, which is in no program any more.
  constexpr const char* kOlder = R"sql(
    CREATE TABLE answer_search_data (id INTEGER PRIMARY KEY, block BLOB);
    CREATE TABLE answer_search_idx (segid, term, pgno, PRIMARY KEY (segid, term)) WITHOUT ROWID;
    CREATE TABLE answer_search_docsize (id INTEGER PRIMARY KEY, sz BLOB);
    CREATE TABLE answer_search_config (k PRIMARY KEY, v) WITHOUT ROWID;
    INSERT INTO answer_search_data VALUES (1, x'00');
    PRAGMA writable_schema = ON;
    INSERT INTO sqlite_schema VALUES ('trigger', 'answer_search_insert', 'answer', 0,
      'CREATE TRIGGER answer_search_insert AFTER INSERT ON answer BEGIN
        INSERT INTO answer_search (rowid, title, keywords, text)
        VALUES (new.rowid_, new.title, new.keywords, new.text);
      END');
    INSERT INTO sqlite_schema VALUES ('table', 'answer_search', 'answer_search', 0,
      'CREATE VIRTUAL TABLE answer_search USING fts5(title, keywords, text, content = ''answer'')');
    PRAGMA writable_schema = RESET;)sql";
  Database database(":memory:", {});
  migrate(database, 2);
  database.execute(kOlder);
  BOOST_TEST(migrate(database));
  BOOST_TEST(!database.integer(
      "SELECT 1 FROM sqlite_schema WHERE name BETWEEN 'answer_search' AND 'answer_searchz'"));
  Event event;
  event.payload = AnswerPublished{"a", "Parcel", "On its way.", {}, {}, "en"};
  fold_event(database, event, {1, 1});
  const Views views(database, {ActorKind::agent, "ana"});
  BOOST_TEST(views.find_answers("parcel", 5).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_this_version_cannot_read_is_kept_and_passed_over) {
  Desk d;
  Page page = d.hub.page(d.customer.actor(), *d.customer.replica().cursor(), 10);
  page.events.push_back(
      {page.cursor.seq + 1, R"({"id":"new-kind-of-id","type":"hologram.shown"})"});
  page.cursor.seq += 1;
  const std::uint64_t before = d.customer.replica().hash();
  BOOST_REQUIRE(d.customer.replica().apply_page(page, d.customer.now).ok());
  BOOST_TEST(d.customer.replica().hash() == before);
  BOOST_TEST(events_with(d.customer.database(), "hologram") == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
