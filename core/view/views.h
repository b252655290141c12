#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/event/attachment.h"
#include "core/event/event.h"
#include "core/view/answer_book.h"

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

/// How far a file of a message has come. Of other people's and of placed messages, `ready`.
enum class AttachmentState {
  waiting,    ///< On this device alone.
  uploading,  ///< Some of it is at the hub: `sent` bytes.
  ready,      ///< All of it is at the hub.
};

std::string_view to_string(AttachmentState state);

struct AttachmentView {
  Attachment file;
  AttachmentState state = AttachmentState::ready;
  std::int64_t sent = 0;  ///< Bytes that the hub has.
};

/// An answer as the book had it when it was given or offered.
struct BookAnswer {
  std::string id;
  std::string title;
  // Empty where it was only offered:
  std::string text;
  std::string replies;      ///< JSON (core/event/rich_fields.h), or empty.
  std::string cards;        ///< JSON, or empty.
  std::string attachments;  ///< JSON (core/event/attachment.h), or empty.
};

/// What the robot did in place of saying something (core/fold/robot_kinds.h).
struct RobotStepView {
  std::string kind;  ///< "answered", "offered", "asked", "missed", "chosen", "handed_over"
  /// Given, offered or asked for; their texts are filled in where they were given.
  std::vector<BookAnswer> answers;
  std::vector<std::string> fields;  ///< that were asked for: names of the customer's attributes
  std::string reason;               ///< why it handed over
  bool away = false;                ///< It handed over while nobody was there.
  std::optional<bool> helpful;      ///< What the customer said of it.
  bool open = false;                ///< The customer can still choose, or tell what was asked.
};

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
  std::vector<AttachmentView> attachments;
  /// Of the robot, which is neither of the team nor the customer; `text` is what it said then.
  std::optional<RobotStepView> step;
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

/// Who sees to a conversation. The numbers stand in the store.
enum class HandledBy { nobody = 0, robot = 1, people = 2 };

struct ConversationView {
  std::string id;
  std::string customer;
  std::string customer_name;
  bool resolved = false;
  std::string assignee;  ///< An agent's id, or empty.
  std::string assignee_name;
  Millis last_at = 0;
  std::string last_text;  ///< Of a message that is a file alone: the file's name.
  /// Messages of the other side that the reader has not read; for the team none, as long as the
  /// robot sees to it.
  std::int64_t unread = 0;
  HandledBy handled_by = HandledBy::nobody;
  std::int64_t unsent = 0;  ///< Own events on this device alone.
  std::string proactive;    ///< The id of the proactive message it began from, or empty.
  SurveyView survey;
};

/// The last wish to have a conversation by e-mail.
struct TranscriptView {
  std::string email;
  bool sent = false;
  std::optional<Error> error;  ///< Why it will not be sent. Neither: it is on its way.
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
  std::string text;         ///< Of a message or a note; of a wish for a transcript, the address.
  std::string attachments;  ///< Of a message: JSON (core/event/attachment.h), or empty.
  Actor author;
  Millis at = 0;
  Error reason;
};

/// An entry of the answer book in one language.
struct AnswerView {
  std::string id;
  std::string title;
  std::string text;
  std::string language;
  AnswerScope scope = AnswerScope::everyone;
  std::string category;
  std::string shortcut;
  std::string replies;  ///< JSON (core/event/rich_fields.h), or empty.
  std::string cards;    ///< JSON, or empty.
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
  std::string proactive;
  std::string robot;      ///< core/event/robot_fields.h
  int reply_minutes = 0;  ///< 0: not said.
  bool mail = false;      ///< Conversations can be had by e-mail.
  bool answers = false;   ///< It has answers for customers.
};

/// The attachments of what the robot answered in a step of its; empty when there are none, or no
/// such step.
std::string robot_attachments(Database& database, std::string_view step);

/// What screens show, read from the folded state of one device as its owner sees it. One
/// connection, no changes; for a consistent picture over several calls, hold a read transaction.
class Views {
 public:
  /// Behind everything that there is.
  static constexpr Seq kEnd = std::numeric_limits<Seq>::max();

  Views(Database& database, Actor reader) : database_(database), reader_(std::move(reader)) {}

  /// Newest first.
  std::vector<ConversationView> conversations(std::size_t limit) const;
  std::optional<ConversationView> conversation(std::string_view id) const;
  /// The last `limit` messages (for agents: and notes) in order, the robot's steps among them,
  /// unsent and refused ones last.
  std::vector<MessageView> messages(std::string_view conversation, std::size_t limit) const;
  /// The last `limit` messages of all the reader's conversations in order; with their conversation.
  std::vector<PastMessage> past_messages(std::size_t limit) const;
  /// The files of a message, also of one that was refused, or of what the robot answered; none when
  /// there is no such message.
  std::vector<Attachment> files_of(std::string_view message) const;
  /// What the hub refused, in the order in which it was written.
  std::vector<RefusedView> refused() const;
  std::optional<TranscriptView> transcript(std::string_view conversation) const;
  std::optional<CustomerView> customer(std::string_view id) const;
  std::vector<AgentView> agents() const;
  std::string agent_name(std::string_view id) const;
  /// A customer's or an agent's; empty when none is known.
  std::string name_of(const Actor& actor) const;
  SiteView site() const;
  /// What answers' variables stand for when they are for this customer: `customer.name`,
  /// `customer.email`, `customer.NAME` for each attribute, `site.name`; and `order.NAME` of the
  /// order that the conversation was about before that place of it (core/view/spoken_order.h).
  std::map<std::string, std::string> values_for(std::string_view customer,
                                                std::string_view conversation = {},
                                                Seq before = kEnd) const;

  /// An entry in `language`, or in what of it comes nearest (core/event/answer_fields.h), whenever
  /// it is good. More of the book: core/view/answer_book.h.
  std::optional<AnswerView> answer(std::string_view id, std::string_view language = {}) const;
  /// Canned answers that contain the words (the last one may be unfinished), best first (BM25); the
  /// one whose shortcut that is before all.
  /// All answers by title for no words. With `at`, only those that are good then.
  std::vector<AnswerView> find_answers(std::string_view words, std::size_t limit,
                                       std::optional<Millis> at = {},
                                       std::string_view language = {}) const;
  /// All of the book that this device has.
  AnswerBook book() const { return AnswerBook(database_); }

 private:
  std::vector<AttachmentView> attachments(std::string_view event, std::string_view canonical) const;
  void name_last_file(ConversationView& view) const;
  struct Positioned {
    Seq position;
    MessageView message;
  };
  void append_steps(std::string_view conversation, std::size_t limit,
                    std::vector<Positioned>& messages) const;
  void append_refused(std::string_view conversation, std::vector<MessageView>& messages) const;

  Database& database_;
  Actor reader_;
};

}  // namespace deskbell
