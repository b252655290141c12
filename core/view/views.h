#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/event/event.h"

namespace deskbell {

class Database;

/// How far a message has come. Of other people's messages, `sent`.
enum class MessageState {
  saved,      ///< On this device alone.
  sent,       ///< In its place on the hub.
  delivered,  ///< On a device of the other side.
  read,       ///< The other side has looked at it.
  refused,    ///< The hub will not place it; `refusal` says why. Nobody else sees it.
};

std::string_view to_string(MessageState state);

struct MessageView {
  std::string id;
  Actor author;
  std::string author_name;  ///< Empty when none is known.
  bool own = false;         ///< By the reader himself.
  bool note = false;        ///< An internal note of the team.
  Millis at = 0;
  std::string text;
  std::string replies;  ///< JSON (core/event/rich_fields.h), or empty.
  std::string cards;    ///< JSON, or empty.
  MessageState state = MessageState::sent;
  std::optional<Error> refusal;
};

struct SurveyView {
  bool open = false;         ///< It can be answered now.
  std::optional<int> stars;  ///< The answer, if there is one, of a survey with stars.
  std::string comment;
  SurveyKind kind = SurveyKind::stars;
  std::optional<int> score;  ///< The answer of any survey.
  std::string tags;          ///< JSON, or empty.
};

struct ConversationView {
  std::string id;
  std::string customer;
  std::string customer_name;
  bool resolved = false;
  std::string assignee;  ///< An agent's id, or empty.
  std::string assignee_name;
  Millis last_at = 0;
  std::string last_text;
  std::int64_t unread = 0;  ///< Messages of the other side that the reader has not read.
  std::int64_t unsent = 0;  ///< Own events on this device alone.
  SurveyView survey;
};

/// A message, and where it stands.
struct PastMessage {
  std::string conversation;
  MessageView message;
};

/// An event of this device that the hub will not place.
struct RefusedView {
  std::string id;
  std::string conversation;
  std::string type;
  std::string text;  ///< Of a message or a note.
  Actor author;
  Millis at = 0;
  Error reason;
};

struct AnswerView {
  std::string id;
  std::string title;
  std::string text;
  std::string language;
  AnswerScope scope = AnswerScope::everyone;
};

struct CustomerView {
  std::string id;
  std::string name;
  std::string email;
  std::map<std::string, std::string> attributes;
};

struct AgentView {
  std::string id;
  std::string name;
};

struct SiteView {
  std::string name;
  std::string greeting;
  // JSON (core/event/rich_fields.h), or empty.
  std::string hours;
  std::string suggestions;
  std::string form;
  std::string survey;
  int reply_minutes = 0;  ///< 0: not said.
};

/// What screens show, read from the folded state of one device as its owner sees it. One
/// connection, no changes; for a consistent picture over several calls, hold a read transaction.
class Views {
 public:
  Views(Database& database, Actor reader) : database_(database), reader_(std::move(reader)) {}

  /// Newest first.
  std::vector<ConversationView> conversations(std::size_t limit) const;
  std::optional<ConversationView> conversation(std::string_view id) const;
  /// The last `limit` messages (for agents: and notes) in order, unsent and refused ones last.
  std::vector<MessageView> messages(std::string_view conversation, std::size_t limit) const;
  /// The last `limit` messages of all the reader's conversations in order; with their conversation.
  std::vector<PastMessage> past_messages(std::size_t limit) const;
  /// What the hub refused, in the order in which it was written.
  std::vector<RefusedView> refused() const;
  std::optional<CustomerView> customer(std::string_view id) const;
  std::vector<AgentView> agents() const;
  std::string agent_name(std::string_view id) const;
  /// A customer's or an agent's; empty when none is known.
  std::string name_of(const Actor& actor) const;
  SiteView site() const;

  std::optional<AnswerView> answer(std::string_view id) const;
  /// Canned answers that contain the words (the last one may be unfinished), best first (BM25).
  /// All answers by title for no words.
  std::vector<AnswerView> find_answers(std::string_view words, std::size_t limit) const;

 private:
  void append_refused(std::string_view conversation, std::vector<MessageView>& messages) const;

  Database& database_;
  Actor reader_;
};

}  // namespace deskbell
