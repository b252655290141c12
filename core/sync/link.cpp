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
constexpr Millis kTypingTimeout = 10'000;
constexpr Millis kUploadTimeout = 60'000;
constexpr int kLongPollSeconds = 25;
constexpr Millis kLongPollTimeout = (kLongPollSeconds + 15) * 1'000;

// A hub's checkpoints come every 15 s: after two and a half of them, nobody is there. Bytes that
// make no event (a large page on a slow line; a proxy that keeps the line warm) buy some more time.
constexpr Millis kStreamSilence = 40'000;
constexpr Millis kStreamWithoutEvent = 120'000;
constexpr std::size_t kMaxIdleStreamBytes = 2 * SseParser::kMaxEventBytes;

// Some proxies hold a stream's bytes back until it ends, or end it soon: after so many streams that
// said nothing, or that never lived to see a checkpoint, ask by long polls instead; and beside
// them, now and then, see whether streams have come to work.
constexpr int kSilentStreamsForPolling = 2;
constexpr int kBrokenStreamsForPolling = 6;
constexpr Millis kStreamAgain = 10 * 60'000;

// Whoever answers a long poll sooner than this, and with nothing, does not wait for news.
constexpr Millis kShortestIdlePoll = 5'000;

// A token is used for so long at least, whatever it says of itself.
constexpr Millis kShortestTokenUse = 10'000;

/// What each kind of request looks like, in the order of `RequestKind`.
struct RequestRow {
  const char* method;
  const char* path;  ///< Below the site's.
  Millis timeout_ms;
};
constexpr std::array<RequestRow, 6> kRequests = {{
    {"POST", "/tokens", kTokenTimeout},
    {"POST", "/events", kPushTimeout},
    {"GET", "/events", kPullTimeout},
    {"GET", "/stream", kStreamHeadTimeout},
    {"POST", "/typing", kTypingTimeout},
    {"PATCH", "/uploads", kUploadTimeout},
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
  clock_ = now;
  listen_anew();
  patience_.renew(now);
  upload_.renew(now);
}

void Link::stop() {
  running_ = false;
  unreachable_ = false;
  cancel_all();
  typing_.forget_all();
}

void Link::note_typing(std::string conversation, Millis now) {
  keep_time(now);
  typing_.note_own(std::move(conversation), now);
}

void Link::set_network(bool available, Millis now) {
  keep_time(now);
  network_ = available;
  unreachable_ = !available;
  // Another network may have other proxies.
  listen_anew();
  patience_.renew(now);
  upload_.renew(now);
  if (!available) cancel_all();
}

void Link::on_response(Replica& replica, Random& random, const Response& response, Millis now) {
  keep_time(now);
  apply_held(replica, random, now);
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
  } else if (id == upload_flight_) {
    upload_flight_ = 0;
    take_upload(replica, random, response, now);
  } else if (id == typing_flight_) {
    typing_flight_ = 0;  // whatever it is: there will be another one
  } else if (id == stream_flight_) {
    take_stream_head(replica, random, response, now);
  }
}

void Link::on_stream_bytes(Replica& replica, Random& random, std::uint64_t request,
                           std::string_view bytes, Millis now) {
  keep_time(now);
  apply_held(replica, random, now);
  if (request == 0 || request != stream_flight_ || !stream_open_) return;
  stream_heard_at_ = now;
  stream_idle_bytes_ += bytes.size();
  const bool usable = parser_.feed(bytes, [&](const SseEvent& event) {
    // An earlier event of the same bytes may have ended the stream.
    if (request != stream_flight_) return;
    stream_spoke_ = true;
    stream_spoke_at_ = now;
    stream_idle_bytes_ = 0;
    take_stream_event(replica, random, event, now);
  });
  const bool wearing = !usable || stream_idle_bytes_ > kMaxIdleStreamBytes;
  if (request == stream_flight_ && wearing) lose_stream(random, now);
  // Not within `feed`, and not left for the next stream.
  if (!stream_open_) parser_ = SseParser();
}

