#include <boost/test/unit_test.hpp>

#include "core/event/attachment.h"
#include "core/fold/fold.h"
#include "core/store/schema.h"
#include "server/hub/content_hash.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

struct StoreFixture {
  TemporaryFolder folder;
  std::unique_ptr<SqliteHubStore> store = open_store(folder / "hub.db");

  void reopen() {
    store.reset();
    store = open_store(folder / "hub.db");
  }
};

ErrorCode code_of(const PushResult& result) {
  BOOST_REQUIRE(result.error.has_value());
  return result.error->code;
}

bool holds_text(const std::vector<PlacedEvent>& events, const std::string& text) {
  for (const PlacedEvent& event : events)
    if (event.body.find(text) != std::string::npos) return true;
  return false;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(hub_store, StoreFixture)

BOOST_AUTO_TEST_CASE(events_get_places_in_the_order_in_which_they_come) {
  const auto first =
      push(*store, customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "one")});
  const auto second = push(*store, customer(2), {started(3, customer(2), 2)});
  BOOST_CHECK_EQUAL(first[0].seq, 1);
  BOOST_CHECK_EQUAL(first[1].seq, 2);
  BOOST_CHECK_EQUAL(second[0].seq, 3);
  BOOST_CHECK_EQUAL(store->head().value(), 3);
}

BOOST_AUTO_TEST_CASE(pushing_the_same_bytes_again_gives_the_same_place) {
  const std::vector<std::string> events = {started(1, customer(1), 1),
                                           posted(2, customer(1), 1, "one")};
  const auto first = push(*store, customer(1), events);
  for (int again = 0; again < 5; ++again) {
    const auto repeated = push(*store, customer(1), events);
    for (std::size_t i = 0; i < events.size(); ++i) {
      BOOST_CHECK(repeated[i].outcome == PushOutcome::placed);
      BOOST_CHECK_EQUAL(repeated[i].seq, first[i].seq);
    }
  }
  BOOST_CHECK_EQUAL(store->head().value(), 2);
}

BOOST_AUTO_TEST_CASE(the_same_event_twice_in_one_push_is_placed_once) {
  const std::string event = started(1, customer(1), 1);
  const auto results = push(*store, customer(1), {event, event});
  BOOST_CHECK_EQUAL(results[0].seq, 1);
  BOOST_CHECK_EQUAL(results[1].seq, 1);
  BOOST_CHECK_EQUAL(store->head().value(), 1);
}

BOOST_AUTO_TEST_CASE(the_same_id_with_other_bytes_is_refused) {
  push(*store, customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "one")});
  const auto results = push(*store, customer(1), {posted(2, customer(1), 1, "another")});
  BOOST_CHECK(results[0].outcome == PushOutcome::refused);
  BOOST_CHECK(code_of(results[0]) == ErrorCode::id_conflict);
  BOOST_CHECK_EQUAL(results[0].id, id_of(2));
  BOOST_CHECK(!holds_text(read_all(*store, agent(1)), "another"));
}

BOOST_AUTO_TEST_CASE(nobody_pushes_in_anothers_name) {
  const auto results = push(*store, customer(2), {started(1, customer(1), 1)});
  BOOST_CHECK(code_of(results[0]) == ErrorCode::wrong_author);
  BOOST_CHECK(results[0].outcome == PushOutcome::refused);
  const Actor system{ActorKind::system, customer(1).id};
  const auto as_site = push(*store, customer(1), {event_bytes(2, system, 0, SiteUpdated{"x", {}})});
  BOOST_CHECK(code_of(as_site[0]) == ErrorCode::wrong_author);
  BOOST_CHECK_EQUAL(store->head().value(), 0);
}

BOOST_AUTO_TEST_CASE(one_refused_event_does_not_touch_the_others) {
  const auto results = push(*store, customer(1),
                            {started(1, customer(1), 1), "{\"id\":\"" + id_of(7) + "\"}", "[]",
                             event_bytes(3, customer(1), 1, NoteAdded{"not for customers"}),
                             posted(4, customer(1), 1, "two")});
  BOOST_CHECK(results[0].outcome == PushOutcome::placed);
  BOOST_CHECK(code_of(results[1]) == ErrorCode::invalid_event);
  BOOST_CHECK_EQUAL(results[1].id, id_of(7));
  BOOST_CHECK(results[2].outcome == PushOutcome::refused);
  BOOST_CHECK_EQUAL(results[2].id, "");
  BOOST_CHECK(code_of(results[3]) == ErrorCode::not_allowed);
  BOOST_CHECK_EQUAL(results[4].seq, 2);
}

