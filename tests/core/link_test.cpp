#include <boost/test/unit_test.hpp>

#include "core/sync/sse_parser.h"
#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using test::Device;
using test::LoopbackHub;

/// The one request of a kind that is under way, taken from the device; fails the test if none is.
Request take(Device& device, RequestKind kind) {
  device.plan();
  for (auto request = device.outgoing.begin(); request != device.outgoing.end(); ++request) {
    if (request->kind != kind) continue;
    const Request taken = *request;
    device.outgoing.erase(request);
    return taken;
  }
  BOOST_FAIL("the request was not made");
  return {};
}

bool wants(Device& device, RequestKind kind) {
  device.plan();
  for (const Request& request : device.outgoing)
    if (request.kind == kind) return true;
  return false;
}

/// A device that has its token and its first page, and is about to open its stream.
struct Connected {
  LoopbackHub hub{1};
  Device device{ActorKind::customer, 2};

  Connected() {
    device.engine().start(device.now);
    answer(take(device, RequestKind::token));
    answer(take(device, RequestKind::pull));
  }
  void answer(const Request& request) {
    device.engine().on_response(hub.answer(device.actor(), request), device.now);
  }
  void answer_with(const Request& request, int status, const std::string& type,
                   const std::string& body, std::optional<Millis> retry_after = {}) {
    device.engine().on_response({request.id, status, type, retry_after, body}, device.now);
  }
};

BOOST_AUTO_TEST_SUITE(link)

BOOST_AUTO_TEST_CASE(a_device_signs_in_pulls_and_then_listens) {
  Connected c;
  BOOST_TEST((c.device.engine().connection() == Connection::connecting));
  const Request stream = take(c.device, RequestKind::stream);
  BOOST_TEST(stream.stream);
  BOOST_TEST(stream.token == "token");
  c.answer(stream);
  BOOST_TEST((c.device.engine().connection() == Connection::live));
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_before_start_and_nothing_after_stop) {
  Device device(ActorKind::customer, 2);
  BOOST_REQUIRE(device.replica().post_message("", "hello", "", device.now).ok());
  device.plan();
  BOOST_TEST(device.outgoing.empty());
  Connected c;
  c.device.engine().stop();
  c.device.plan();
  BOOST_TEST(c.device.outgoing.empty());
}

BOOST_AUTO_TEST_CASE(one_push_at_a_time_is_under_way) {
  Connected c;
  BOOST_REQUIRE(c.device.replica().post_message("", "one", "", c.device.now).ok());
  const Request push = take(c.device, RequestKind::push);
  BOOST_REQUIRE(c.device.replica().post_message("", "two", "", c.device.now).ok());
  BOOST_TEST(!wants(c.device, RequestKind::push));
  c.answer(push);
  BOOST_TEST(wants(c.device, RequestKind::push));
}

