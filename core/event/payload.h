#pragma once

#include <cstdint>
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
  std::string answer;  ///< The canned answer it was made from; empty for none.
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

/// Satisfaction with a resolved conversation; the first answer counts.
struct SurveyAnswered {
  int stars = 0;  ///< 1 to 5
  std::string comment;
};

/// A field that is absent stays as it is.
struct CustomerUpdated {
  std::string customer;
  std::optional<std::string> name;
  std::optional<std::string> email;
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
};

/// A type of a newer version: kept in the log, folded by nobody here.
struct UnknownPayload {};

using Payload = std::variant<UnknownPayload, ConversationStarted, MessagePosted, ReceiptDelivered,
                             ReceiptRead, NoteAdded, ConversationAssigned, ConversationResolved,
                             ConversationReopened, SurveyAnswered, CustomerUpdated, AgentUpdated,
                             AnswerPublished, AnswerWithdrawn, SiteUpdated>;

}  // namespace deskbell
