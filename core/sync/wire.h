#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/store/event_log.h"
#include "core/sync/cursor.h"

// The bodies that hub and devices exchange, written and read in one place for both.
// docs/protocol.md describes them to others.

namespace deskbell {

inline constexpr std::size_t kMaxPushEvents = 500;
inline constexpr std::size_t kMaxPushBytes = 1024 * 1024;
inline constexpr std::size_t kMaxPageEvents = 2000;
inline constexpr std::size_t kMaxPageBytes = 1024 * 1024;

/// A stretch of history in one reader's scope: the answer to a pull and the content of a stream's
/// `page`. It covers all from `since` to `cursor`, also what scope hid.
struct Page {
  Cursor since;
  Cursor cursor;
  bool more = false;  ///< There is more behind it right now.
  Millis hub_time = 0;
  std::vector<PlacedEvent> events;
};

/// What became of one pushed event.
enum class PushOutcome {
  placed,   ///< It has its place (now or from an earlier push of the same).
  refused,  ///< It will not be placed; `error` says why.
  retry,    ///< Not now; push it again later.
};

struct PushResult {
  std::string id;
  PushOutcome outcome = PushOutcome::retry;
  Seq seq = 0;                 ///< for `placed`
  std::optional<Error> error;  ///< for `refused` and `retry`
};

struct PushAnswer {
  std::string epoch;
  std::vector<PushResult> results;  ///< one for each pushed event, in their order
};

/// A stream's `checkpoint`: the reader is up to date if its cursor is this one.
struct Checkpoint {
  Cursor cursor;
  Millis hub_time = 0;
};

/// A stream's `bye`: the hub ends it, and asks to stay away for so long.
struct Bye {
  std::string reason;
  Millis retry_after_ms = 0;
};

/// Somebody is writing in a conversation: a stream's `typing`. To the hub a device names the
/// conversation alone.
struct TypingNotice {
  std::string conversation;
  Actor actor;
  bool operator==(const TypingNotice&) const = default;
};

/// Credentials a device trades for a token; what `POST …/tokens` takes.
struct TokenRequest {
  Actor actor;
  std::string secret;
};

struct TokenAnswer {
  std::string token;
  Millis expires_in_ms = 0;
};

std::string encode_push(const std::vector<std::string>& bodies);
/// The bytes of each event of a push, as they were sent: views into `body`. Limits are checked
/// first; the events themselves are not decoded.
Result<std::vector<std::string_view>> decode_push(std::string_view body);

std::string encode_push_answer(const PushAnswer& answer);
Result<PushAnswer> decode_push_answer(std::string_view body);

std::string encode_page(const Page& page);
Result<Page> decode_page(std::string_view body);

std::string encode_checkpoint(const Checkpoint& checkpoint);
Result<Checkpoint> decode_checkpoint(std::string_view body);

std::string encode_bye(const Bye& bye);
Result<Bye> decode_bye(std::string_view body);

std::string encode_typing_request(std::string_view conversation);
Result<std::string> decode_typing_request(std::string_view body);

std::string encode_typing_notice(const TypingNotice& notice);
Result<TypingNotice> decode_typing_notice(std::string_view body);

std::string encode_token_request(const TokenRequest& request);
Result<TokenRequest> decode_token_request(std::string_view body);

std::string encode_token_answer(const TokenAnswer& answer);
Result<TokenAnswer> decode_token_answer(std::string_view body);

/// What a hub answers when a whole request fails: RFC 9457 `application/problem+json`.
struct Problem {
  Error error;        ///< `type` is "/problems/<code>", `detail` the message.
  std::string epoch;  ///< for `new_epoch`: the history that the site has now
};
std::string encode_problem(const Problem& problem);
/// The problem in a document; nothing if the body is not one.
std::optional<Problem> decode_problem(std::string_view body);

}  // namespace deskbell
