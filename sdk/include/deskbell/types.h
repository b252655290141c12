#pragma once

#include <deskbell/result.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What an app sees of a site: plain values, copied out of the device's store. Times are
// milliseconds since 1970, UTC; texts are UTF-8 as their authors wrote them, so they are to be
// treated as foreign by whoever shows them.

namespace deskbell::sdk {

enum class ActorKind { customer, agent, system };

/// Whose device this is.
struct Identity {
  ActorKind kind = ActorKind::customer;
  std::string id;
  std::string site;
  std::string name;  ///< Empty when none is known.
};

/// How the device stands to its hub.
enum class Connection {
  stopped,     ///< Not asked to connect, or nobody has signed in yet.
  offline,     ///< No hub in reach; trying again by and by.
  connecting,  ///< On the way, or catching up.
  live,        ///< Up to date, and told of news as they happen.
  signed_out,  ///< The hub does not accept this device any more: sign in again.
};

/// What to show about connection and store.
struct Status {
  Connection connection = Connection::stopped;
  std::int64_t unsent = 0;       ///< What is on this device alone, still to be placed by the hub.
  std::optional<Error> trouble;  ///< The store cannot be read or written now; trying again.
};

/// How far a message has come. Of other people's messages, `sent`.
enum class MessageState {
  saved,      ///< On this device alone.
  sent,       ///< In its place on the hub.
  delivered,  ///< On a device of the other side.
  read,       ///< The other side has looked at it.
  refused,    ///< The hub will not place it; `refusal` says why. Nobody else sees it.
};

/// How far a file of a message has come. Of other people's and of placed messages, `ready`.
enum class FileState {
  waiting,    ///< On this device alone.
  uploading,  ///< Some of it is at the hub: `sent` bytes.
  ready,      ///< All of it is at the hub.
};

/// A file that a message carries. What its author says of it is not to be believed: neither the
/// type, nor that the name has the right ending.
struct Attachment {
  std::string id;    ///< SHA-256 of its bytes, 64 hexadecimal digits.
  std::string name;  ///< No path. Foreign text: see `save_file`.
  std::string type;  ///< A media type, "image/png".
  std::int64_t size = 0;
  std::int64_t width = 0;  ///< In pixels, of a picture; 0: not said.
  std::int64_t height = 0;
  FileState state = FileState::ready;
  std::int64_t sent = 0;  ///< Bytes that the hub has; of a file that is `ready`, `size`.
};

/// A file to send: what is at `path`, or `bytes`.
struct File {
  std::string path = {};
  std::string bytes = {};
  std::string name = {};  ///< As the others see it; empty: the path's last part.
  std::string type = {};  ///< A media type; empty: what the name's ending suggests.
};

/// What a site's robot did in a conversation.
struct RobotStep {
  /// "answered", "offered", "asked", "missed", "chosen" (the customer chose an answer and was given
  /// it), "handed_over"
  std::string kind;
  std::vector<std::string> titles;  ///< Of the answers given, offered or asked for.
  std::string reason;  ///< "requested", "complaint", "keyword", "missed", "unhelpful", or empty
  /// It handed over while nobody was there; the message's text is what the site says then.
  bool away = false;
  std::optional<bool> helpful;  ///< What the customer said of the answer.
};

struct Message {
  std::string id;
  ActorKind author_kind = ActorKind::customer;
  std::string author;       ///< The author's id.
  std::string author_name;  ///< Empty when none is known.
  bool own = false;         ///< By this device's person.
  bool note = false;        ///< An internal note of the team.
  std::int64_t at = 0;
  std::string text;
  std::vector<Attachment> files;  ///< At most 10.
  MessageState state = MessageState::sent;
  std::optional<Error> refusal;
  /// Of the robot; then the author is the system, and `text` what it answered.
  std::optional<RobotStep> robot;
};

/// Satisfaction with a conversation.
struct Survey {
  bool open = false;         ///< It can be answered now.
  std::optional<int> stars;  ///< 1 to 5, once it was answered.
  std::string comment;
};

struct Conversation {
  std::string id;
  std::string customer;
  std::string customer_name;  ///< Empty when none is known.
  bool resolved = false;
  std::string assignee;  ///< An agent's id; empty for nobody.
  std::string assignee_name;
  std::int64_t last_at = 0;
  std::string last_text;  ///< Of a message that is a file alone: the file's name.
  /// Messages of the other side that this device's person has not read; for agents none, as long as
  /// the robot sees to it.
  std::int64_t unread = 0;
  bool with_robot = false;  ///< The robot sees to it; nobody is waited for.
  std::int64_t unsent = 0;  ///< What was done on this device and is not placed yet.
  Survey survey;
  std::string proactive;  ///< The site's proactive message that it began from, by its id, or empty.
};

/// Somebody who is writing in a conversation just now.
struct Typist {
  ActorKind kind = ActorKind::customer;
  std::string id;
  std::string name;  ///< Empty when none is known.
};

struct Customer {
  std::string id;
  std::string name;
  std::string email;
};

struct Agent {
  std::string id;
  std::string name;
};

struct Site {
  std::string name;
  std::string greeting;
};

/// What a canned answer asks whoever uses it for: `{{?days Working days:number|3}}`.
struct AnswerParameter {
  std::string name;      ///< Under which its value is given.
  std::string label;     ///< How to ask for it, in the answer's words; or its name.
  std::string fallback;  ///< What it is when nothing is given; empty: something must be given.
  /// "date" (2026-11-26), "number" (1234.5) or "amount" (1234.50 EUR), to be written as the
  /// answer's language does; empty: any text.
  std::string format;
};

/// A canned answer. Its text may contain variables: `{{customer.name}}`, `{{customer.name|there}}`.
struct Answer {
  std::string id;
  std::string title;
  std::string text;
  std::string language;    ///< BCP 47
  bool team_only = false;  ///< Not an article that customers see.
  std::string category;
  std::string shortcut;                     ///< What an agent types to find it.
  std::vector<AnswerParameter> parameters;  ///< To be asked for when it is used, in order.
  std::vector<Attachment> files;            ///< That go with it. At most 10.
  std::string procedure;  ///< For the team: what to do, step by step. Light Markdown.
  std::string
      authority;  ///< For the team: what an agent may promise, or give to make up for something.
};

/// Who sees a canned answer: everyone (then it is an article for customers, too), the team, or its
/// author alone, on all his devices.
enum class AnswerScope { everyone, team, own };

/// A canned answer as it is to read from now on.
struct AnswerDraft {
  std::string id;  ///< Of the answer that it takes the place of; empty for a new one.
  std::string title;
  std::string text;  ///< Light Markdown, perhaps with variables.
  AnswerScope scope = AnswerScope::team;
  std::string language;               ///< BCP 47
  std::vector<std::string> examples;  ///< Questions that it answers, in any language.
  std::vector<std::string> keywords;
  std::string category;
  std::string shortcut;  ///< One word without "/".
};

/// An answer that is to be published one day.
struct DraftedAnswer {
  AnswerDraft draft;        ///< Its `id` is the answer's.
  bool own = false;         ///< Only its author sees it; otherwise the team does.
  bool published = false;   ///< Another text of it is in the book now.
  std::string author;       ///< Who wrote it last, an agent's id.
  std::string author_name;  ///< Empty when none is known.
  std::int64_t at = 0;
};

/// What was done to an answer of the book.
enum class AnswerDeed { drafted, published, withdrawn, guided, draft_dropped };

/// Something that was done to an answer once.
struct AnswerVersion {
  AnswerDeed deed = AnswerDeed::published;
  /// Of what was published by then: 1, 2, 3, …; 0 while nothing was.
  std::int64_t number = 0;
  ActorKind author_kind = ActorKind::agent;
  std::string author;       ///< The author's id.
  std::string author_name;  ///< Empty when none is known.
  std::int64_t at = 0;
  std::optional<AnswerDraft> draft;  ///< How it read, for what was drafted or published.
};

/// A canned answer's text with its variables filled in.
struct FilledAnswer {
  std::string text;
  std::vector<std::string> missing;  ///< Variables without a value; their place is as written.
};

/// A canned answer that may answer a question, and why.
struct SuggestedAnswer {
  Answer answer;
  float confidence = 0;  ///< that it is the right one, 0 to 1; 0 too if only its words were found
  std::string nearest;   ///< The most alike of its titles, example questions and keywords.
  std::vector<std::string> words;  ///< Of the question, those that its texts have, rarest first.
};

/// Something done on this device that the hub has refused: its effect is undone, nobody else saw
/// it.
struct Refused {
  std::string id;
  std::string conversation;
  std::string type;  ///< "message.posted", "note.added", …
  std::string text;  ///< The text of a message or a note; otherwise empty.
  std::vector<Attachment> files;
  std::int64_t at = 0;
  Error reason;
};

/// What a change is about; read it again. An empty `id` means: any of them.
enum class Subject {
  conversation,  ///< A conversation, its messages, notes, survey; `id` is its id.
  answers,       ///< Canned answers.
  site,          ///< The site's name or greeting.
  people,        ///< Names of customers or agents.
  outbox,        ///< What is unsent or refused.
  status,        ///< The connection, or the store's trouble.
  identity,      ///< The device became somebody's, or a sign-in failed.
  file,          ///< A `save_file` or `save_answer_file` has ended; `id` is the attachment's.
};

struct Change {
  Subject subject = Subject::status;
  std::string id;
};

}  // namespace deskbell::sdk
