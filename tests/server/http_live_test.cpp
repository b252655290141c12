#include <boost/test/unit_test.hpp>
#include <set>
#include <thread>

#include "core/sync/wire.h"
#include "tests/server/running_hub.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

/// An open event stream of one reader.
class Stream {
 public:
  Stream(RunningHub& hub, const Actor& reader, const std::string& query = "")
      : client_(hub.port()) {
    client_.send(request_bytes("GET", kSitePath + "/stream" + query, "", hub.token(reader)));
    const auto head = client_.read_reply(/*head_only=*/true);
    BOOST_REQUIRE(head.has_value());
    BOOST_REQUIRE_EQUAL(head->status, 200);
    BOOST_CHECK_EQUAL(head->field("content-type"), "text/event-stream");
    BOOST_CHECK_EQUAL(head->field("cache-control"), "no-store");
  }

  std::optional<SseEvent> next() { return client_.read_stream_event(); }

  Page next_page() {
    const auto event = next();
    BOOST_REQUIRE(event.has_value());
    BOOST_REQUIRE_EQUAL(event->name, "page");
    auto page = decode_page(event->data);
    BOOST_REQUIRE(page.ok());
    return *page;
  }

  TestClient& client() { return client_; }

 private:
  TestClient client_;
};

struct LiveFixture {
  RunningHub hub;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_live, LiveFixture)

BOOST_AUTO_TEST_CASE(a_stream_brings_what_was_missed_and_then_what_happens) {
  hub.start();
  hub.push(customer(1), {started(1, customer(1), 1)});
  Stream stream(hub, customer(1));
  Page page = stream.next_page();
  BOOST_CHECK_EQUAL(page.since.seq, 0);
  BOOST_CHECK_EQUAL(page.events.back().body, started(1, customer(1), 1));
  for (int i = 0; i < 10; ++i) {
    const std::string message = posted(10 + i, customer(1), 1, "message");
    hub.push(customer(1), {message});
    const Page next = stream.next_page();
    BOOST_CHECK(next.since == page.cursor);
    BOOST_REQUIRE_EQUAL(next.events.size(), 1u);
    BOOST_CHECK_EQUAL(next.events[0].body, message);
    page = next;
  }
}

BOOST_AUTO_TEST_CASE(a_stream_greets_a_reader_who_has_everything) {
  hub.start();
  const Cursor cursor = hub.pull(customer(1)).cursor;
  Stream stream(hub, customer(1), "?cursor=" + encode_cursor(cursor));
  const Page page = stream.next_page();
  BOOST_CHECK(page.events.empty());
  BOOST_CHECK(page.since == cursor);
  BOOST_CHECK(page.cursor == cursor);
}

BOOST_AUTO_TEST_CASE(a_long_history_comes_in_pages_that_join_on) {
  hub.start();
  std::vector<std::string> events = {started(1, customer(1), 1)};
  for (int i = 0; i < 399; ++i) events.push_back(posted(100 + i, customer(1), 1, "message"));
  hub.push(customer(1), events);
  Stream stream(hub, customer(1));
  Seq at = 0;
  std::size_t count = 0;
  for (bool more = true; more;) {
    const Page page = stream.next_page();
    BOOST_CHECK_EQUAL(page.since.seq, at);
    BOOST_CHECK_LE(page.events.size(), kStreamPageEvents);
    at = page.cursor.seq;
    count += page.events.size();
    more = page.more;
  }
  BOOST_CHECK_EQUAL(count, 403u);  // and two agents' names and the site
}

BOOST_AUTO_TEST_CASE(checkpoints_move_the_reader_over_what_scope_hid) {
  hub.limits.live.checkpoint_ms = 50;
  hub.start();
  hub.push(customer(1), {started(1, customer(1), 1)});
  Stream stream(hub, customer(1));
  Seq at = stream.next_page().cursor.seq;
  const PushAnswer hidden =
      hub.push(agent(1), {event_bytes(2, agent(1), 1, NoteAdded{"a-secret-note"})});
  const Seq head = hidden.results[0].seq;
  // Checkpoints name the place that the pages have led to, never one beyond it.
  for (bool reached = false; !reached;) {
    const auto event = stream.next();
    BOOST_REQUIRE(event.has_value());
    BOOST_CHECK(event->data.find("a-secret-note") == std::string::npos);
    if (event->name == "page") {
      const Page page = decode_page(event->data).value();
      BOOST_CHECK_EQUAL(page.since.seq, at);
      BOOST_CHECK(page.events.empty());
      at = page.cursor.seq;
      continue;
    }
    BOOST_REQUIRE_EQUAL(event->name, "checkpoint");
    const Checkpoint checkpoint = decode_checkpoint(event->data).value();
    BOOST_CHECK_EQUAL(checkpoint.cursor.seq, at);
    BOOST_CHECK_GT(checkpoint.hub_time, 0);
    reached = at == head;
  }
}