BOOST_AUTO_TEST_CASE(failures_are_answered_with_growing_bounded_patience) {
  Connected c;
  Millis longest = 0;
  for (int i = 0; i < 20; ++i) {
    const Request stream = take(c.device, RequestKind::stream);
    c.device.engine().on_failure(stream.id, c.device.now);
    BOOST_TEST((c.device.engine().connection() == Connection::offline));
    const auto wake = c.device.plan();
    BOOST_REQUIRE(wake);
    BOOST_TEST(*wake > c.device.now);
    longest = std::max(longest, *wake - c.device.now);
    BOOST_TEST(c.device.outgoing.empty());
    c.device.now = *wake;
    if (wants(c.device, RequestKind::pull)) {
      // The pull that comes first fails as well: the patience must not start anew.
      c.device.engine().on_failure(take(c.device, RequestKind::pull).id, c.device.now);
      c.device.now = *c.device.plan();
      c.answer(take(c.device, RequestKind::pull));
    }
  }
  BOOST_TEST(longest <= 60'000);
}

BOOST_AUTO_TEST_CASE(retry_after_is_honoured) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer_with(stream, 503, "application/problem+json", "{}", 20'000);
  const auto wake = c.device.plan();
  BOOST_REQUIRE(wake);
  BOOST_TEST(*wake >= c.device.now + 20'000);
}

BOOST_AUTO_TEST_CASE(a_captive_portal_is_no_hub) {
  Connected c;
  BOOST_REQUIRE(c.device.replica().post_message("", "hello", "", c.device.now).ok());
  c.answer_with(take(c.device, RequestKind::push), 200, "text/html",
                "<html>Log in to the WLAN</html>");
  BOOST_TEST((c.device.engine().connection() == Connection::offline));
  BOOST_TEST(c.device.replica().unsent_count() == 2);
}

BOOST_AUTO_TEST_CASE(an_ended_token_is_renewed_once_at_once_and_then_with_patience) {
  Connected c;
  const std::string problem = encode_problem({{ErrorCode::not_signed_in, ""}, ""});
  c.answer_with(take(c.device, RequestKind::stream), 401, "application/problem+json", problem);
  c.answer(take(c.device, RequestKind::token));
  c.answer_with(take(c.device, RequestKind::pull), 401, "application/problem+json", problem);
  c.device.plan();
  BOOST_TEST(c.device.outgoing.empty());
}

BOOST_AUTO_TEST_CASE(a_hub_that_calls_the_known_epoch_new_is_asked_again_with_patience) {
  Connected c;
  const std::string problem = encode_problem({{ErrorCode::new_epoch, ""}, c.hub.epoch()});
  c.answer_with(take(c.device, RequestKind::stream), 409, "application/problem+json", problem);
  const auto wake = c.device.plan();
  BOOST_TEST(c.device.outgoing.empty());
  BOOST_REQUIRE(wake);
  BOOST_TEST(*wake > c.device.now);
  BOOST_TEST(c.device.replica().cursor().has_value());
}

BOOST_AUTO_TEST_CASE(wrong_credentials_end_in_signed_out) {
  Device device(ActorKind::agent, 2);
  device.engine().start(device.now);
  const Request token = take(device, RequestKind::token);
  device.engine().on_response({token.id,
                               401,
                               "application/problem+json",
                               {},
                               encode_problem({{ErrorCode::wrong_credentials, ""}, ""})},
                              device.now);
  BOOST_TEST((device.engine().connection() == Connection::signed_out));
  BOOST_TEST(!device.plan());
  BOOST_TEST(device.outgoing.empty());
}

BOOST_AUTO_TEST_CASE(a_silent_stream_is_left_and_after_two_it_polls) {
  Connected c;
  for (int i = 0; i < 2; ++i) {
    const Request stream = take(c.device, RequestKind::stream);
    c.answer(stream);
    const auto wake = c.device.plan();
    BOOST_REQUIRE(wake);
    c.device.now = *wake;
    c.answer(take(c.device, RequestKind::pull));
  }
  const Request poll = take(c.device, RequestKind::pull);
  BOOST_TEST(poll.path.find("&wait=") != std::string::npos);
  BOOST_TEST((c.device.engine().connection() == Connection::live));
}

BOOST_AUTO_TEST_CASE(a_gap_in_the_stream_is_filled_by_a_pull) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  c.hub.place_own(SiteUpdated{"One", {}});
  const Cursor missed{c.hub.epoch(), 1, 0};
  c.hub.place_own(SiteUpdated{"Two", {}});
  c.device.engine().on_stream_bytes(stream.id, c.hub.stream(c.device.actor(), missed),
                                    c.device.now);
  BOOST_TEST(c.device.views().site().name == "");
  c.answer(take(c.device, RequestKind::pull));
  BOOST_TEST(c.device.views().site().name == "Two");
  BOOST_TEST((c.device.engine().connection() == Connection::live));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_beyond_the_cursor_is_a_gap) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  c.hub.place_own(SiteUpdated{"One", {}});
  const std::string checkpoint =
      "event: checkpoint\ndata: " + encode_checkpoint({{c.hub.epoch(), 1, 0}, 5}) + "\n\n";
  c.device.engine().on_stream_bytes(stream.id, checkpoint, c.device.now);
  c.answer(take(c.device, RequestKind::pull));
  BOOST_TEST(c.device.views().site().name == "One");
}

BOOST_AUTO_TEST_CASE(a_lost_network_cancels_and_its_return_tries_at_once) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  c.device.engine().set_network(false, c.device.now);
  BOOST_TEST((c.device.engine().connection() == Connection::offline));
  const Effects effects = c.device.engine().take_effects(c.device.now);
  BOOST_REQUIRE(effects.link.cancelled.size() == 1u);
  BOOST_TEST(effects.link.cancelled[0] == stream.id);
  c.device.engine().set_network(true, c.device.now);
  BOOST_TEST(wants(c.device, RequestKind::pull));
}

BOOST_AUTO_TEST_CASE(an_event_stream_cut_anywhere_reads_the_same) {
  const std::string bytes =
      "\xEF\xBB\xBF: hello\r\n\r\nevent: page\r\ndata: one\r\ndata:two\r\nid: 7\r\n\r\n"
      "data\n\nevent: lost\n\ndata: x\rdata: y\r\r";
  const std::string expected = "page=one\ntwo|message=|message=x\ny|";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    SseParser parser;
    std::string seen;
    const auto on_event = [&](const SseEvent& event) {
      seen += event.name + "=" + event.data + "|";
    };
    BOOST_TEST(parser.feed(std::string_view(bytes).substr(0, cut), on_event));
    BOOST_TEST(parser.feed(std::string_view(bytes).substr(cut), on_event));
    BOOST_TEST(seen == expected, "cut at " << cut);
  }
}

BOOST_AUTO_TEST_CASE(a_stream_without_end_of_line_is_given_up) {
  SseParser parser;
  const std::string block(1 << 20, 'x');
  bool usable = true;
  for (int i = 0; i < 4 && usable; ++i) usable = parser.feed(block, [](const SseEvent&) {});
  BOOST_TEST(!usable);
}

BOOST_AUTO_TEST_CASE(rubbish_from_the_network_never_crashes_and_changes_nothing) {
  test::SeededRandom random(9);
  Connected c;
  const std::string before = encode_cursor(*c.device.replica().cursor());
  for (int i = 0; i < 300; ++i) {
    std::string body;
    for (auto size = random.below(200); size > 0; --size)
      body += "{}[]\":,0123abc\\\n\xff e"[random.below(18)];
    c.device.plan();
    for (const Request& request : std::exchange(c.device.outgoing, {})) {
      const char* type = random.chance(50) ? "application/json" : "application/problem+json";
      c.answer_with(request, random.chance(50) ? 200 : static_cast<int>(random.below(600)), type,
                    body);
      c.device.engine().on_stream_bytes(request.id, body, c.device.now);
    }
    c.device.now += 61'000;
  }
  BOOST_TEST(encode_cursor(*c.device.replica().cursor()) == before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
