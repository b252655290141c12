#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/answer/robot.h"
#include "core/base/time.h"

namespace deskbell {

/// An event's place in its site's history, given by the hub: 1, 2, 3, … without gaps. 0: none yet.
using Seq = std::int64_t;

/// Who may see an entry of the answer book, from many to one: everyone (an article), the team alone
/// (a canned answer), or its author alone. The numbers stand in the store.
enum class AnswerScope { everyone, team, own };

// The catalogue: what can happen. A struct's name is the type's name on the wire
// (`MessagePosted` is "message.posted"), its fields are those of `data`.

/// A customer opened a conversation; the envelope's `conversation` is its id.
struct ConversationStarted {
  /// The id of the site's proactive message that it answers; empty for none.
  std::string proactive = {};
};

/// How much of a conversation the author of a reply had seen. A seq means something in one history
/// of the site only, so that it comes with its epoch.
struct SeenUpTo {
  std::string epoch;
  Seq seq = 0;
};

/// Somebody wrote to somebody. By an agent, it says what its author had seen of the conversation:
/// the hub holds the reply back when somebody wrote since.
struct MessagePosted {
  std::string text;
  std::optional<SeenUpTo> seen;
  std::string answer = {};  ///< The canned answers it was made from, a line each; empty for none.
  /// JSON as core/event/rich_fields.h reads it, empty for none: answers that can be given with one
  /// touch, and cards (products, orders, articles). By agents only.
  std::string replies = {};
  std::string cards = {};
  /// JSON as core/event/attachment.h reads it, empty for none. With one, the text may be empty.
  std::string attachments = {};
};

/// All messages up to this place have reached a device of the author.
struct ReceiptDelivered {
  Seq up_to = 0;
};

/// The author has looked at all messages up to this place.
struct ReceiptRead {
  Seq up_to = 0;
};

/// A note among the team; no customer's device ever gets it.
struct NoteAdded {
  std::string text;
};

struct ConversationAssigned {
  std::string agent;  ///< Empty: nobody's any more.
};

struct ConversationResolved {};
struct ConversationReopened {};

/// How satisfaction is asked for. The numbers stand in the store.
enum class SurveyKind {
  stars,   ///< 1 to 5
  thumbs,  ///< 0 (down) or 1 (up)
  nps,     ///< 0 to 10: how likely one is to recommend
  ces,     ///< 1 to 7: how easy it was
};

/// Satisfaction with a resolved conversation; the first answer counts.
struct SurveyAnswered {
  int score = 0;  ///< As its kind counts.
  std::string comment;
  SurveyKind kind = SurveyKind::stars;
  std::string tags = {};  ///< A JSON array of short texts, empty for none.
};

/// A field that is absent stays as it is.
struct CustomerUpdated {
  std::string customer;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::map<std::string, std::string> attributes = {};  ///< What else is known, by name.
};

struct AgentUpdated {
  std::string agent;
  std::string name;
};

/// An entry's words in one language.
struct AnswerText {
  std::string language;  ///< BCP 47
  std::string title;
  std::string text;  ///< Light Markdown; a template (core/answer/template.h): `{{customer.name}}`.

  bool operator==(const AnswerText&) const = default;
};

/// An entry of the answer book, as it reads from now on; the limits stand in
/// core/event/answer_fields.h. All of it goes to everybody in its scope: what only the team may
/// know of an entry for everyone is an event of its own, `AnswerGuided`.
struct AnswerPublished {
  std::string answer;
  std::string title;
  std::string text;
  std::vector<std::string> keywords;
  AnswerScope scope = AnswerScope::everyone;
  std::string language;  ///< of `title` and `text`; BCP 47
  std::vector<AnswerText> translations = {};
  std::vector<std::string> examples = {};  ///< Questions that it answers, in any language.
  std::string category = {};
  std::string shortcut = {};  ///< What agents type behind "/" to find it.
  Millis from = 0;            ///< It is good from then on; 0: from ever.
  Millis to = 0;              ///< It is good until then; 0: for ever.
  std::vector<std::string> related = {};  ///< Other entries' ids.
  /// JSON as core/event/rich_fields.h reads it, empty for none: as of a message.
  std::string replies = {};
  std::string cards = {};
  /// Files that a message made from it carries: JSON (core/event/attachment.h), empty for none. The
  /// hub has their bytes as the site's own.
  std::string attachments = {};

