#pragma once

#include <optional>
#include <string>

#include "core/event/event.h"
#include "tests/simulation/run.h"

namespace deskbell {
class Database;
}

namespace deskbell::test {

/// What somebody does on his device.
enum class DeedKind {
  write,          ///< a message
  read,           ///< looks at a conversation
  rename,         ///< a customer says who he is
  answer_survey,  ///<
  ask_transcript,  ///< wants the conversation by e-mail
  note,
  assign,
  resolve,
  reopen,
  publish,      ///< a canned answer
  publish_own,  ///< one that only he may see
  guide,        ///< what the team alone knows of an answer
  resend,       ///< what the hub refused
  discard,
};

struct Deed {
  DeedKind kind = DeedKind::write;
  std::string conversation;  ///< Empty: a customer's newest, or a new one.
  std::string target;        ///< An agent, a refused event, an answer.
  std::string text;
  int stars = 0;
};

/// What this person would do next, given what his device shows; nothing if there is nothing to do.
std::optional<Deed> think_of_deed(Database& store, const Actor& person, SeededRandom random,
                                  const std::string& text);

/// In plain words.
std::string describe(const Deed& deed);

}  // namespace deskbell::test
