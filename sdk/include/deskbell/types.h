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

struct Message {
  std::string id;
  ActorKind author_kind = ActorKind::customer;
  std::string author;       ///< The author's id.
  std::string author_name;  ///< Empty when none is known.
  bool own = false;         ///< By this device's person.
  bool note = false;        ///< An internal note of the team.
  std::int64_t at = 0;
  std::string text;
  MessageState state = MessageState::sent;
  std::optional<Error> refusal;
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
  std::string last_text;
  std::int64_t unread = 0;  ///< Messages of the other side that this device's person has not read.
  std::int64_t unsent = 0;  ///< What was done on this device and is not placed yet.
  Survey survey;
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

/// A canned answer. Its text may contain variables: `{{customer.name}}`, `{{customer.name|there}}`.
struct Answer {
  std::string id;
  std::string title;
  std::string text;
  std::string language;    ///< BCP 47
  bool team_only = false;  ///< Not an article that customers see.
};

/// A canned answer's text with its variables filled in.
struct FilledAnswer {
  std::string text;
  std::vector<std::string> missing;  ///< Variables without a value; their place is as written.
};

/// Something done on this device that the hub has refused: its effect is undone, nobody else saw
/// it.
struct Refused {
  std::string id;
  std::string conversation;
  std::string type;  ///< "message.posted", "note.added", …
  std::string text;  ///< The text of a message or a note; otherwise empty.
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
};

struct Change {
  Subject subject = Subject::status;
  std::string id;
};

}  // namespace deskbell::sdk
