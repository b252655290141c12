#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/event/event.h"
#include "core/view/views.h"

namespace deskbell {

class Database;
class Findings;

/// Counts from the events themselves what screens count from the folded tables, by other code:
/// which messages a person has not read, and how often a survey was answered.
class Recount {
 public:
  /// The next event of the log, or (with its position behind all) of the outbox; `seq` is 0 there.
  void add(const Event& event, Seq seq, Seq position);

  /// Compares the unread counts of `owner` with the store's; without an owner those of every
  /// conversation's customer and of everyone who has read in it.
  void check_unread(Database& database, const std::optional<Actor>& owner,
                    Findings& findings) const;

  void check_surveys(Findings& findings) const;

 private:
  struct Conversation {
    std::vector<std::pair<Seq, bool>> messages;  ///< position, and whether a customer wrote it
    std::map<std::pair<ActorKind, std::string>, Seq> read;
    int survey_answers = 0;
    HandledBy handled_by = HandledBy::nobody;
  };

  void note_handler(const Event& event);

  void check_reader(Database& database, const std::string& id, const Conversation& conversation,
                    const Actor& reader, Findings& findings) const;

  std::map<std::string, Conversation, std::less<>> conversations_;
};

}  // namespace deskbell
