#include <boost/test/unit_test.hpp>
#include <functional>
#include <limits>
#include <set>

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

constexpr RequestKind kAllKinds[] = {RequestKind::token, RequestKind::push, RequestKind::pull,
                                     RequestKind::stream};

bool is_poll(const Request& request) {
  return request.path.find("&wait=") != std::string::npos;
}

/// A device that has its token and its first page, and is about to open its stream.
struct Connected {
  LoopbackHub hub{1};
  Device device{ActorKind::customer, 2};
  std::set<std::uint64_t> cancelled;

  Connected() : Connected(RequestKind::stream) {}

  /// As far on its way as it must be to make a request of this kind.
  explicit Connected(RequestKind about_to) {
    device.engine().start(device.now);
    if (about_to == RequestKind::token) return;
    answer(take(device, RequestKind::token));
    if (about_to == RequestKind::pull) return;
    answer(take(device, RequestKind::pull));
    if (about_to == RequestKind::push)
      BOOST_REQUIRE(device.replica().post_message("", "one", "", device.now).ok());
  }
  void answer(const Request& request) {
    device.engine().on_response(hub.answer(device.actor(), request), device.now);
  }
  void answer_with(const Request& request, int status, const std::string& type,
                   const std::string& body, std::optional<Millis> retry_after = {}) {
    device.engine().on_response({request.id, status, type, retry_after, body}, device.now);
  }
  /// Everything else that is under way breaks off.
  void fail_all() {
    for (const Request& request : std::exchange(device.outgoing, {}))
      device.engine().on_failure(request.id, device.now);
  }
  /// The request of a kind; lets time go on until it is made. Tokens are given meanwhile.
  Request await(RequestKind kind, bool must_come = true) {
    for (int i = 0; i < 100; ++i) {
      const auto wake = device.plan();
      if (kind != RequestKind::token && wants(device, RequestKind::token) && must_come)
        answer(take(device, RequestKind::token));
      if (wants(device, kind)) return take(device, kind);
      if (!wake || (!must_come && i > 5)) break;
      device.now = std::max(device.now, *wake);
    }
    if (must_come) BOOST_FAIL("the request was not made");
    return {};
  }
  std::string checkpoint() {
    return "event: checkpoint\ndata: " +
           encode_checkpoint({device.replica().cursor().value(), device.now}) + "\n\n";
  }
  void note_cancelled() {
    const Effects effects = device.engine().take_effects(device.now);
    cancelled.insert(effects.link.cancelled.begin(), effects.link.cancelled.end());
  }
};

