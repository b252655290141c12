#include "core/event/event.h"

#include "core/event/id.h"
#include "tests/fuzz/target.h"

namespace deskbell::fuzz {

// What is read as an event is one, and says the same when it is written and read again.
void try_event(std::string_view input) {
  const auto event = decode_event(input);
  if (!event) return require(!event.error().message.empty(), "a refusal says why");

  require(is_id(event->id) && is_id(event->author.id), "ids are UUIDs");
  require(event->conversation.empty() || is_id(event->conversation), "a conversation is a UUID");
  require(event->at >= 0, "no time lies before 1970");
  // The bytes travel on inside the hub's pages, to readers of all kinds.
  require(!input.starts_with("\xEF\xBB\xBF"), "no byte order mark in the middle of a page");
  require(input.find('\0') == std::string_view::npos, "JSON has no byte of zero");

  if (std::holds_alternative<UnknownPayload>(event->payload)) return;
  constexpr std::size_t kDefaults = 256;  // fields that are written though they may be left out
  if (input.size() + kDefaults > kMaxEventBytes) return;
  const std::string once = encode_event(*event);
  const auto again = decode_event(once);
  require(again.ok(), "what is written can be read");
  require(again->id == event->id && again->type == event->type && again->author == event->author &&
              again->conversation == event->conversation && again->at == event->at,
          "the envelope stays as it is");
  require(again->payload.index() == event->payload.index(), "the type stays as it is");
  require(encode_event(*again) == once, "equal events have equal bytes");
}

}  // namespace deskbell::fuzz
