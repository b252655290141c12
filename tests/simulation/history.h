#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/store/event_log.h"

namespace deskbell::test {

/// One placed event as the checkers understand it: read from its bytes by other code than the
/// core's, so that the two check each other.
struct PlacedFact {
  Seq seq = 0;
  std::string id;
  std::string type;
  std::string conversation;
  std::string author;
  std::string text;           ///< Of a message or note.
  bool for_everyone = false;  ///< Public content.
  std::string for_customer;   ///< The one customer who may see it; empty: none.
  std::string for_owner;      ///< The one agent who alone may see it; empty: not so.
  Seq up_to = 0;              ///< Of a receipt.
};

/// What the hub's log says, kept beside the hub by whoever checks it.
class History {
 public:
  /// Takes in what was placed behind the last one taken in. False if the place is not the next.
  bool add(const PlacedEvent& placed);
  void clear();

  Seq head() const { return static_cast<Seq>(facts_.size()); }
  const PlacedFact& at(Seq seq) const { return facts_.at(static_cast<std::size_t>(seq - 1)); }
  const std::vector<PlacedFact>& all() const { return facts_; }
  std::optional<Seq> seq_of(const std::string& id) const;

  /// Whether the conversation was begun; what belongs to none belongs to one that was.
  bool has_conversation(const std::string& id) const {
    return id.empty() || customer_of_.contains(id);
  }

  /// Whether the reader may see it, by the plain rules of docs/protocol.md.
  bool visible(const Actor& reader, const PlacedFact& fact) const;
  /// The places that the reader may see after `since` and up to `until`.
  std::vector<Seq> visible_between(const Actor& reader, Seq since, Seq until) const;
  /// How many the reader may see up to there.
  std::size_t count_visible(const Actor& reader, Seq until) const;

 private:
  /// Whose own the answer is; empty for the team's, everyone's and none.
  std::string owner_of(const std::string& answer) const;

  std::vector<PlacedFact> facts_;
  std::map<std::string, Seq> by_id_;
  std::map<std::string, std::string> customer_of_;  // by conversation
  std::set<std::string> public_answers_;
  std::map<std::string, std::string> own_answers_;  // their owners
};

}  // namespace deskbell::test