void Link::on_failure(Random& random, std::uint64_t request, Millis now) {
  keep_time(now);
  if (request == 0) return;
  if (request == typing_flight_) typing_flight_ = 0;
  if (request == upload_flight_) {
    upload_flight_ = 0;
    return upload_.fail(random, now);
  }
  if (request == stream_flight_) {
    stream_flight_ = 0;
    return lose_stream(random, now);
  }
  for (Flight* flight : {&token_flight_, &push_flight_, &pull_flight_}) {
    if (*flight != request) continue;
    *flight = 0;
    if (flight == &pull_flight_ && pull_waits_) patience_.lost_touch(random, now);
    return fail(random, std::nullopt, now);
  }
}

void Link::on_attachment_gone(Replica& replica, std::uint64_t request, Millis now) {
  keep_time(now);
  if (request == 0 || request != upload_flight_) return;
  upload_flight_ = 0;
  upload_.give_up(replica);
}

/// A clock that is put back must not make us wait for hours: what was to come in a second still
/// comes in a second.
void Link::keep_time(Millis now) {
  if (now < clock_) {
    const Millis by = now - clock_;
    patience_.shift(by);
    typing_.shift(by);
    upload_.shift(by);
    for (Millis* time : {&token_renew_at_, &pull_asked_at_, &stream_asked_at_, &stream_heard_at_,
                         &stream_spoke_at_, &stream_again_at_})
      *time += by;
  }
  clock_ = now;
}

// ---- What answers mean ----

void Link::fail(Random& random, std::optional<Millis> retry_after_ms, Millis now) {
  unreachable_ = true;
  patience_.failed(random, retry_after_ms, now);
}

void Link::succeed() {
  unreachable_ = false;
  patience_.succeeded();
}

