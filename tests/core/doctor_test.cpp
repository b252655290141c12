#include <boost/test/unit_test.hpp>

#include "core/doctor/store_check.h"
#include "core/store/schema.h"
#include "tests/support/cheap_hash.h"
#include "tests/support/loopback.h"

namespace deskbell {

namespace {

using test::Device;
using test::LoopbackHub;

/// A site with all that can be in a store: answers of both scopes, conversations of two customers,
/// notes, receipts, an answered survey; and on two devices something unsent.
struct Site {
  LoopbackHub hub{1};
  Device customer{ActorKind::customer, 2};
  Device other{ActorKind::customer, 3};
  Device ana{ActorKind::agent, 4};
  std::string conversation;
  std::string others;

  Site() {
    hub.place_own(SiteUpdated{"Shop", "Welcome"});
    hub.place_own(AgentUpdated{ana.actor().id, "Ana"});
    hub.place_own(AnswerPublished{
        kArticle, "Returns", "Send it back.", {"refund"}, AnswerScope::everyone, "en"});
    hub.place_own(AnswerPublished{kTeamAnswer, "Angry", "Stay calm.", {}, AnswerScope::team, "en"});
    conversation = begin(customer, "Where is my parcel?");
    others = begin(other, "Is it open on Sunday?");
    sync();
    emit(customer, "", CustomerUpdated{customer.actor().id, "Lena", "lena@example.com"});
    emit(ana, conversation, ConversationAssigned{ana.actor().id});
    emit(ana, conversation, NoteAdded{"Ask the carrier"});
    post(ana, conversation, "Tomorrow");
    post(ana, others, "It is");
    sync();
    BOOST_REQUIRE(customer.replica().mark_read(conversation, customer.now).ok());
    post(customer, conversation, "Thank you");
    sync();
    emit(ana, conversation, ConversationResolved{});
    sync();
    emit(customer, conversation, SurveyAnswered{5, "Quick"});
    sync();
    post(customer, conversation, "One more thing");
    post(ana, others, "Until six");
  }

  std::string begin(Device& device, const std::string& text) {
    BOOST_REQUIRE(device.replica().post_message("", text, "", device.now).ok());
    return device.views().conversations(1).at(0).id;
  }
  void post(Device& device, const std::string& where, const std::string& text) {
    BOOST_REQUIRE(device.replica().post_message(where, text, "", device.now).ok());
  }
  void emit(Device& device, const std::string& where, Payload payload) {
    BOOST_REQUIRE(device.replica().emit(where, std::move(payload), device.now).ok());
  }
  void sync() {
    for (int round = 0; round < 3; ++round)
      for (Device* device : {&customer, &other, &ana}) device->sync(hub);
  }

