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
/// | `message.post` | `text`, `conversation`?, `attachments`?, `id`?, `beside`?, `proactive`?, `finder`? | `{"id","conversation"}`; without a conversation, the customer's newest open one that is not among those of `beside` (what he knew of when he chose to begin another), or a new one; nothing is posted again under an `id` that is known. `attachments` as in core/event/attachment.h; with one, the text may be empty. The driver must have their bytes by then. `proactive`: the id of the site's message that a conversation begun by it answers. With what the device's finder says (`{"found": [{"answer","confidence"}], "wish", "answer_at", "offer_at", "language"?}`, in thousandths) the robot acts at once |
/// | `attachments.needed` | | `{"ids"}`: the attachments whose bytes this device still needs: of what is unsent or refused |
/// | `attachment.source` | `id`, `message` | `{"path","token"}`: where the file of a message is to be had, and what lets one in; no token while there is no connection |
/// | `answer.choose` | `conversation`, `step`, `answer`, `language`? | `null`; what the robot offered, or has asked about |
/// | `answer.rate` | `conversation`, `step`, `helpful` | `null`; what did not help leads to people |
/// | `conversation.hand_over` | `conversation` | `null`; from the robot to people |
/// | `message.undo` | `id` | `null`; takes back what has not left the device |
/// | `message.discard`, `message.resend` | `id` | `null`, `{"id"}` |
/// | `conversation.read` | `conversation` | `null` |
/// | `survey.answer` | `conversation`, `stars` or `kind` and `score`, `comment`?, `tags`? | `null` |
/// | `customer.update` | `name`?, `email`?, `attributes`? | `null` |
/// | `transcript.request` | `conversation`, `email`, `language`? | `null` |
/// | `panel` | `conversation`?, `limit`? | what the panel shows, see below |
/// | `transcript` | `limit`? | `[message…]` of all conversations in order, each with its `conversation` |
/// | `answer.read` | `id`, `language`? | `{"id","title","text","language","category","replies","cards"}` with its variables filled in, or `null` |
/// | `answers.find` | `words`, `limit`?, `language`? | `[answer…]` as above, not filled in: those that are good now |
/// | `answers.named` | `ids`, `language`? | `[{"id","title"}]`: those that are in the book for customers |
/// | `hash` | | `{"hash"}`: of the folded history, 16 hexadecimal digits |
// clang-format on
///
/// `panel` answers `{"site": {"name","greeting","desk","reply_minutes","suggestions","form",
/// "survey","proactive","mail","answers","robot"}, "customer": {"id","name","email","attributes"},
/// "connection", "unsent", "unread", "conversations": [conversation…], "conversation": conversation
/// | null, "messages": [message…], "transcript": {"email","sent","error"} | null}` (of the
/// conversation shown, by e-mail); `desk` is `{"open","changes_at"}` (`changes_at` may be null), or
/// null where the site tells no hours; a conversation is
/// `{"id","resolved","assignee_name","last_at","last_text","unread", "proactive","handled_by"
/// (nobody, robot, people), "survey":{"open","kind","score","stars","tags","comment"}}` (`score`
/// and `stars` may be null), a message
/// `{"id","author","author_name","own","at","text","replies","cards","attachments","state",
/// "undo","error","step"}` (`author` one of customer, agent, system, robot; `step` of the robot's:
/// `{"kind","answers": [{"id","title","text"}],"fields","reason","away","helpful","open"}`, else null;
/// `state` one of saved, sent, delivered, read, refused; `replies` and `cards` as in
/// core/event/rich_fields.h, or null; an attachment
/// `{"id","name","type","size","width","height","state","sent"}`, its `state` one of waiting,
/// uploading (`sent` of its `size` bytes are at the hub), ready, its measures 0 where they are not
/// said; `undo`: it can be taken back; `error` null or `{"code","message"}`). Without
/// `conversation` it shows the newest one.
///
/// **What happened** (`receive`): `{"response": {"request","status","content_type",
/// "retry_after_ms"?,"upload_offset"?,"upload_complete"?,"body"}}`, `{"chunk":
/// {"request","text"}}`,
/// `{"failure": {"request","gone"?}}`: `gone` when the device no longer has the bytes that were to
/// be sent. The two of uploads are the values of those header fields as they came.
///
/// **Effects** (`effects`): `{"durability": "none"|"relaxed"|"strict", "requests": [{"id",
/// "method","path","token","fields","upload","body","stream","timeout_ms"}], "cancelled": [id…],
/// "wake_at": ms|null, "changes": [{"subject","id"}], "connection": null |
/// "stopped"|"offline"|"connecting"|"live"|"signed_out", "storage_error": null |
/// {"code","message"}}` (`connection` only when it changed). To be carried out only when the store
/// is as durable as it says. `fields` are header fields by name; `upload` is null, or
/// `{"attachment","offset","length"}`: the bytes of that attachment that are the request's body.
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