struct Answer {
  int status;
  const char* type;
  const char* body;
};
constexpr Answer kPortals[] = {
    {200, "text/html", "<html>Log in to the WLAN</html>"},
    {200, "application/json", "<html>Log in to the WLAN</html>"},
    {200, "application/json", R"({"captive": true, "user-portal-url": "https://wlan.example"})"},
    {200, "application/json", "[]"},
    {200, "application/json", ""},
    {200, "text/event-stream", "<html>Log in to the WLAN</html>"},
    {302, "text/html", ""},
    {401, "text/html", "<html>Log in to the WLAN</html>"},
    {401, "application/problem+json", R"({"type": "about:blank", "status": 401})"},
    {403, "application/json", R"({"error": "forbidden"})"},
    {407, "text/html", ""},
    {511, "text/html", "<html>Log in to the WLAN</html>"},
};

using Trick = std::function<void(Connected&, const Request&)>;

/// Answers as the hub does, except to one kind of request.
Trick only(RequestKind kind, Trick trick) {
  return [kind, trick](Connected& c, const Request& request) {
    if (request.kind == kind)
      trick(c, request);
    else
      c.answer(request);
  };
}

Trick say(int status, const std::string& type, const std::string& body) {
  return [=](Connected& c, const Request& request) { c.answer_with(request, status, type, body); };
}

/// Opens the stream, says this on it, and breaks it off.
Trick stream_saying(const std::string& bytes, bool breaks) {
  return only(RequestKind::stream, [=](Connected& c, const Request& request) {
    c.answer(request);
    c.device.engine().on_stream_bytes(request.id, bytes, c.device.now);
    if (breaks) c.device.engine().on_failure(request.id, c.device.now);
  });
}

std::string page_of(const std::string& epoch, Seq since, Seq cursor, bool more) {
  Page page;
  page.since = {epoch, since, 0};
  page.cursor = {epoch, cursor, 0};
  page.more = more;
  return encode_page(page);
}

constexpr const char* kJson = "application/json";
constexpr const char* kProblem = "application/problem+json";

const std::vector<std::pair<const char*, Trick>> kTricks = {
    {"a stream that breaks at once", stream_saying("", true)},
    {"a stream that speaks and breaks", stream_saying(": hello\n\n", true)},
    {"a stream of rubbish", stream_saying("event: page\ndata: <html>\n\n", false)},
    {"a stream that always resets", stream_saying("event: reset\ndata: {}\n\n", false)},
    {"a stream that always says bye",
     stream_saying("event: bye\ndata: {\"reason\":\"x\",\"retry_after_ms\":0}\n\n", false)},
    {"a stream that is refused", only(RequestKind::stream, say(502, "text/html", ""))},
    {"a stream that is HTML", only(RequestKind::stream, say(200, "text/html", ""))},
    {"a stream that wants another token",
     only(RequestKind::stream,
          say(401, kProblem, encode_problem({{ErrorCode::not_signed_in, ""}, ""})))},
    {"pulls that want another token",
     only(RequestKind::pull,
          say(401, kProblem, encode_problem({{ErrorCode::not_signed_in, ""}, ""})))},
    {"a token that has ended already",
     only(RequestKind::token, say(200, kJson, encode_token_answer({"token", 0})))},
    {"a push that is answered about nothing",
     only(RequestKind::push,
          [](Connected& c, const Request& request) {
            c.answer_with(request, 200, kJson, encode_push_answer({c.hub.epoch(), {}}));
          })},
    {"a pull from elsewhere", only(RequestKind::pull,
                                   [](Connected& c, const Request& request) {
                                     c.answer_with(request, 200, kJson,
                                                   page_of(c.hub.epoch(), 900, 901, false));
                                   })},
    {"a pull that always has more", only(RequestKind::pull,
                                         [](Connected& c, const Request& request) {
                                           const Seq here = c.device.replica().cursor()->seq;
                                           c.answer_with(request, 200, kJson,
                                                         page_of(c.hub.epoch(), here, here, true));
                                         })},
    {"streams that break, and polls that do not wait",
     [](Connected& c, const Request& request) {
       if (request.kind == RequestKind::stream)
         return c.device.engine().on_failure(request.id, c.device.now);
       c.answer(request);
     }},
    {"two hubs behind one address",
     only(RequestKind::pull,
          [](Connected& c, const Request& request) {
            const std::string other =
                c.device.now % 2 == 0 ? "aaaaaaaaaaaaaaaa" : "bbbbbbbbbbbbbbbb";
            ++c.device.now;
            c.answer_with(request, 409, kProblem,
                          encode_problem({{ErrorCode::new_epoch, ""}, other}));
          })},
    {"everything too large", say(413, kProblem, encode_problem({{ErrorCode::too_large, ""}, ""}))},
    {"everything refused", say(403, kProblem, encode_problem({{ErrorCode::not_allowed, ""}, ""}))},
    {"nobody there",
     [](Connected& c, const Request& request) {
       c.device.engine().on_failure(request.id, c.device.now);
     }},
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
  c.device.engine().on_failure(take(c.device, RequestKind::stream).id, c.device.now);
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST((c.device.engine().connection() == Connection::offline));
    const auto wake = c.device.plan();
    BOOST_REQUIRE(wake);
    BOOST_TEST(*wake > c.device.now);
    longest = std::max(longest, *wake - c.device.now);
    BOOST_TEST(c.device.outgoing.empty());
    c.device.now = *wake;
    c.device.engine().on_failure(c.await(RequestKind::pull).id, c.device.now);
  }
  BOOST_TEST(longest > 30'000);
  BOOST_TEST(longest <= 60'000);
}

BOOST_AUTO_TEST_CASE(tokens_of_one_moment_are_not_renewed_in_one_moment) {
  constexpr Millis kLife = 30'000;
  std::set<Millis> when;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    Connected c(RequestKind::token);
    Device device(ActorKind::customer, seed);
    device.engine().start(device.now);
    const Request token = take(device, RequestKind::token);
    device.engine().on_response(
        {token.id, 200, "application/json", {}, encode_token_answer({"token", kLife})}, device.now);
    for (const RequestKind kind : {RequestKind::pull, RequestKind::stream})
      device.engine().on_response(c.hub.answer(device.actor(), take(device, kind)), device.now);
    when.insert(*device.plan() - device.now);
  }
  BOOST_TEST(*when.begin() >= kLife * 6 / 10);
  BOOST_TEST(*when.rbegin() <= kLife * 8 / 10);
  BOOST_TEST(*when.rbegin() - *when.begin() > kLife / 10);
}

BOOST_AUTO_TEST_CASE(requests_that_fail_together_are_one_failure) {
  Connected c;
  BOOST_REQUIRE(c.device.replica().post_message("", "hello", "", c.device.now).ok());
  const Request push = take(c.device, RequestKind::push);
  const Request stream = take(c.device, RequestKind::stream);
  c.device.engine().on_failure(stream.id, c.device.now);
  c.device.engine().on_failure(push.id, c.device.now);
  BOOST_TEST(*c.device.plan() - c.device.now < 500);
}

BOOST_AUTO_TEST_CASE(retry_after_is_honoured_within_reason_whoever_asks_and_with_which_status) {
  struct Row {
    std::optional<Millis> told;
    Millis least, most;
  };
  constexpr Millis kQuarterHour = 15 * 60'000;
  const Row rows[] = {
      {20'000, 20'000, 30'000},
      {0, 250, 500},       // we are no more hasty than without it
      {-5'000, 250, 500},  // a date that is over
      {Millis{365} * 24 * 3'600'000, kQuarterHour, kQuarterHour * 3 / 2},
      {std::numeric_limits<Millis>::max(), kQuarterHour, kQuarterHour * 3 / 2},
      {std::nullopt, 250, 500},
  };
  for (const int status : {429, 503}) {
    for (const Row& row : rows) {
      for (const RequestKind kind : kAllKinds) {
        Connected c(kind);
        c.answer_with(c.await(kind), status, "application/problem+json", "{}", row.told);
        const auto wake = c.device.plan();
        BOOST_REQUIRE(wake);
        BOOST_TEST(*wake - c.device.now >= row.least, "told " << row.told.value_or(-1));
        BOOST_TEST(*wake - c.device.now <= row.most, "told " << row.told.value_or(-1));
        BOOST_TEST(!wants(c.device, kind));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_captive_portal_is_no_hub_whatever_it_answers_to_whom) {
  for (const Answer& portal : kPortals) {
    for (const RequestKind kind : kAllKinds) {
      Connected c(kind);
      BOOST_REQUIRE(c.device.replica().post_message("", "hello", "", c.device.now).ok());
      const std::int64_t unsent = c.device.replica().unsent_count();
      Millis last_wait = 0;
      for (int i = 0; i < 8; ++i) {
        const Request request = c.await(i == 0 ? kind : RequestKind::push, i == 0);
        if (request.id == 0) break;  // this one never got a token
        c.answer_with(request, portal.status, portal.type, portal.body);
        c.fail_all();
        BOOST_TEST((c.device.engine().connection() == Connection::offline));
        last_wait = *c.device.plan() - c.device.now;
      }
      BOOST_TEST(c.device.replica().unsent_count() == unsent);
      BOOST_TEST(last_wait <= 60'000);
      c.device.sync(c.hub);  // the portal has gone
      BOOST_TEST((c.device.engine().connection() == Connection::live));
      BOOST_TEST(c.device.replica().unsent_count() == 0);
    }
  }
}

// Whatever stands in the hub's place and whatever it says, a device never asks in a tight loop.
BOOST_AUTO_TEST_CASE(nothing_that_answers_makes_a_device_ask_without_pause) {
  constexpr Millis kHour = 3'600'000;
  for (const auto& [name, trick] : kTricks) {
    Connected c;
    BOOST_REQUIRE(c.device.replica().post_message("", "hello", "", c.device.now).ok());
    const Millis end = c.device.now + kHour;
    int requests = 0;
    int calls_in_a_moment = 0;
    while (c.device.now < end && requests < 10'000) {
      const auto wake = c.device.plan();
      if (c.device.outgoing.empty()) {
        if (!wake) break;
        BOOST_REQUIRE_MESSAGE(*wake >= c.device.now, name << ": wants to be woken in the past");
        calls_in_a_moment = *wake > c.device.now ? 0 : calls_in_a_moment + 1;
        BOOST_REQUIRE_MESSAGE(calls_in_a_moment < 2, name << ": wants to be woken again and again");
        c.device.now = *wake;
        continue;
      }
      for (const Request& request : std::exchange(c.device.outgoing, {})) {
        ++requests;
        trick(c, request);
      }
      c.device.now += 10;
    }
    BOOST_TEST(requests < 3'000, name << ": " << requests << " requests in an hour");
    // And the true hub is found again afterwards.
    c.fail_all();
    c.device.engine().stop();
    c.device.sync(c.hub);
    BOOST_TEST(c.device.replica().unsent_count() == 0, name);
  }
}

BOOST_AUTO_TEST_CASE(an_ended_token_is_renewed_once_at_once_and_then_with_patience) {
  Connected c;
  const std::string problem = encode_problem({{ErrorCode::not_signed_in, ""}, ""});
  c.answer_with(take(c.device, RequestKind::stream), 401, "application/problem+json", problem);
  c.answer(take(c.device, RequestKind::token));
  c.answer_with(c.await(RequestKind::pull), 401, "application/problem+json", problem);
  c.device.plan();
  BOOST_TEST(c.device.outgoing.empty());
}

BOOST_AUTO_TEST_CASE(a_late_word_of_an_earlier_epoch_changes_nothing) {
  Connected c(RequestKind::push);
  const std::string old_epoch = c.hub.epoch();
  const Request push = take(c.device, RequestKind::push);
  const std::string old_answer = encode_push_answer(c.hub.push(c.device.actor(), push.body));
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  c.hub.restore_to(1);

  // Another tab of this device has been told, and brought the store into the new epoch.
  BOOST_REQUIRE(c.device.replica().begin_epoch(c.hub.epoch()).ok());
  const auto new_page = c.hub.page(c.device.actor(), {c.hub.epoch(), 0, 0}, kMaxPageEvents);
  BOOST_REQUIRE(c.device.replica().apply_page(new_page, c.device.now).ok());

  c.answer_with(push, 200, kJson, old_answer);
  BOOST_TEST(c.device.replica().epoch() == c.hub.epoch());
  BOOST_TEST(c.device.replica().unsent_count() == 1);  // the message
  c.device.engine().on_stream_bytes(
      stream.id, "event: checkpoint\ndata: " + encode_checkpoint({{old_epoch, 3, 0}, 5}) + "\n\n",
      c.device.now);
  BOOST_TEST(c.device.replica().epoch() == c.hub.epoch());
  c.device.sync(c.hub);
  BOOST_TEST(c.device.replica().hash() == c.hub.hash_for(c.device.actor()));
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

BOOST_AUTO_TEST_CASE(where_streams_do_not_work_it_polls_and_tries_again_beside_the_polls) {
  Connected c;
  for (int i = 0; i < 2; ++i) {
    // Held back with its head: the driver gives up.
    const Request stream = c.await(RequestKind::stream);
    c.device.now += 15'000;
    c.device.engine().on_failure(stream.id, c.device.now);
    c.answer(c.await(RequestKind::pull));
  }
  const Request poll = c.await(RequestKind::pull);
  BOOST_TEST(is_poll(poll));
  BOOST_TEST(!wants(c.device, RequestKind::stream));

  const auto wake = c.device.plan();
  BOOST_REQUIRE(wake);
  c.device.now = *wake;
  const Request again = c.await(RequestKind::stream);
  c.answer(again);
  BOOST_TEST((c.device.engine().connection() == Connection::live));
  c.device.engine().on_failure(again.id, c.device.now);  // not yet
  BOOST_TEST((c.device.engine().connection() == Connection::live));
  BOOST_TEST(!wants(c.device, RequestKind::stream));

  const Request third = c.await(RequestKind::stream);
  c.answer(third);
  c.device.engine().on_stream_bytes(third.id, c.checkpoint(), c.device.now);
  c.answer(poll);
  BOOST_TEST(!wants(c.device, RequestKind::pull));
  BOOST_TEST((c.device.engine().connection() == Connection::live));
}

BOOST_AUTO_TEST_CASE(a_stream_that_is_only_kept_warm_is_left) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  const Millis begin = c.device.now;
  while (c.device.plan() && !c.cancelled.contains(stream.id)) {
    c.device.now += 10'000;
    c.device.engine().on_stream_bytes(stream.id, ":\n", c.device.now);
    BOOST_REQUIRE(c.device.now - begin <= 130'000);
    c.note_cancelled();
  }
  BOOST_TEST(c.device.now - begin >= 120'000);
}

BOOST_AUTO_TEST_CASE(a_stream_of_endless_comments_is_left) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  std::string block;
  while (block.size() < 64 * 1024) block += ": nothing\n";
  for (int i = 0; i < 100 && !c.cancelled.contains(stream.id); ++i) {
    c.device.engine().on_stream_bytes(stream.id, block, c.device.now);
    c.note_cancelled();
  }
  BOOST_TEST(c.cancelled.contains(stream.id));
}

BOOST_AUTO_TEST_CASE(what_an_ended_stream_still_says_is_not_the_next_ones) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  c.device.engine().on_stream_bytes(
      stream.id, "event: bye\ndata: {\"reason\":\"stopping\",\"retry_after_ms\":0}\n\nevent: pa",
      c.device.now);
  c.answer(c.await(RequestKind::pull));
  const Request next = c.await(RequestKind::stream);
  c.answer(next);
  c.hub.place_own(SiteUpdated{"One", {}});
  c.device.engine().on_stream_bytes(
      next.id, c.hub.stream(c.device.actor(), *c.device.replica().cursor()), c.device.now);
  BOOST_TEST(c.device.views().site().name == "One");
}

BOOST_AUTO_TEST_CASE(a_lost_stream_does_not_hold_up_what_is_to_be_sent) {
  Connected c;
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  c.device.engine().on_stream_bytes(stream.id, c.checkpoint(), c.device.now);
  c.device.engine().on_failure(stream.id, c.device.now);
  BOOST_REQUIRE(c.device.replica().post_message("", "hello", "", c.device.now).ok());
  c.answer(take(c.device, RequestKind::push));
  BOOST_TEST(wants(c.device, RequestKind::pull));  // the hub is there: no need to wait
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_put_back_does_not_make_it_wait) {
  Connected c;
  c.device.engine().on_failure(take(c.device, RequestKind::stream).id, c.device.now);
  c.device.plan();
  c.device.now -= 24 * 3'600'000;
  const auto wake = c.device.plan();
  BOOST_REQUIRE(wake);
  BOOST_TEST(*wake - c.device.now <= 500);
}

BOOST_AUTO_TEST_CASE(a_store_that_fails_is_not_fed_again_and_again) {
  Connected c;
  c.hub.place_own(SiteUpdated{"One", {}});
  const Request stream = take(c.device, RequestKind::stream);
  c.answer(stream);
  c.device.database().run("PRAGMA query_only = ON");
  c.device.engine().on_stream_bytes(
      stream.id, c.hub.stream(c.device.actor(), *c.device.replica().cursor()), c.device.now);
  BOOST_TEST(c.device.engine().take_effects(c.device.now).storage_error.has_value());
  c.device.engine().on_failure(stream.id, c.device.now);
  int pulls = 0;
  for (const Millis end = c.device.now + 60'000; c.device.now < end; c.device.now += 100) {
    c.device.plan();
    for (const Request& request : std::exchange(c.device.outgoing, {})) {
      ++pulls;
      c.answer(request);
    }
  }
  BOOST_TEST(pulls > 0);
  BOOST_TEST(pulls <= 60'000 / 5'000 + 1);
  c.device.database().run("PRAGMA query_only = OFF");
  c.device.sync(c.hub);
  BOOST_TEST(c.device.views().site().name == "One");
}

/// A device that has read the beginning of a long history, page by page of two.
struct Reading : Connected {
  Reading() : Connected(RequestKind::pull) {
    for (char name = 'A'; name <= 'F'; ++name) hub.place_own(SiteUpdated{std::string(1, name), {}});
    answer_page();
    answer_page();
  }
  /// Answers the pull that is made next with the page that it asks for.
  void answer_page() {
    const Request pull = take(device, RequestKind::pull);
    const auto at = pull.path.find("cursor=");
    const auto since = at == std::string::npos ? Cursor{hub.epoch(), 0, 0}
                                               : decode_cursor(pull.path.substr(at + 7)).value();
    answer_with(pull, 200, kJson, encode_page(hub.page(device.actor(), since, 2)));
  }
  std::string name() { return device.views().site().name; }
};

BOOST_AUTO_TEST_CASE(the_next_page_is_asked_for_before_this_one_is_applied) {
  Reading c;
  BOOST_TEST(c.name() == "B");
  Effects effects = c.device.engine().take_effects(c.device.now);
  BOOST_REQUIRE(effects.link.requests.size() == 1u);
  BOOST_TEST(effects.link.requests[0].path.find("." + std::to_string(4) + ".") !=
             std::string::npos);
  BOOST_TEST(c.name() == "B");
  BOOST_TEST(effects.link.wake_at.value() == c.device.now);
  effects = c.device.engine().take_effects(c.device.now);
  BOOST_TEST(c.name() == "D");
  BOOST_TEST(effects.link.requests.empty());
}

BOOST_AUTO_TEST_CASE(
    a_page_that_cannot_be_applied_once_the_next_is_asked_for_is_told_and_read_again) {
  Reading c;
  c.device.plan();
  c.device.database().run("PRAGMA query_only = ON");
  BOOST_TEST(c.device.engine().take_effects(c.device.now).storage_error.has_value());
  c.device.database().run("PRAGMA query_only = OFF");
  c.fail_all();
  c.device.sync(c.hub);
  BOOST_TEST(c.name() == "F");
}

BOOST_AUTO_TEST_CASE(a_page_of_a_history_that_another_tab_has_left_is_not_applied) {
  Reading c;
  c.device.plan();
  c.hub.restore_to(1);
  BOOST_REQUIRE(c.device.replica().begin_epoch(c.hub.epoch()).ok());
  c.device.plan();
  BOOST_TEST(c.device.replica().epoch() == c.hub.epoch());
  c.fail_all();
  c.device.sync(c.hub);
  BOOST_TEST(c.name() == "A");
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