  static constexpr const char* kArticle = "00000000-0000-7000-8000-00000000000a";
  static constexpr const char* kTeamAnswer = "00000000-0000-7000-8000-00000000000b";
};

std::vector<Finding> check_hub(Database& database) {
  return check_store(database, {.kind = StoreKind::hub, .hash = test::cheap_hash});
}

std::vector<Finding> check_device(Database& database) {
  return check_store(database, {.kind = StoreKind::device});
}

bool has(const std::vector<Finding>& findings, std::string_view code, std::string_view words) {
  for (const Finding& finding : findings)
    if (finding.code == code && finding.sentence.find(words) != std::string::npos) return true;
  return false;
}

std::string list(const std::vector<Finding>& findings) {
  std::string text = findings.empty() ? "no finding" : "";
  for (const Finding& finding : findings) text += finding.code + ": " + finding.sentence + '\n';
  return text;
}

/// A way to break a store, and what is to be said of it.
struct Damage {
  const char* name;
  const char* sql;
  const char* code;
  const char* words;
};

// What a hub's store and a device's may both suffer. A message is the first that is placed.
const std::vector<Damage> kAnywhere = {
    {"a newer version", "PRAGMA user_version = 99", "store_too_new", "newer Deskbell"},
    {"an older version", "PRAGMA user_version = -1", "store_too_old", "older version"},
    {"no version", "PRAGMA user_version = 0", "no_store", "not a store"},
    {"a table lost", "DROP TABLE receipt", "unreadable", "no such table"},
    {"no epoch's name", "UPDATE meta SET value = 'monday' WHERE name = 'epoch'", "epoch_invalid",
     "monday"},
    {"an event in place 0", "UPDATE event SET seq = 0 WHERE seq = 1", "seq_invalid", "place 0"},
    {"bytes cut off", "UPDATE event SET body = substr(body, 1, 40) WHERE seq = 1",
     "event_unreadable", "place 1"},
    {"another id", "UPDATE event SET id = 'x' WHERE seq = 1", "row_differs", "its id"},
    {"another type", "UPDATE event SET type = 'x' WHERE seq = 1", "row_differs", "its type"},
    {"another conversation", "UPDATE event SET conversation = 'x' WHERE seq = 1", "row_differs",
     "its conversation"},
    {"another author", "UPDATE event SET author = 'x' WHERE seq = 1", "row_differs", "its author"},
    {"another kind of author", "UPDATE event SET author_kind = 0 WHERE seq = 1", "row_differs",
     "kind of author"},
    {"another audience", "UPDATE event SET audience = 1 WHERE seq = 1", "audience_differs",
     "place 1"},
    {"another customer",
     "UPDATE event SET customer = 'x' WHERE seq = (SELECT min(seq) FROM event WHERE audience = 2)",
     "audience_differs", "conversation.started"},
    {"an event twice",
     "DROP TABLE IF EXISTS copy; CREATE TABLE copy AS SELECT * FROM event;"
     "INSERT INTO copy SELECT (SELECT max(seq) + 1 FROM event), id, type, conversation,"
     " author_kind, author, audience, customer, hash, body FROM event WHERE seq = 1;"
     "DROP TABLE event; CREATE TABLE event AS SELECT * FROM copy",
     "event_twice", "in place 1 and in place"},
    {"a second survey answer",
     "INSERT INTO event SELECT (SELECT max(seq) + 1 FROM event), 'x', type, conversation,"
     " author_kind, author, audience, customer, hash, body FROM event"
     " WHERE type = 'survey.answered'",
     "survey_twice", "2 times"},
    {"a message too few",
     "DELETE FROM message WHERE id = (SELECT id FROM message WHERE note = 0 AND seq > 0 LIMIT 1)",
     "state_differs", "is missing"},
    {"a message too many",
     "INSERT INTO message SELECT 'ghost', conversation, 1, 1, 0, author, 0, 0, 'boo', '', '', '', ''"
     " FROM message LIMIT 1",
     "state_differs", "message ghost of conversation"},
    {"another text", "UPDATE message SET text = 'boo' WHERE seq > 0", "state_differs", "\"text\""},
    {"a conversation's state", "UPDATE conversation SET was_resolved = 1 - was_resolved",
     "state_differs", "\"was_resolved\""},
    {"a survey's stars", "UPDATE survey_answer SET score = 1", "state_differs", "survey answer of"},
    {"a customer's name", "UPDATE customer SET name = 'Eve'", "state_differs", "customer 0"},
    {"an agent lost", "DELETE FROM agent", "state_differs", "The agent 0"},
    {"a setting", "UPDATE site_setting SET value = 'x' WHERE name = 'greeting'", "state_differs",
     "\"greeting\""},
    {"a canned answer's text", "UPDATE answer SET text = 'Keep it.' WHERE scope = 0",
     "state_differs", "canned answer"},
    {"a watermark moved back", "UPDATE receipt SET read = 0 WHERE reader_kind = 0 AND read > 0",
     "unread_wrong", "unread messages to customer"},
    {"read beyond what was received", "UPDATE receipt SET read = delivered + 1",
     "watermark_impossible", "has received"},
    {"received beyond what there is", "UPDATE receipt SET delivered = 1000", "watermark_impossible",
     "place 1000"},
};

const std::vector<Damage> kOnHub = {
    {"a gap", "DELETE FROM event WHERE seq = 5", "seq_gap", "after place 4 comes place 6"},
    {"the beginning lost", "DELETE FROM event WHERE seq = 1", "seq_gap", "after place 0"},
    {"no epoch", "DELETE FROM meta WHERE name = 'epoch'", "epoch_invalid", "missing"},
    {"other bytes of the same meaning", "UPDATE event SET body = body || ' ' WHERE seq = 3",
     "hash_differs", "place 3"},
    {"a hash lost", "UPDATE event SET hash = NULL WHERE seq = 3", "hash_differs", "place 3"},
    {"something unsent", "INSERT INTO overlay_undo (sql) VALUES ('SELECT 1')", "outbox_on_hub",
     "unsent"},
};

// On the device of the customer, who has one message unsent.
const std::vector<Damage> kOnDevice = {
    {"the owner lost", "DELETE FROM meta WHERE name = 'id'", "owner_missing", "whose device"},
    {"another's event",
     "UPDATE meta SET value = '00000000-0000-7000-8000-000000000000' WHERE name = 'id'",
     "out_of_scope", "not for this device's owner"},
    {"another's outbox",
     "UPDATE meta SET value = '00000000-0000-7000-8000-000000000000' WHERE name = 'id'",
     "outbox_author", "not written by"},
    {"no cursor", "DELETE FROM meta WHERE name = 'cursor'", "cursor_missing", "no cursor"},
    {"a cursor that is none", "UPDATE meta SET value = 'x' WHERE name = 'cursor'", "cursor_invalid",
     "\"x\""},
    {"a cursor of another epoch",
     "UPDATE meta SET value = '0123456789abcdef.1000.0' WHERE name = 'cursor'", "cursor_epoch",
     "belongs to the history"},
    {"a cursor that lags behind",
     "UPDATE meta SET value = substr(value, 1, 16) || '.1.0' WHERE name = 'cursor'",
     "cursor_behind", "behind its log"},
    {"an unsent event cut off", "UPDATE outbox SET body = substr(body, 1, 40)", "outbox_unreadable",
     "cannot be read"},
    {"an unsent event under another id", "UPDATE outbox SET id = 'x'", "outbox_row_differs", "x"},
    {"an event placed and unsent",
     "INSERT INTO outbox (id, conversation, body) SELECT id, conversation, body FROM event"
     " WHERE type = 'message.posted' AND author_kind = 0 LIMIT 1",
     "outbox_in_log", "in the outbox all the same"},
    {"an acknowledged event that never came", "UPDATE outbox SET seq = 1", "outbox_passed",
     "does not have it"},
    {"acknowledged and refused", "UPDATE outbox SET seq = 1000, code = 'not_allowed'",
     "outbox_contradicts", "both"},
    {"the overlay lost", "DELETE FROM overlay_undo", "overlay_differs", "what is unsent"},
    {"a broken overlay", "UPDATE overlay_undo SET sql = 'gibberish'", "overlay_differs",
     "cannot be taken off"},
    {"the outbox lost", "DELETE FROM outbox", "state_differs", "nothing in the log made it"},
    {"an unsent message not shown", "DELETE FROM message WHERE seq IS NULL", "state_differs",
     "is missing"},
};

BOOST_AUTO_TEST_SUITE(doctor)

BOOST_AUTO_TEST_CASE(healthy_stores_have_no_finding) {
  Site site;
  BOOST_TEST(list(check_hub(site.hub.database())) == "no finding");
  for (Device* device : {&site.customer, &site.other, &site.ana})
    BOOST_TEST(list(check_device(device->database())) == "no finding");
}

BOOST_AUTO_TEST_CASE(a_store_in_any_state_of_life_has_no_finding) {
  Device fresh(ActorKind::customer, 9);
  BOOST_TEST(list(check_device(fresh.database())) == "no finding");
  BOOST_REQUIRE(fresh.replica().post_message("", "Anybody there?", "", fresh.now).ok());
  BOOST_TEST(list(check_device(fresh.database())) == "no finding");

  Site site;
  // Acknowledged, but not come yet.
  const std::string push = encode_push(site.customer.replica().next_push(site.customer.now, 10));
  const PushAnswer answer = site.hub.push(site.customer.actor(), push);
  BOOST_REQUIRE(site.customer.replica().apply_push_answer(answer, site.customer.now).ok());
  BOOST_TEST(list(check_device(site.customer.database())) == "no finding");
  // A refused one.
  site.emit(site.ana, site.conversation, ConversationResolved{});
  site.sync();
  site.post(site.customer, site.conversation, "while she writes");
  site.post(site.ana, site.conversation, "Is it there?");
  site.customer.sync(site.hub);
  site.ana.sync(site.hub);
  BOOST_TEST(site.ana.views().refused().size() > 0u);
  BOOST_TEST(list(check_device(site.ana.database())) == "no finding");
  // Another history, of which one has heard and the others have not.
  site.sync();
  const Seq backup = site.hub.head();
  site.post(site.customer, site.conversation, "after the backup");
  site.customer.sync(site.hub);
  site.hub.restore_to(backup);
  BOOST_REQUIRE(site.customer.replica().begin_epoch(site.hub.epoch()).ok());
  BOOST_TEST(site.customer.replica().unsent_count() > 0);
  for (Device* device : {&site.customer, &site.other, &site.ana})
    BOOST_TEST(list(check_device(device->database())) == "no finding");
  site.sync();
  for (Device* device : {&site.customer, &site.other, &site.ana})
    BOOST_TEST(list(check_device(device->database())) == "no finding");
  BOOST_TEST(list(check_hub(site.hub.database())) == "no finding");
}

BOOST_AUTO_TEST_CASE(what_a_later_version_may_read_is_no_finding) {
  Site site;
  Page page = site.hub.page(site.customer.actor(), *site.customer.replica().cursor(), 10);
  const Seq next = site.hub.head() + 1;
  page.cursor.seq = next;
  page.events.push_back({next, R"({"id":"of another shape"})"});
  BOOST_REQUIRE(site.customer.replica().apply_page(page, site.customer.now).ok());
  BOOST_TEST(list(check_device(site.customer.database())) == "no finding");
}

BOOST_AUTO_TEST_CASE(each_damage_to_a_hub_is_found_and_told) {
  for (const std::vector<Damage>* table : {&kAnywhere, &kOnHub})
    for (const Damage& damage : *table) {
      Site site;
      site.hub.database().execute(damage.sql);
      const auto findings = check_hub(site.hub.database());
      BOOST_TEST(has(findings, damage.code, damage.words),
                 damage.name << " is not found; found is: " << list(findings));
    }
}

BOOST_AUTO_TEST_CASE(each_damage_to_a_device_is_found_and_told) {
  for (const std::vector<Damage>* table : {&kAnywhere, &kOnDevice})
    for (const Damage& damage : *table) {
      Site site;
      site.customer.database().execute(damage.sql);
      const auto findings = check_device(site.customer.database());
      BOOST_TEST(has(findings, damage.code, damage.words),
                 damage.name << " is not found; found is: " << list(findings));
    }
}

BOOST_AUTO_TEST_CASE(the_teams_words_on_a_customers_device_are_found) {
  Site site;
  // All that agents see comes to the customer's device, as if a hub had forgotten its scopes.
  Device device(ActorKind::customer, 2);
  const Page page = site.hub.page(site.ana.actor(), Cursor{site.hub.epoch(), 0, 0}, 500);
  BOOST_REQUIRE(device.replica().apply_page(page, device.now).ok());
  const auto findings = check_device(device.database());
  BOOST_TEST(has(findings, "out_of_scope", "note.added"), list(findings));
  BOOST_TEST(has(findings, "out_of_scope", "answer.published"), list(findings));
}

BOOST_AUTO_TEST_CASE(looking_changes_nothing) {
  Site site;
  Database& database = site.customer.database();
  const auto hash = state_hash(database);
  const auto changes = database.integer("SELECT total_changes()");
  BOOST_TEST(check_device(database).empty());
  BOOST_TEST((database.integer("SELECT total_changes()") == changes));
  BOOST_TEST(state_hash(database) == hash);
  // The device goes on as if nothing had been.
  site.sync();
  BOOST_TEST(site.customer.replica().hash() == site.hub.hash_for(site.customer.actor()));
}

BOOST_AUTO_TEST_CASE(many_of_a_kind_are_told_by_a_few) {
  Site site;
  site.hub.database().execute("UPDATE event SET type = 'x'");
  const auto findings = check_hub(site.hub.database());
  std::size_t told = 0;
  for (const Finding& finding : findings) told += finding.code == "row_differs";
  BOOST_TEST(told == Findings::kExamples + 1);
  BOOST_TEST(has(findings, "row_differs", "more of the kind"), list(findings));
}

BOOST_AUTO_TEST_CASE(progress_is_told_to_its_end) {
  Site site;
  std::int64_t last = 0, total = -1;
  const auto note = [&](std::string_view step, std::int64_t done, std::int64_t of) {
    if (step == "events") last = done, total = of;
  };
  BOOST_TEST(check_store(site.ana.database(), {.kind = {}, .hash = {}, .progress = note}).empty());
  BOOST_TEST(last == total);
  BOOST_TEST(total > 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
