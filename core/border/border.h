#pragma once

#include <string>
#include <string_view>

#include "core/sync/engine.h"

namespace deskbell {

/// The core behind strings, for hosts that are not C++: the browser's worker and the C ABI.
/// Everything is JSON in UTF-8; nothing throws; no logic lives here.
///
/// **Commands** (`send`). A request is `{"command": NAME, …}`, its answer `{"result": …}` or
/// `{"error": {"code", "message"}}` (codes: error_codes.def). A command that changes something is
/// one transaction.
///
// clang-format off
/// | command | arguments | result |
/// |---|---|---|
/// | `adopt` | `site`, `actor`, `id`, `secret` | `null` |
/// | `identity` | | `{"site","actor","id","secret"}`: whose the device is, and what proves it |
/// | `new_customer` | `site` | `{"id"}`: makes the device a new customer's, with a secret of its own; one that is somebody's stays theirs |
/// | `start`, `stop` | | `null` |
/// | `network` | `available` (bool) | `null` |
/// | `message.post` | `text`, `conversation`? | `{"id","conversation"}`; without a conversation, the customer's open one or a new one; `"new"` always begins one |
/// | `message.undo` | `id` | `null`; takes back what has not left the device |
/// | `message.discard`, `message.resend` | `id` | `null`, `{"id"}` |
/// | `conversation.read` | `conversation` | `null` |
/// | `survey.answer` | `conversation`, `stars` or `kind` and `score`, `comment`?, `tags`? | `null` |
/// | `customer.update` | `name`?, `email`?, `attributes`? | `null` |
/// | `panel` | `conversation`?, `limit`? | what the panel shows, see below |
/// | `transcript` | `limit`? | `[message…]` of all conversations in order, each with its `conversation` |
/// | `answer.read` | `id` | `{"id","title","text","language"}` with its variables filled in, or `null` |
/// | `answers.find` | `words`, `limit`? | `[{"id","title","text"}]` |
/// | `hash` | | `{"hash"}`: of the folded history, 16 hexadecimal digits |
// clang-format on
///
/// `panel` answers `{"site": {"name","greeting","desk","reply_minutes","suggestions","form",
/// "survey"}, "customer": {"id","name","email","attributes"}, "connection", "unsent", "unread",
/// "conversations": [conversation…], "conversation": conversation | null, "messages": [message…]}`;
/// `desk` is `{"open","changes_at"}` (`changes_at` may be null), or null where the site tells no
/// hours; a conversation is `{"id","resolved","assignee_name","last_at","last_text","unread",
/// "survey":{"open","kind","score","stars","tags","comment"}}` (`score` and `stars` may be null), a
/// message `{"id","author","author_name","own","at","text","replies","cards","state","undo",
/// "error"}` (`author` one of customer, agent, system; `state` one of saved, sent, delivered, read,
/// refused; `replies` and `cards` as in core/event/rich_fields.h, or null; `undo`: it can be taken
/// back; `error` null or `{"code","message"}`). Without `conversation` it shows the newest one.
///
/// **What happened** (`receive`): `{"response": {"request","status","content_type",
/// "retry_after_ms"?,"body"}}`, `{"chunk": {"request","text"}}`, `{"failure": {"request"}}`.
///
/// **Effects** (`effects`): `{"durability": "none"|"relaxed"|"strict", "requests": [{"id",
/// "method","path","token","body","stream","timeout_ms"}], "cancelled": [id…], "wake_at": ms|null,
/// "changes": [{"subject","id"}], "connection": null | "stopped"|"offline"|"connecting"|"live"|
/// "signed_out", "storage_error": null | {"code","message"}}` (`connection` only when it changed).
/// To be carried out only when the store is as durable as it says.
class Border {
 public:
  Border(Engine& engine, Random& random) : engine_(engine), random_(random) {}

  std::string send(std::string_view command, Millis now);
  /// Empty, or an `{"error": …}` for input that is not of the form above.
  std::string receive(std::string_view input, Millis now);
  std::string effects(Millis now);

 private:
  Engine& engine_;
  Random& random_;
};

}  // namespace deskbell