void Link::take_token(Random& random, const Response& response, Millis now) {
  if (response.status == 200 && is_json(response)) {
    if (auto answer = decode_token_answer(response.body); answer.ok()) {
      token_ = std::move(answer->token);
      // Those who came together must not all come together again.
      const Millis early =
          static_cast<Millis>(random.below(static_cast<std::uint64_t>(answer->expires_in_ms / 5)));
      token_renew_at_ = now + std::max(kShortestTokenUse, answer->expires_in_ms * 4 / 5 - early);
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
    return take_refusal(replica, random, RequestKind::push, response, now);
  }
  const auto answer = decode_push_answer(response.body);
  if (!answer) return fail(random, std::nullopt, now);
  if (is_outdated(replica, RequestKind::push, answer->epoch)) return;
  const auto before = replica.next_push(now, 1);
  if (!replica.apply_push_answer(*answer, now)) return fail(random, std::nullopt, now);
  push_limit_ = kMaxPushEvents;
  // An answer that is about none of our events answers somebody else.
  const auto after = replica.next_push(now, 1);
  if (!after.empty() && after == before) return fail(random, std::nullopt, now);
  succeed();
  patience_.is_in_touch(now);
}

void Link::take_upload(Replica& replica, Random& random, const Response& response, Millis now) {
  // Of what is wrong with a file, the uploads take care; that the token has ended concerns all.
  if (response.status == 401) {
    upload_.forget();
    return take_refusal(replica, random, RequestKind::upload, response, now);
  }
  upload_.take(replica, random, response, now);
}

void Link::take_pull(Replica& replica, Random& random, const Response& response, Millis now) {
  if (response.status != 200 || !is_json(response))
    return take_refusal(replica, random, RequestKind::pull, response, now);
  auto page = decode_page(response.body);
  if (!page) return fail(random, std::nullopt, now);
  if (is_outdated(replica, RequestKind::pull, page->cursor.epoch)) return;
  caught_up_ = false;  // until it is applied: the store may fail
  if (page->more && page->cursor.epoch == replica.epoch()) {
    held_ = std::make_shared<const Page>(std::move(*page));
    held_is_followed_ = false;
    return;
  }
  const auto fit = take_page(replica, random, *page, now);
  if (!fit) return;
  succeed();
  const bool more_waits = std::exchange(gap_seen_, false) || *fit == Replica::PageFit::gap;
  caught_up_ = !page->more && !more_waits;
  const bool moved = *fit == Replica::PageFit::joined;
  const bool did_not_wait = pull_waits_ && !moved && now - pull_asked_at_ < kShortestIdlePoll;
  if (*fit == Replica::PageFit::gap || (page->more && !moved) || did_not_wait)
    patience_.read_in_vain(random, now);
  else if (pull_waits_)
    patience_.read_well();
}

void Link::apply_held(Replica& replica, Random& random, Millis now) {
  if (!held_) return;
  const std::shared_ptr<const Page> page = std::exchange(held_, nullptr);
  // Another tab of this device may have met a new history.
  if (page->cursor.epoch != replica.epoch()) return;
  const auto fit = take_page(replica, random, *page, now);
  if (!fit) return;
  succeed();
  // Where it ended, the pull under way has begun.
  if (*fit != Replica::PageFit::joined) patience_.read_in_vain(random, now);
}

void Link::take_stream_head(Replica& replica, Random& random, const Response& response,
                            Millis now) {
  if (response.status == 200 && response.content_type.starts_with("text/event-stream")) {
    stream_open_ = true;
    parser_ = SseParser();
    stream_heard_at_ = stream_spoke_at_ = now;
    return succeed();
  }
  end_stream();
  patience_.read_in_vain(random, now);
  judge_streams(/*was_silent=*/false, now);
  take_refusal(replica, random, RequestKind::stream, response, now);
}

void Link::take_stream_event(Replica& replica, Random& random, const SseEvent& event, Millis now) {
  if (event.name == "page") {
    if (const auto page = decode_page(event.data); page.ok()) {
      if (is_outdated(replica, RequestKind::stream, page->cursor.epoch)) return end_stream();
      return void(take_page(replica, random, *page, now));
    }
  } else if (event.name == "checkpoint") {
    if (const auto checkpoint = decode_checkpoint(event.data); checkpoint.ok()) {
      if (is_outdated(replica, RequestKind::stream, checkpoint->cursor.epoch)) return end_stream();
      return take_checkpoint(replica, random, *checkpoint, now);
    }
  } else if (event.name == "typing") {
    if (const auto notice = decode_typing_notice(event.data); notice.ok()) {
      const auto cursor = replica.cursor();
      return typing_.hear(*notice, cursor ? cursor->seq : 0, now);
    }
  } else if (event.name == "reset") {
    // Whatever the event says, the pull that follows finds the new epoch.
    patience_.read_in_vain(random, now);
    return end_stream();
  } else if (event.name == "bye") {
    const auto bye = decode_bye(event.data);
    if (!stream_settled_) patience_.read_in_vain(random, now);
    end_stream();
    // It answered, and asked for a moment: that is no failure.
    return patience_.failed(random, bye.ok() ? std::optional(bye->retry_after_ms) : std::nullopt,
                            now);
  } else {
    return;  // of a newer hub
  }
  lose_stream(random, now);
}

void Link::take_checkpoint(Replica& replica, Random& random, const Checkpoint& checkpoint,
                           Millis now) {
  stream_settled_ = true;
  // What could not be asked may have become needless: another tab of this device sent it.
  unreachable_ = false;
  listen_anew();
  patience_.read_well();
  const auto cursor = replica.cursor();
  if (cursor && cursor->epoch != checkpoint.cursor.epoch)
    return enter_epoch(replica, random, checkpoint.cursor.epoch, now);
  if (!cursor || cursor->seq < checkpoint.cursor.seq) found_gap();
}

std::optional<Replica::PageFit> Link::take_page(Replica& replica, Random& random, const Page& page,
                                                Millis now) {
  const auto fit = replica.apply_page(page, now);
  if (!fit) {
    fail(random, std::nullopt, now);
    return std::nullopt;
  }
  if (*fit == Replica::PageFit::gap) found_gap();
  if (*fit == Replica::PageFit::joined) typing_.forget_who_wrote(replica);
  return *fit;
}

/// Epochs have no order: only an answer to what we asked in our present epoch can tell of a newer
/// one. What was asked before, by this link or by another tab of this device, may tell of an older
/// one, and is asked again.
bool Link::is_outdated(Replica& replica, RequestKind asked, const std::string& epoch) const {
  const std::string ours = replica.epoch();
  return epoch != ours && asked_in_[static_cast<std::size_t>(asked)] != ours;
}

void Link::take_refusal(Replica& replica, Random& random, RequestKind asked,
                        const Response& response, Millis now) {
  const auto problem = decode_problem(response.body);
  if (response.status == 401 && problem) {
    // Once, the token may simply have ended; when a fresh one fails too, patience is needed.
    token_.clear();
    if (patience_.forgives_once()) return;
  }
  if (problem && problem->error.code == ErrorCode::new_epoch && !problem->epoch.empty()) {
    if (is_outdated(replica, asked, problem->epoch)) return;
    return enter_epoch(replica, random, problem->epoch, now);
  }
  fail(random, response.retry_after_ms, now);
}

void Link::enter_epoch(Replica& replica, Random& random, const std::string& epoch, Millis now) {
  end_stream();
  caught_up_ = false;
  // Two hubs of different histories behind one address would send us to and fro.
  patience_.read_in_vain(random, now);
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
  stream_open_ = stream_spoke_ = stream_settled_ = false;
  stream_idle_bytes_ = 0;
  // Beside long polls, a stream is only tried out: they keep us up to date.
  if (!polling_) caught_up_ = false;
}

/// The stream is over, and nobody has said why.
void Link::lose_stream(Random& random, Millis now) {
  const bool was_open = stream_open_;
  const bool was_settled = stream_settled_;
  const bool was_silent = was_open ? !stream_spoke_ : now - stream_asked_at_ >= kStreamHeadTimeout;
  end_stream();
  if (was_settled) return patience_.lost_touch(random, now);
  patience_.read_in_vain(random, now);
  judge_streams(was_silent, now);
  if (was_open)
    patience_.lost_touch(random, now);
  else
    fail(random, std::nullopt, now);
}

void Link::judge_streams(bool was_silent, Millis now) {
  if (was_silent) ++silent_streams_;
  polling_ = polling_ || silent_streams_ >= kSilentStreamsForPolling ||
             patience_.readings_in_vain() >= kBrokenStreamsForPolling;
  stream_again_at_ = now + kStreamAgain;
}

/// Streams may work again: no more is held against them.
void Link::listen_anew() {
  silent_streams_ = 0;
  polling_ = false;
}

void Link::cancel(Flight& flight) {
  if (flight) cancelled_.push_back(std::exchange(flight, 0));
}

void Link::cancel_all() {
  for (Flight* flight : {&token_flight_, &push_flight_, &pull_flight_, &typing_flight_, &upload_flight_})
    cancel(*flight);
  upload_.forget();
  end_stream();
  held_ = nullptr;
  caught_up_ = false;
}

// ---- What to do next ----

Connection Link::connection() const {
  if (!running_) return Connection::stopped;
  if (signed_out_) return Connection::signed_out;
  if (unreachable_) return Connection::offline;
  const bool told_of_news = polling_ || stream_open_;
  return caught_up_ && told_of_news ? Connection::live : Connection::connecting;
}

LinkEffects Link::next(Replica& replica, Random& random, Millis now) {
  LinkEffects effects;
  keep_time(now);
  if (held_is_followed_) apply_held(replica, random, now);
  check_watchdog(now);
  const auto identity = replica.identity();
  if (running_ && network_ && !signed_out_ && identity) {
    if (now >= patience_.ask_at()) plan(replica, *identity, now, effects);
    plan_typing(replica, *identity, now, effects);
    effects.wake_at = wake_time(replica, now);
  }
  if (held_) {
    held_is_followed_ = true;
    effects.wake_at = now;
  }
  typing_.expire(now);
  effects.typing_changed = typing_.take_changed();
  if (const auto end = typing_.ends_at())
    effects.wake_at = std::min(effects.wake_at.value_or(*end), *end);
  effects.cancelled = std::exchange(cancelled_, {});
  return effects;
}

/// Only what can be told at once is worth telling: who is not connected is not seen writing.
void Link::plan_typing(Replica& replica, const Identity& identity, Millis now,
                       LinkEffects& effects) {
  if (typing_flight_ || token_.empty() || connection() != Connection::live) return;
  const auto conversation = typing_.take_due(now);
  if (!conversation) return;
  Request request = make(RequestKind::typing, replica, identity, typing_flight_);
  request.body = encode_typing_request(*conversation);
  effects.requests.push_back(std::move(request));
}

void Link::check_watchdog(Millis now) {
  if (!stream_open_ ||
      (now - stream_heard_at_ < kStreamSilence && now - stream_spoke_at_ < kStreamWithoutEvent))
    return;
  end_stream();
  judge_streams(/*was_silent=*/true, now);
}

void Link::plan(Replica& replica, const Identity& identity, Millis now, LinkEffects& effects) {
  if (!token_flight_ && (token_.empty() || now >= token_renew_at_)) {
    Request request = make(RequestKind::token, replica, identity, token_flight_);
    request.body = encode_token_request({identity.actor, identity.secret});
    effects.requests.push_back(std::move(request));
  }
  if (token_.empty()) return;

  // A push names its history: what was written after the hub was put back must not get its place
  // before what the hub has lost. A history that is new here is read first, or two hubs of
  // different histories behind one address would send us to and fro.
  const std::string epoch = replica.epoch();
  if (!push_flight_ && (epoch.empty() || replica.cursor())) {
    if (const auto events = replica.next_push(now, push_limit_); !events.empty()) {
      Request request = make(RequestKind::push, replica, identity, push_flight_);
      if (!epoch.empty()) request.path += "?epoch=" + epoch;
      request.body = encode_push(events);
      effects.requests.push_back(std::move(request));
    }
  }
  plan_upload(replica, identity, now, effects);
  if (now >= patience_.read_at()) plan_reading(replica, identity, now, effects);
}

void Link::plan_upload(Replica& replica, const Identity& identity, Millis now,
                       LinkEffects& effects) {
  if (upload_flight_ || now < upload_.ask_at()) return;
  const auto work = replica.next_upload();
  if (!work) return;
  Request request = make(RequestKind::upload, replica, identity, upload_flight_);
  upload_.ask(*work, request, now);
  effects.requests.push_back(std::move(request));
}

void Link::plan_reading(Replica& replica, const Identity& identity, Millis now,
                        LinkEffects& effects) {
  const auto cursor = held_ ? std::optional(held_->cursor) : replica.cursor();
  const std::string query = cursor ? "cursor=" + encode_cursor(*cursor) : "";
  if (!pull_flight_ && (!caught_up_ || polling_)) {
    Request request = make(RequestKind::pull, replica, identity, pull_flight_);
    request.path += "?limit=" + std::to_string(kMaxPageEvents) + (query.empty() ? "" : "&" + query);
    pull_waits_ = caught_up_;
    pull_asked_at_ = now;
    if (pull_waits_) {
      request.path += "&wait=" + std::to_string(kLongPollSeconds);
      request.timeout_ms = kLongPollTimeout;
    }
    effects.requests.push_back(std::move(request));
  }
  const bool wanted = !polling_ || now >= stream_again_at_;
  if (caught_up_ && wanted && !stream_flight_ && cursor) {
    Request request = make(RequestKind::stream, replica, identity, stream_flight_);
    request.path += "?" + query;
    stream_asked_at_ = now;
    effects.requests.push_back(std::move(request));
  }
}

Request Link::make(RequestKind kind, Replica& replica, const Identity& identity, Flight& flight) {
  const RequestRow& row = kRequests[static_cast<std::size_t>(kind)];
  asked_in_[static_cast<std::size_t>(kind)] = replica.epoch();
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
  if (stream_open_)
    at(std::min(stream_heard_at_ + kStreamSilence, stream_spoke_at_ + kStreamWithoutEvent));
  if (now < patience_.ask_at()) {
    at(patience_.ask_at());
    return wake;
  }
  if (now < patience_.read_at()) at(patience_.read_at());
  if (polling_ && now < stream_again_at_) at(stream_again_at_);
  if (!token_.empty() && !token_flight_) at(token_renew_at_);
  if (!token_.empty() && !push_flight_) at(replica.next_push_at(now));
  if (!token_.empty() && !upload_flight_ && now < upload_.ask_at() && replica.next_upload())
    at(upload_.ask_at());
  return wake;
}

}  // namespace deskbell