BOOST_AUTO_TEST_CASE(an_answer_waits_for_a_disk_that_fails_and_for_no_missing_file) {
  ErrorCode reason = ErrorCode::storage_failed;
  const auto fail = [&](const Actor&, std::string_view) { return Result<void>(Error{reason, ""}); };
  SystemRandom random;
  auto opened = SqliteHubStore::open(":memory:", random, 1, {sha256_hex, nullptr, fail});
  BOOST_REQUIRE(opened.ok());
  AnswerPublished entry{id_of(9), "Labels", "In the file.", {}, AnswerScope::team, "en"};
  entry.attachments = attachments_text({{std::string(64, 'a'), "a.txt", "text/plain", 7, 0, 0}});
  const std::string event = event_bytes(1, agent(1), 0, entry);
  const PushResult waiting = push(**opened, agent(1), {event}).front();
  BOOST_CHECK(code_of(waiting) == ErrorCode::storage_failed);
  BOOST_CHECK(waiting.outcome == PushOutcome::retry);
  reason = ErrorCode::attachment_missing;
  const PushResult refused = push(**opened, agent(1), {event}).front();
  BOOST_CHECK(code_of(refused) == ErrorCode::not_allowed);
  BOOST_CHECK(refused.outcome == PushOutcome::refused);
}

BOOST_AUTO_TEST_CASE(types_that_a_hub_does_not_know_are_refused) {
  std::string event = started(1, customer(1), 1);
  event.replace(event.find("conversation.started"), 20, "conversation.painted");
  const auto results = push(*store, customer(1), {event});
  BOOST_CHECK(code_of(results[0]) == ErrorCode::unknown_type);
  BOOST_CHECK(results[0].outcome == PushOutcome::refused);
}

BOOST_AUTO_TEST_CASE(what_may_succeed_later_is_to_be_tried_again) {
  const std::string message = posted(2, customer(1), 1, "before its conversation");
  BOOST_CHECK(push(*store, customer(1), {message})[0].outcome == PushOutcome::retry);
  push(*store, customer(1), {started(1, customer(1), 1)});
  BOOST_CHECK(push(*store, customer(1), {message})[0].outcome == PushOutcome::placed);
}

BOOST_AUTO_TEST_CASE(what_has_been_placed_stays_placed_though_a_second_one_would_be_refused) {
  push(*store, customer(1), {started(1, customer(1), 1)});
  push(*store, agent(1), {event_bytes(2, agent(1), 1, ConversationResolved{})});
  const std::string survey = event_bytes(3, customer(1), 1, SurveyAnswered{5, "good"});
  const auto first = push(*store, customer(1), {survey});
  const auto again = push(*store, customer(1), {survey});
  BOOST_CHECK(again[0].outcome == PushOutcome::placed);
  BOOST_CHECK_EQUAL(again[0].seq, first[0].seq);
  const auto other =
      push(*store, customer(1), {event_bytes(4, customer(1), 1, SurveyAnswered{1, "bad"})});
  BOOST_CHECK(code_of(other[0]) == ErrorCode::survey_already_answered);
}

BOOST_AUTO_TEST_CASE(events_come_back_as_the_bytes_that_were_pushed) {
  std::string event = started(1, customer(1), 1);
  event.insert(1, " \"an unknown field\" : [1, 2],\t");
  push(*store, customer(1), {event});
  BOOST_CHECK_EQUAL(read_all(*store, agent(1)).at(0).body, event);
}

BOOST_AUTO_TEST_CASE(a_customer_never_reads_what_is_not_for_him) {
  push(*store, customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "mine")});
  push(*store, customer(2), {started(3, customer(2), 2), posted(4, customer(2), 2, "others")});
  push(*store, agent(1),
       {event_bytes(5, agent(1), 1, NoteAdded{"secret-note"}),
        event_bytes(6, agent(1), 1, MessagePosted{"reply", {}, ""}),
        event_bytes(7, agent(1), 0,
                    AnswerPublished{id_of(70), "t", "team-answer", {}, AnswerScope::team, ""}),
        event_bytes(8, agent(1), 0,
                    AnswerPublished{id_of(71), "t", "open-answer", {}, AnswerScope::everyone, ""}),
        event_bytes(9, agent(1), 0, AnswerWithdrawn{id_of(70)}),
        event_bytes(10, agent(1), 0, AnswerWithdrawn{id_of(71)}),
        event_bytes(11, agent(1), 0, CustomerUpdated{customer(2).id, "Other", {}})});
  for (const std::size_t limit : {1u, 2u, 3u, 500u}) {
    const auto mine = read_all(*store, customer(1), limit);
    std::vector<Seq> seqs;
    for (const PlacedEvent& event : mine) seqs.push_back(event.seq);
    // Both started, both posted; the reply, the open answer and its withdrawal. Nothing else.
    const std::vector<Seq> expected = {1, 2, 6, 8, 10};
    BOOST_TEST(seqs == expected, boost::test_tools::per_element());
    BOOST_CHECK(!holds_text(mine, "secret-note"));
    BOOST_CHECK(!holds_text(mine, "team-answer"));
    BOOST_CHECK(!holds_text(mine, "others"));
  }
  BOOST_CHECK_EQUAL(read_all(*store, agent(2)).size(), 11u);
}