BOOST_AUTO_TEST_CASE(others_are_told_who_is_writing_and_his_own_devices_are_not) {
  hub.start();
  hub.push(customer(1), {started(1, customer(1), 1)});
  Stream team(hub, agent(1)), own(hub, customer(1));
  team.next_page();
  own.next_page();
  const Reply reply =
      hub.request("POST", kSitePath + "/typing", encode_typing_request(conversation_id(1)),
                  hub.token(customer(1)));
  BOOST_CHECK_EQUAL(reply.status, 204);
  const auto event = team.next();
  BOOST_REQUIRE(event.has_value());
  BOOST_CHECK_EQUAL(event->name, "typing");
  const TypingNotice notice = decode_typing_notice(event->data).value();
  BOOST_CHECK_EQUAL(notice.conversation, conversation_id(1));
  BOOST_CHECK(notice.actor == customer(1));
  // Had they been told, it would have been before this.
  hub.push(customer(1), {posted(2, customer(1), 1, "there")});
  BOOST_CHECK_EQUAL(own.next_page().events.size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_cursor_of_another_history_resets_the_reader) {
  hub.start();
  const std::string epoch = hub.pull(customer(1)).cursor.epoch;
  for (const Cursor& cursor : {Cursor{"0123456789abcdef", 1, 0}, Cursor{epoch, 1'000'000, 0}}) {
    Stream stream(hub, customer(1), "?cursor=" + encode_cursor(cursor));
    const auto event = stream.next();
    BOOST_REQUIRE(event.has_value());
    BOOST_CHECK_EQUAL(event->name, "reset");
    BOOST_CHECK_EQUAL(event->data, "{\"epoch\":\"" + epoch + "\"}");
    BOOST_CHECK(!stream.next());
  }
}

BOOST_AUTO_TEST_CASE(a_stream_ends_before_its_token_and_says_so) {
  // As if the token's last hour were its margin.
  hub.limits.live.token_margin_ms = 2 * 60 * 60 * 1000;
  hub.start();
  Stream stream(hub, customer(1));
  stream.next_page();
  const auto event = stream.next();
  BOOST_REQUIRE(event.has_value());
  BOOST_CHECK_EQUAL(event->name, "bye");
  BOOST_CHECK_EQUAL(decode_bye(event->data).value().reason, "token_ends");
  BOOST_CHECK(!stream.next());
}

BOOST_AUTO_TEST_CASE(a_reader_who_does_not_take_what_it_is_sent_is_sent_away) {
  hub.limits.live.slow_reader_ms = 100;
  hub.limits.live.bye_ms = 100;
  hub.start();
  std::vector<std::string> events = {started(1, customer(1), 1)};
  hub.push(customer(1), events);
  // Far more than the sockets between the two hold.
  for (int push = 0; push < 24; ++push) {
    events.clear();
    for (int i = 0; i < 60; ++i)
      events.push_back(posted(1000 + push * 60 + i, customer(1), 1, std::string(15'000, 'x')));
    hub.push(customer(1), events);
  }
  TestClient client(hub.port());
  client.set_receive_buffer(4096);
  client.send(request_bytes("GET", kSitePath + "/stream", "", hub.token(customer(1))));
  BOOST_REQUIRE(client.read_reply(/*head_only=*/true).has_value());
  BOOST_CHECK_GE(hub.open_connections(), 1u);
  // It reads nothing, and is given up; others are served all the while.
  while (hub.open_connections() > 0)
    BOOST_REQUIRE_EQUAL(hub.request("GET", "/v1/health").status, 200);
}

BOOST_AUTO_TEST_CASE(a_reader_who_leaves_is_forgotten) {
  hub.start();
  {
    Stream stream(hub, customer(1));
    stream.next_page();
  }
  while (hub.open_connections() > 0) std::this_thread::yield();
  hub.push(customer(1), {started(1, customer(1), 1)});
}

BOOST_AUTO_TEST_CASE(streams_are_told_when_the_hub_stops) {
  hub.start();
  Stream one(hub, customer(1));
  Stream two(hub, agent(1));
  one.next_page();
  two.next_page();
  hub.begin_stop();
  std::set<Millis> when;
  for (Stream* stream : {&one, &two}) {
    const auto event = stream->next();
    BOOST_REQUIRE(event.has_value());
    BOOST_CHECK_EQUAL(event->name, "bye");
    const Bye bye = decode_bye(event->data).value();
    BOOST_CHECK_EQUAL(bye.reason, "stopping");
    BOOST_CHECK_GT(bye.retry_after_ms, 0);
    BOOST_CHECK(!stream->next());
    when.insert(bye.retry_after_ms);
  }
  BOOST_CHECK_EQUAL(when.size(), 2u);  // not both in the same moment
}

BOOST_AUTO_TEST_CASE(whoever_does_not_let_go_is_cut_off_when_the_time_to_stop_is_over) {
  hub.limits.transport.stop_timeout_ms = 100;
  hub.start();
  Stream stream(hub, customer(1));
  stream.next_page();
  TestClient half_a_request(hub.port());
  half_a_request.send("POST " + kSitePath +
                      "/tokens HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                      "Content-Length: 9\r\n\r\n");
  BOOST_REQUIRE(half_a_request.read_reply(/*head_only=*/true).has_value());
  hub.stop();
  half_a_request.read_to_end();
  while (stream.next()) {
  }
}

BOOST_AUTO_TEST_CASE(a_stream_to_an_old_client_ends_with_its_connection) {
  hub.start();
  TestClient client(hub.port());
  client.send("GET " + kSitePath + "/stream HTTP/1.0\r\nAuthorization: Bearer " +
              hub.token(customer(1)) + "\r\n\r\n");
  const auto head = client.read_reply(/*head_only=*/true);
  BOOST_CHECK_EQUAL(head->field("transfer-encoding"), "");
  BOOST_CHECK_EQUAL(head->field("content-length"), "");
  hub.begin_stop();
  client.read_to_end();
}

BOOST_AUTO_TEST_CASE(a_long_poll_answers_as_soon_as_there_is_something) {
  hub.start();
  hub.push(customer(1), {started(1, customer(1), 1)});
  const Cursor cursor = hub.pull(customer(1)).cursor;
  TestClient client(hub.port());
  client.send(request_bytes("GET", kSitePath + "/events?wait=25&cursor=" + encode_cursor(cursor),
                            "", hub.token(customer(1))));
  // What is not for the reader does not wake it.
  hub.push(agent(1), {event_bytes(2, agent(1), 1, NoteAdded{"a-secret-note"})});
  const std::string message = posted(3, customer(1), 1, "news");
  hub.push(customer(1), {message});
  const auto reply = client.read_reply();
  BOOST_REQUIRE(reply.has_value());
  const Page page = decode_page(reply->body).value();
  BOOST_CHECK(page.since == cursor);
  BOOST_REQUIRE_EQUAL(page.events.size(), 1u);
  BOOST_CHECK_EQUAL(page.events[0].body, message);
}

BOOST_AUTO_TEST_CASE(a_long_poll_with_no_news_answers_empty_in_the_end) {
  hub.start();
  const Cursor cursor = hub.pull(customer(1)).cursor;
  const Page page = hub.pull(customer(1), "?wait=1&cursor=" + encode_cursor(cursor));
  BOOST_CHECK(page.events.empty());
  BOOST_CHECK(page.cursor == cursor);
}

BOOST_AUTO_TEST_CASE(a_long_poll_does_not_hold_up_the_hubs_stop) {
  hub.start();
  const Cursor cursor = hub.pull(customer(1)).cursor;
  const std::string token = hub.token(customer(1));
  TestClient client(hub.port());
  // Two requests at once: when the first is answered, the second is being waited on.
  client.send(request_bytes("GET", "/v1/health") +
              request_bytes("GET", kSitePath + "/events?wait=25&cursor=" + encode_cursor(cursor),
                            "", token));
  BOOST_REQUIRE(client.read_reply().has_value());
  hub.begin_stop();
  const auto reply = client.read_reply();
  BOOST_REQUIRE(reply.has_value());
  BOOST_CHECK_EQUAL(reply->status, 200);
  BOOST_CHECK_EQUAL(reply->field("connection"), "close");
}

BOOST_AUTO_TEST_CASE(everyone_who_listens_hears_everything_in_order) {
  hub.start();
  hub.push(customer(1), {started(1, customer(1), 1)});
  constexpr int kReaders = 8;
  constexpr int kMessages = 100;
  std::vector<std::unique_ptr<Stream>> streams;
  for (int i = 0; i < kReaders; ++i)
    streams.push_back(std::make_unique<Stream>(hub, i % 2 ? customer(1) : agent(1)));
  for (int i = 0; i < kMessages; ++i)
    hub.push(customer(1), {posted(100 + i, customer(1), 1, "message")});
  for (const auto& stream : streams) {
    Seq at = 0;
    std::vector<std::string> messages;
    while (messages.size() < kMessages) {
      const Page page = stream->next_page();
      BOOST_REQUIRE_EQUAL(page.since.seq, at);
      at = page.cursor.seq;
      for (const PlacedEvent& event : page.events)
        if (event.body.find("message.posted") != std::string::npos) messages.push_back(event.body);
    }
    for (int i = 0; i < kMessages; ++i)
      BOOST_REQUIRE_EQUAL(messages[static_cast<std::size_t>(i)],
                          posted(100 + i, customer(1), 1, "message"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
