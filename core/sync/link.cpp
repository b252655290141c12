#include "core/sync/link.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/random.h"
#include "core/sync/wire.h"

namespace deskbell {
namespace {

constexpr Millis kTokenTimeout = 15'000;
constexpr Millis kPushTimeout = 30'000;
constexpr Millis kPullTimeout = 30'000;
constexpr Millis kStreamHeadTimeout = 15'000;
constexpr int kLongPollSeconds = 25;
constexpr Millis kLongPollTimeout = (kLongPollSeconds + 15) * 1'000;

// A hub's checkpoints come every 15 s: after two and a half of them, nobody is there.
constexpr Millis kStreamSilence = 40'000;
// Some proxies hold a stream's bytes back until it ends: after so many streams that said nothing,
// ask by long polls instead.
constexpr int kSilentStreamsForPolling = 2;

constexpr Millis kFirstBackOff = 500;
constexpr Millis kLongestBackOff = 60'000;
constexpr Millis kLongestRetryAfter = 15 * 60'000;

/// What each kind of request looks like, in the order of `RequestKind`.
struct RequestRow {
  const char* method;
  const char* path;  ///< Below the site's.
  Millis timeout_ms;
};
constexpr std::array<RequestRow, 4> kRequests = {{
    {"POST", "/tokens", kTokenTimeout},
    {"POST", "/events", kPushTimeout},
    {"GET", "/events", kPullTimeout},
    {"GET", "/stream", kStreamHeadTimeout},
}};

bool is_json(const Response& response) {
  return response.content_type.starts_with("application/json");
}

}  // namespace

// ---- What the driver tells ----

void Link::start(Millis now) {
  if (running_) return;
  running_ = true;
  signed_out_ = false;
  silent_streams_ = 0;
  failures_ = 0;
  retry_at_ = now;
}

void Link::stop() {
  running_ = false;
  unreachable_ = false;
  cancel_all();
}

void Link::set_network(bool available, Millis now) {
  network_ = available;
  unreachable_ = !available;
  failures_ = 0;
  retry_at_ = now;
  if (!available) cancel_all();
}

void Link::on_response(Replica& replica, Random& random, const Response& response, Millis now) {
  const std::uint64_t id = response.request;
  if (id == 0) return;
  if (id == token_flight_) {
    token_flight_ = 0;
    take_token(random, response, now);
  } else if (id == push_flight_) {
    push_flight_ = 0;
    take_push(replica, random, response, now);
  } else if (id == pull_flight_) {
    pull_flight_ = 0;
    take_pull(replica, random, response, now);
  } else if (id == stream_flight_) {
    take_stream_head(replica, random, response, now);
  }
}

void Link::on_stream_bytes(Replica& replica, Random& random, std::uint64_t request,
                           std::string_view bytes, Millis now) {
  if (request == 0 || request != stream_flight_ || !stream_open_) return;
  stream_heard_at_ = now;
  const bool usable = parser_.feed(bytes, [&](const SseEvent& event) {
    // An earlier event of the same bytes may have ended the stream.
    if (request == stream_flight_) take_stream_event(replica, random, event, now);
  });
  if (usable) return;
  end_stream();
  fail(random, std::nullopt, now);
}

void Link::on_failure(Random& random, std::uint64_t request, Millis now) {
  if (request == 0) return;
  for (Flight* flight : {&token_flight_, &push_flight_, &pull_flight_}) {
    if (*flight != request) continue;
    *flight = 0;
    return fail(random, std::nullopt, now);
  }
  if (stream_flight_ != request) return;
  stream_flight_ = 0;
  end_stream();
  fail(random, std::nullopt, now);
}

// ---- What answers mean ----

void Link::fail(Random& random, std::optional<Millis> retry_after_ms, Millis now) {
  unreachable_ = true;
  const Millis ceiling = std::min(kLongestBackOff, kFirstBackOff << std::min(failures_, 10));
  failures_ = std::min(failures_ + 1, 1000);
  const auto jitter = static_cast<Millis>(random.below(static_cast<std::uint64_t>(ceiling)));
  // Half fixed, half random: clients of a hub that comes back spread over the whole interval.
  Millis delay = ceiling / 2 + jitter / 2;
  if (retry_after_ms) delay = std::clamp(*retry_after_ms, Millis{0}, kLongestRetryAfter) + jitter;
  retry_at_ = now + delay;
}

void Link::succeed() {
  unreachable_ = false;
  failures_ = 0;
}

void Link::take_token(Random& random, const Response& response, Millis now) {
  if (response.status == 200 && is_json(response)) {
    if (auto answer = decode_token_answer(response.body); answer.ok()) {
      token_ = std::move(answer->token);
      token_renew_at_ = now + answer->expires_in_ms * 4 / 5;
      // Not a success yet: a token that is given but never accepted must not be asked for at once
      // again and again.
      unreachable_ = false;
      return;
    }
  }
  const auto problem = decode_problem(response.body);
  if (response.status == 401 && problem && problem->error.code == ErrorCode::wrong_credentials) {
    signed_out_ = true;
    return cancel_all();
  }
  fail(random, response.retry_after_ms, now);
}

void Link::take_push(Replica& replica, Random& random, const Response& response, Millis now) {
  if (response.status != 200 || !is_json(response)) {
    if (response.status == 413) push_limit_ = std::max<std::size_t>(1, push_limit_ / 2);
    return take_refusal(replica, random, response, now);
  }
  const auto answer = decode_push_answer(response.body);
  if (!answer || !replica.apply_push_answer(*answer, now)) return fail(random, std::nullopt, now);
  push_limit_ = kMaxPushEvents;
  succeed();
}

void Link::take_pull(Replica& replica, Random& random, const Response& response, Millis now) {
  if (response.status != 200 || !is_json(response))
    return take_refusal(replica, random, response, now);
  const auto page = decode_page(response.body);
  if (!page) return fail(random, std::nullopt, now);
  caught_up_ = !page->more && !std::exchange(gap_seen_, false);
  succeed();
  take_page(replica, random, *page, now);
}

void Link::take_stream_head(Replica& replica, Random& random, const Response& response,
                            Millis now) {
  if (response.status == 200 && response.content_type.starts_with("text/event-stream")) {
    stream_open_ = true;
    stream_heard_at_ = now;
    return succeed();
  }
  end_stream();
  take_refusal(replica, random, response, now);
}

void Link::take_stream_event(Replica& replica, Random& random, const SseEvent& event, Millis now) {
  silent_streams_ = 0;
  if (event.name == "page") {
    if (const auto page = decode_page(event.data); page.ok())
      return take_page(replica, random, *page, now);
  } else if (event.name == "checkpoint") {
    if (const auto checkpoint = decode_checkpoint(event.data); checkpoint.ok()) {
      const auto cursor = replica.cursor();
      if (cursor && cursor->epoch != checkpoint->cursor.epoch)
        return enter_epoch(replica, random, checkpoint->cursor.epoch, now);
      if (!cursor || cursor->seq < checkpoint->cursor.seq) found_gap();
      return;
    }
  } else if (event.name == "reset") {
    // Whatever the event says, the pull that follows finds the new epoch.
    end_stream();
    return;
  } else if (event.name == "bye") {
    const auto bye = decode_bye(event.data);
    end_stream();
    fail(random, bye.ok() ? std::optional(bye->retry_after_ms) : std::nullopt, now);
    unreachable_ = false;  // it answered, and asked for a moment
    return;
  } else {
    return;  // of a newer hub
  }
  end_stream();
  fail(random, std::nullopt, now);
}

void Link::take_page(Replica& replica, Random& random, const Page& page, Millis now) {
  const auto fit = replica.apply_page(page, now);
  if (!fit) return fail(random, std::nullopt, now);
  if (*fit == Replica::PageFit::gap) found_gap();
}

void Link::take_refusal(Replica& replica, Random& random, const Response& response, Millis now) {
  const auto problem = decode_problem(response.body);
  if (response.status == 401 && problem) {
    // Once, the token may simply have ended; when a fresh one fails too, patience is needed.
    token_.clear();
    if (failures_ == 0) return void(failures_ = 1);
  }
  if (problem && problem->error.code == ErrorCode::new_epoch && !problem->epoch.empty())
    return enter_epoch(replica, random, problem->epoch, now);
  fail(random, response.retry_after_ms, now);
}

void Link::enter_epoch(Replica& replica, Random& random, const std::string& epoch, Millis now) {
  end_stream();
  // A hub that calls our own history a new one was put back without saying so: asking again at once
  // would go on for ever.
  const auto cursor = replica.cursor();
  const bool known = cursor && cursor->epoch == epoch;
  if (known || !replica.begin_epoch(epoch)) fail(random, std::nullopt, now);
}

void Link::found_gap() {
  caught_up_ = false;
  if (pull_flight_) gap_seen_ = true;
}

void Link::end_stream() {
  cancel(stream_flight_);
  stream_open_ = false;
  parser_ = SseParser();
  caught_up_ = false;
}

void Link::cancel(Flight& flight) {
  if (flight) cancelled_.push_back(std::exchange(flight, 0));
}

void Link::cancel_all() {
  for (Flight* flight : {&token_flight_, &push_flight_, &pull_flight_}) cancel(*flight);
  end_stream();
}

// ---- What to do next ----

Connection Link::connection() const {
  if (!running_) return Connection::stopped;
  if (signed_out_) return Connection::signed_out;
  if (unreachable_) return Connection::offline;
  const bool told_of_news = streaming() ? stream_open_ : true;
  return caught_up_ && told_of_news ? Connection::live : Connection::connecting;
}

bool Link::streaming() const {
  return silent_streams_ < kSilentStreamsForPolling;
}

LinkEffects Link::next(Replica& replica, Millis now) {
  LinkEffects effects;
  check_watchdog(now);
  const auto identity = replica.identity();
  if (running_ && network_ && !signed_out_ && identity) {
    if (now >= retry_at_) plan(replica, *identity, now, effects);
    effects.wake_at = wake_time(replica, now);
  }
  effects.cancelled = std::exchange(cancelled_, {});
  return effects;
}

void Link::check_watchdog(Millis now) {
  if (!stream_open_ || now - stream_heard_at_ < kStreamSilence) return;
  ++silent_streams_;
  end_stream();
}

void Link::plan(Replica& replica, const Identity& identity, Millis now, LinkEffects& effects) {
  if (!token_flight_ && (token_.empty() || now >= token_renew_at_)) {
    Request request = make(RequestKind::token, identity, token_flight_);
    request.body = encode_token_request({identity.actor, identity.secret});
    effects.requests.push_back(std::move(request));
  }
  if (token_.empty()) return;

  if (!push_flight_) {
    if (const auto events = replica.next_push(now, push_limit_); !events.empty()) {
      Request request = make(RequestKind::push, identity, push_flight_);
      request.body = encode_push(events);
      effects.requests.push_back(std::move(request));
    }
  }

  const auto cursor = replica.cursor();
  const std::string query = cursor ? "cursor=" + encode_cursor(*cursor) : "";
  const bool poll = caught_up_ && !streaming();
  if (!pull_flight_ && (!caught_up_ || poll)) {
    Request request = make(RequestKind::pull, identity, pull_flight_);
    request.path += "?limit=" + std::to_string(kMaxPageEvents) + (query.empty() ? "" : "&" + query);
    if (poll) {
      request.path += "&wait=" + std::to_string(kLongPollSeconds);
      request.timeout_ms = kLongPollTimeout;
    }
    effects.requests.push_back(std::move(request));
  }
  if (caught_up_ && streaming() && !stream_flight_ && cursor) {
    Request request = make(RequestKind::stream, identity, stream_flight_);
    request.path += "?" + query;
    effects.requests.push_back(std::move(request));
  }
}

Request Link::make(RequestKind kind, const Identity& identity, Flight& flight) {
  const RequestRow& row = kRequests[static_cast<std::size_t>(kind)];
  Request request;
  request.id = flight = ++last_request_;
  request.kind = kind;
  request.method = row.method;
  request.path = "/v1/sites/" + identity.site + row.path;
  request.token = kind == RequestKind::token ? "" : token_;
  request.stream = kind == RequestKind::stream;
  request.timeout_ms = row.timeout_ms;
  return request;
}

std::optional<Millis> Link::wake_time(Replica& replica, Millis now) const {
  std::optional<Millis> wake;
  const auto at = [&](std::optional<Millis> time) {
    if (time) wake = std::min(wake.value_or(*time), *time);
  };
  if (stream_open_) at(stream_heard_at_ + kStreamSilence);
  if (now < retry_at_) {
    at(retry_at_);
    return wake;
  }
  if (!token_.empty() && !token_flight_) at(token_renew_at_);
  if (!token_.empty() && !push_flight_) at(replica.next_push_at(now));
  return wake;
}

}  // namespace deskbell
