#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/event/payload.h"

namespace deskbell {

enum class ActorKind { customer, agent, system };

std::string_view to_string(ActorKind kind);
std::optional<ActorKind> actor_kind_from(std::string_view name);

/// A person, or the site itself (`system`: what its owner configured).
struct Actor {
  ActorKind kind = ActorKind::customer;
  std::string id;

  bool operator==(const Actor&) const = default;
};

std::string_view to_string(SurveyKind kind);
std::optional<SurveyKind> survey_kind_from(std::string_view name);

/// The scores that a survey can have, both included.
struct ScoreRange {
  int least = 0;
  int most = 0;
};
ScoreRange scores_of(SurveyKind kind);

/// Something that happened. Its place in the history is not part of it: the hub gives that, and
/// the wire carries it beside the event, whose bytes stay as its author wrote them.
struct Event {
  std::string id;    ///< Made by the author's device; the key that makes pushing idempotent.
  std::string type;  ///< "message.posted"
  std::string conversation;  ///< Empty where the event belongs to none.
  Actor author;
  Millis at = 0;  ///< The author's clock. Shown, never ordered by.
  Payload payload;
};

/// What the hub and the devices accept of one event, checked before anything is built of it.
inline constexpr std::size_t kMaxEventBytes = 64 * 1024;
inline constexpr std::size_t kMaxEventDepth = 6;
inline constexpr std::size_t kMaxEventValues = 512;      ///< names, scalars, objects and arrays
inline constexpr std::size_t kMaxTextBytes = 16 * 1024;  ///< a message, a note, an answer
inline constexpr std::size_t kMaxNameBytes = 256;        ///< names, titles, e-mail, keywords
inline constexpr std::size_t kMaxKeywords = 64;

/// Reads one event from the bytes its author wrote. Unknown fields are passed over, an unknown
/// type becomes `UnknownPayload`; everything else that is wrong is `invalid_json`, `too_large` or
/// `invalid_event` with the field's name.
Result<Event> decode_event(std::string_view bytes);

/// The bytes of an event, in a fixed order of fields, so that equal events have equal bytes.
/// Precondition: the payload is a known one and its strings are UTF-8.
std::string encode_event(const Event& event);

/// The type's name on the wire; empty for `UnknownPayload`.
std::string_view type_name(const Payload& payload);

}  // namespace deskbell
