#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace deskbell {

/// An event's place in its site's history, given by the hub: 1, 2, 3, … without gaps. 0: none yet.
using Seq = std::int64_t;

/// Who may see a canned answer: everyone (an article), or the team alone.
enum class AnswerScope { everyone, team };

// The catalogue: what can happen. A struct's name is the type's name on the wire
// (`MessagePosted` is "message.posted"), its fields are those of `data`.

/// A customer opened a conversation; the envelope's `conversation` is its id.
struct ConversationStarted {};

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
  std::string answer = {};  ///< The canned answer it was made from; empty for none.
  /// JSON as core/event/rich_fields.h reads it, empty for none: answers that can be given with one
  /// touch, and cards (products, orders, articles). By agents only.
  std::string replies = {};
  std::string cards = {};
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

/// A canned answer, as it reads from now on.
struct AnswerPublished {
  std::string answer;
  std::string title;
  std::string text;  ///< A template: `{{customer.name}}`.
  std::vector<std::string> keywords;
  AnswerScope scope = AnswerScope::everyone;
  std::string language;  ///< BCP 47
};

struct AnswerWithdrawn {
  std::string answer;
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
  std::optional<int> reply_minutes = {};  ///< How long an answer takes as a rule; 0: not said.
};

/// A type of a newer version: kept in the log, folded by nobody here.
struct UnknownPayload {};

using Payload = std::variant<UnknownPayload, ConversationStarted, MessagePosted, ReceiptDelivered,
                             ReceiptRead, NoteAdded, ConversationAssigned, ConversationResolved,
                             ConversationReopened, SurveyAnswered, CustomerUpdated, AgentUpdated,
                             AnswerPublished, AnswerWithdrawn, SiteUpdated>;

/// Names places in one conversation of one history, and means nothing in another.
inline bool is_receipt(const Payload& payload) {
  return std::holds_alternative<ReceiptDelivered>(payload) ||
         std::holds_alternative<ReceiptRead>(payload);
}

}  // namespace deskbell