BOOST_AUTO_TEST_CASE(a_page_moves_the_cursor_over_what_scope_hid) {
  push(*store, customer(1), {started(1, customer(1), 1)});
  push(*store, customer(2), {started(2, customer(2), 2), posted(3, customer(2), 2, "hidden")});
  const auto page = store->read(customer(1), 1, 10, kMaxPageBytes, 77);
  BOOST_REQUIRE(page.ok());
  BOOST_CHECK(page->events.empty());
  BOOST_CHECK(!page->more);
  BOOST_CHECK_EQUAL(page->cursor.seq, 3);
  BOOST_CHECK_EQUAL(page->cursor.epoch, store->epoch());
  BOOST_CHECK_EQUAL(page->hub_time, 77);
}

BOOST_AUTO_TEST_CASE(a_page_that_just_fits_does_not_promise_more) {
  push(*store, customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "one")});
  const auto page = store->read(customer(1), 0, 2, kMaxPageBytes, 0);
  BOOST_CHECK(!page->more);
  BOOST_CHECK(store->read(customer(1), 0, 1, kMaxPageBytes, 0)->more);
}

BOOST_AUTO_TEST_CASE(pages_stay_within_their_bytes) {
  push(*store, customer(1), {started(1, customer(1), 1)});
  for (int i = 0; i < 40; ++i)
    push(*store, customer(1), {posted(100 + i, customer(1), 1, std::string(15'000, 'x'))});
  Seq after = 0;
  std::size_t seen = 0;
  for (bool more = true; more;) {
    const auto page = store->read(customer(1), after, 500, 100'000, 0);
    std::size_t bytes = 0;
    for (const PlacedEvent& event : page->events) bytes += event.body.size();
    BOOST_CHECK_LE(bytes, 100'000u);
    seen += page->events.size();
    after = page->cursor.seq;
    more = page->more;
  }
  BOOST_CHECK_EQUAL(seen, 41u);
}

BOOST_AUTO_TEST_CASE(a_place_beyond_the_head_is_another_history) {
  const auto page = store->read(customer(1), 1, 10, kMaxPageBytes, 0);
  BOOST_REQUIRE(!page.ok());
  BOOST_CHECK(page.error().code == ErrorCode::new_epoch);
}

BOOST_AUTO_TEST_CASE(a_restart_keeps_everything) {
  const std::string epoch = store->epoch();
  BOOST_CHECK_EQUAL(epoch.size(), 16u);
  push(*store, customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "kept")});
  const std::uint64_t hash = state_hash(store->writer());
  BOOST_REQUIRE(store->register_customer(customer(1).id, "h", 1).value());
  BOOST_REQUIRE(store->put_account({"mira", agent(1).id, "Mira", "argon"}).ok());
  BOOST_REQUIRE(store->add_session(agent(1).id, "s", 1).ok());
  BOOST_REQUIRE(store->set_origins({"https://shop.example"}).ok());
  reopen();
  BOOST_CHECK_EQUAL(store->epoch(), epoch);
  BOOST_CHECK_EQUAL(store->head().value(), 2);
  BOOST_CHECK_EQUAL(state_hash(store->writer()), hash);
  BOOST_CHECK(holds_text(read_all(*store, customer(1)), "kept"));
  BOOST_CHECK_EQUAL(store->customer_secret_hash(customer(1).id).value().value(), "h");
  BOOST_CHECK_EQUAL(store->account("mira").value()->agent, agent(1).id);
  BOOST_CHECK(store->has_session(agent(1).id, "s").value());
  BOOST_CHECK_EQUAL(store->origins().value().at(0), "https://shop.example");
  BOOST_CHECK_EQUAL(push(*store, customer(1), {posted(3, customer(1), 1, "next")})[0].seq, 3);
}

BOOST_AUTO_TEST_CASE(the_folded_state_is_that_of_the_log) {
  push(*store, customer(1), {started(1, customer(1), 1), posted(2, customer(1), 1, "one")});
  push(*store, agent(1),
       {event_bytes(3, agent(1), 1, NoteAdded{"note"}),
        event_bytes(4, agent(1), 1, ConversationResolved{})});
  const std::uint64_t hash = state_hash(store->writer());
  rebuild_from_log(store->writer());
  BOOST_CHECK_EQUAL(state_hash(store->writer()), hash);
}

BOOST_AUTO_TEST_CASE(pushes_placed_together_tell_who_may_see_what_is_new) {
  const std::string one = started(1, customer(1), 1);
  const std::string two = started(2, customer(2), 2);
  const std::vector<Push> pushes = {{customer(1), {one, one}}, {customer(2), {two}}};
  const auto placement = store->place(pushes);
  BOOST_REQUIRE(placement.ok());
  BOOST_CHECK_EQUAL(placement->answers.size(), 2u);
  BOOST_REQUIRE_EQUAL(placement->placed.size(), 2u);
  BOOST_CHECK(may_see(customer(1), placement->placed[0]));
  BOOST_CHECK(!may_see(customer(1), placement->placed[1]));
}

BOOST_AUTO_TEST_CASE(a_customer_keeps_the_secret_it_came_with) {
  BOOST_CHECK(store->register_customer(customer(1).id, "first", 1).value());
  BOOST_CHECK(store->register_customer(customer(1).id, "first", 2).value());
  BOOST_CHECK(!store->register_customer(customer(1).id, "second", 3).value());
  BOOST_CHECK_EQUAL(store->customer_secret_hash(customer(1).id).value().value(), "first");
}

BOOST_AUTO_TEST_CASE(a_new_password_ends_the_agents_sessions) {
  BOOST_REQUIRE(store->put_account({"mira", agent(1).id, "Mira", "old"}).ok());
  BOOST_REQUIRE(store->add_session(agent(1).id, "s", 1).ok());
  BOOST_CHECK(store->has_session(agent(1).id, "s").value());
  BOOST_CHECK(!store->has_session(agent(2).id, "s").value());
  BOOST_REQUIRE(store->put_account({"mira", agent(1).id, "Mira", "new"}).ok());
  BOOST_CHECK(!store->has_session(agent(1).id, "s").value());
}

BOOST_AUTO_TEST_CASE(an_agents_oldest_session_gives_way_to_too_many) {
  for (std::int64_t i = 0; i <= kMaxSessionsPerAgent; ++i)
    BOOST_REQUIRE(store->add_session(agent(1).id, "s" + std::to_string(i), i).ok());
  BOOST_CHECK(!store->has_session(agent(1).id, "s0").value());
  BOOST_CHECK(store->has_session(agent(1).id, "s1").value());
}

BOOST_AUTO_TEST_CASE(what_the_site_says_is_placed_whole_or_not_at_all) {
  const OwnEvent events[] = {
      {"site", "h1", SiteUpdated{"Fern", {}}},
      {"bad", "h2", MessagePosted{"a site posts no messages", {}, ""}},
  };
  const auto placed = store->place_own(events, 5);
  BOOST_REQUIRE(!placed.ok());
  BOOST_CHECK_EQUAL(store->head().value(), 0);
  BOOST_CHECK(store->own_hashes().value().empty());
  BOOST_REQUIRE(store->place_own(std::span(events, 1), 5).ok());
  BOOST_CHECK_EQUAL(store->head().value(), 1);
  BOOST_CHECK_EQUAL(store->own_hashes().value().at("site"), "h1");
}

BOOST_AUTO_TEST_CASE(an_answer_that_becomes_the_teams_is_withdrawn_from_everyone) {
  const AnswerPublished open{id_of(70), "t", "text", {}, AnswerScope::everyone, ""};
  AnswerPublished narrowed = open;
  narrowed.scope = AnswerScope::team;
  narrowed.text = "for the team";
  const OwnEvent first{"answer", "1", open};
  const OwnEvent second{"answer", "2", narrowed};
  BOOST_REQUIRE(store->place_own(std::span(&first, 1), 5).ok());
  BOOST_REQUIRE(store->place_own(std::span(&second, 1), 6).ok());
  const auto mine = read_all(*store, customer(1));
  BOOST_REQUIRE_EQUAL(mine.size(), 2u);
  BOOST_CHECK(mine[1].body.find("answer.withdrawn") != std::string::npos);
  BOOST_CHECK(!holds_text(mine, "for the team"));
}

BOOST_AUTO_TEST_CASE(a_store_in_memory_works_as_one_on_disk) {
  const auto memory = open_store(":memory:");
  push(*memory, customer(1), {started(1, customer(1), 1)});
  BOOST_CHECK_EQUAL(read_all(*memory, customer(1)).size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_store_of_a_newer_version_is_left_alone) {
  store->writer().run("UPDATE meta SET value = '99' WHERE name = 'hub_schema'");
  store.reset();
  SystemRandom random;
  const auto refused = SqliteHubStore::open(folder / "hub.db", random, 1, {sha256_hex});
  BOOST_REQUIRE(!refused.ok());
  BOOST_CHECK(refused.error().code == ErrorCode::store_too_new);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_store_is_an_error_and_not_a_crash) {
  const std::string path = folder.write("garbage.db", std::string(8192, 'x'));
  SystemRandom random;
  BOOST_CHECK(!SqliteHubStore::open(path, random, 1, {sha256_hex}).ok());
}

BOOST_AUTO_TEST_SUITE_END()