  bool operator==(const AnswerPublished&) const = default;
};

/// Whether it is good at that time.
inline bool is_good(const AnswerPublished& entry, Millis at) {
  return entry.from <= at && (entry.to == 0 || at < entry.to);
}

/// Whether customers may read it at that time.
inline bool is_for_customers(const AnswerPublished& entry, Millis at) {
  return entry.scope == AnswerScope::everyone && is_good(entry, at);
}

/// An entry as it is to read one day. For the team, or (of scope `own`) for its author alone.
struct AnswerDrafted {
  AnswerPublished entry;
};

/// What the team alone knows of an entry. Empty texts: nothing any more.
struct AnswerGuided {
  std::string answer;
  std::string procedure;  ///< What to do, step by step, and what to say. Light Markdown.
  std::string authority;  ///< What an agent may promise, or give to make up for something.
};

struct AnswerWithdrawn {
  std::string answer;
  bool draft = false;  ///< Its draft alone: the author's own, or else the team's.
};

/// What every customer may know of the site. A field that is absent stays as it is.
struct SiteUpdated {
  std::optional<std::string> name;
  std::optional<std::string> greeting;
  /// JSON as core/event/rich_fields.h reads it.
  std::optional<std::string> hours = {};
  std::optional<std::string> suggestions = {};
  std::optional<std::string> form = {};
  std::optional<std::string> survey = {};
  std::optional<std::string> proactive = {};
  std::optional<std::string> robot = {};  ///< core/event/robot_fields.h
  std::optional<int> reply_minutes = {};  ///< How long an answer takes as a rule; 0: not said.
  std::optional<bool> mail = {};          ///< Its hub can send mail.
};

/// Somebody wants the conversation, as it stood then, by e-mail. One at a time.
struct TranscriptRequested {
  std::string email;     ///< core/event/email.h
  std::string language;  ///< BCP 47; of the words around what was said
};

/// The hub has handed the mail to a mail server.
struct TranscriptSent {
  std::string request;  ///< The id of the event that asked for it.
};

/// The hub has given it up.
struct TranscriptFailed {
  std::string request;
  std::string reason;  ///< The name of an error (core/base/error_codes.def).
};

// What the robot does is said by the device of the customer whom it answers. It names answers of
// the book and never their words, so that nobody can make it say what the site has not published.
// `language` is the one wanted; what stands in the book decides.

/// The robot answered a message.
struct RobotAnswered {
  std::string message;
  std::string answer;
  std::string language;  ///< BCP 47, or empty
};

/// The robot was not sure, and offered up to three questions to choose from.
struct RobotOffered {
  std::string message;
  std::vector<std::string> answers;
  std::string language;
};

/// The robot has an answer, but must know something of the customer first.
struct RobotAsked {
  std::string message;
  std::string answer;
  std::vector<std::string> fields;  ///< names of the customer's attributes
  std::string language;
};

/// The robot did not know, and said so.
struct RobotMissed {
  std::string message;
};

/// The customer chose what was offered, or told what was asked: he is given the answer.
struct AnswerChosen {
  std::string step;  ///< the event that offered it
  std::string answer;
  std::string language;
};

/// Whether an answer of the robot's helped; the last word counts.
struct AnswerRated {
  std::string step;  ///< the event that gave it
  bool helpful = false;
};

/// From here on people see to the conversation, until it is resolved.
struct ConversationHandedOver {
  HandOverReason reason = HandOverReason::requested;
  std::string message = {};  ///< The message or step that led to it; empty for none.
  /// Nobody was at the desk then; the robot said what the site says for that.
  bool away = false;
};

/// A type of a newer version: kept in the log, folded by nobody here.
struct UnknownPayload {};

using Payload =
    std::variant<UnknownPayload, ConversationStarted, MessagePosted, ReceiptDelivered, ReceiptRead,
                 NoteAdded, ConversationAssigned, ConversationResolved, ConversationReopened,
                 SurveyAnswered, CustomerUpdated, AgentUpdated, AnswerPublished, AnswerWithdrawn,
                 SiteUpdated, AnswerDrafted, AnswerGuided, TranscriptRequested, TranscriptSent,
                 TranscriptFailed, RobotAnswered, RobotOffered, RobotAsked, RobotMissed,
                 AnswerChosen, AnswerRated, ConversationHandedOver>;

/// Names places in one conversation of one history, and means nothing in another.
inline bool is_receipt(const Payload& payload) {
  return std::holds_alternative<ReceiptDelivered>(payload) ||
         std::holds_alternative<ReceiptRead>(payload);
}

/// About a conversation as it stood once, and means nothing in a copy of it.
inline bool is_transcript(const Payload& payload) {
  return std::holds_alternative<TranscriptRequested>(payload) ||
         std::holds_alternative<TranscriptSent>(payload) ||
         std::holds_alternative<TranscriptFailed>(payload);
}

/// The message, or the step, that a step of the robot's is about; empty for none and for others.
inline std::string robot_subject(const Payload& payload) {
  if (const auto* step = std::get_if<RobotAnswered>(&payload)) return step->message;
  if (const auto* step = std::get_if<RobotOffered>(&payload)) return step->message;
  if (const auto* step = std::get_if<RobotAsked>(&payload)) return step->message;
  if (const auto* step = std::get_if<RobotMissed>(&payload)) return step->message;
  if (const auto* step = std::get_if<AnswerChosen>(&payload)) return step->step;
  if (const auto* step = std::get_if<AnswerRated>(&payload)) return step->step;
  if (const auto* step = std::get_if<ConversationHandedOver>(&payload)) return step->message;
  return "";
}

/// By it the robot sees to a conversation that nobody has seen to before.
inline bool is_robot_step(const Payload& payload) {
  return std::holds_alternative<RobotAnswered>(payload) ||
         std::holds_alternative<RobotOffered>(payload) ||
         std::holds_alternative<RobotAsked>(payload) ||
         std::holds_alternative<RobotMissed>(payload) ||
         std::holds_alternative<AnswerChosen>(payload);
}

}  // namespace deskbell
