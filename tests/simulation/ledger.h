#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/event/event.h"
#include "tests/simulation/history.h"
#include "tests/simulation/run.h"

namespace deskbell {
class Database;
}

namespace deskbell::test {

/// What somebody was promised about an event that he wrote.
struct Promise {
  std::string id;
  std::string type;
  std::string conversation;
  std::string author;
  std::string text;  ///< Of a message or note.
  int device = 0;
  int life = 0;  ///< Of the device's store: each rollback, wipe and copy begins another.
  bool acknowledged = false;  ///< The hub said that it has it.
  bool kept_by_hub = false;   ///< It was in the hub's log when we last looked.
  bool given_back = false;    ///< First seen on its way to a hub that had lost it.
  bool released = false;  ///< Nobody may expect it any more, for the stores that had it are gone.
};

/// One store on which somebody's events lie, as the ledger looks into it.
struct Holder {
  std::string author;
  Database* store = nullptr;
};

/// The book of what was promised, from which it is known in the end what must be there.
class Ledger {
 public:
  explicit Ledger(Run& run) : run_(run) {}

  /// Notes what is in a device's outbox, which is durable now: it was told as saved. Checks that
  /// what the device calls sent is on the hub.
  void look_at(Database& store, const Actor& owner, int device, int life, const std::string& epoch,
               const History& hub, const std::string& hub_epoch);

  /// How many events of its owner's a store has that were never told as saved and that the hub has
  /// not got either.
  std::size_t count_unknown(Database& store, const Actor& owner, const History& hub) const;

  /// The hub answers a push: it has this event, durably.
  void acknowledge(const std::string& id);

  /// After a restart of the hub: all that it has acknowledged must be there.
  void check_hub_kept(const History& hub);

  /// After a restart of a device on its own store: what was saved there must be there or on the
  /// hub.
  void check_device_kept(Database& store, int device, int life, const History& hub);

  /// Stores were lost, or the hub was put back: what nobody has any more cannot be expected.
  void release(const History& hub, const std::vector<Holder>& holders);

  /// The person forgot a refused event, or wrote it anew.
  void discard(const std::string& id);

  /// A store of this author's came back as it once was: what it still means to send may have been
  /// refused meanwhile, and come behind what was written later.
  void expect_no_order(const std::string& author) { unordered_.insert(author); }

  /// Everything that was promised has come, in its order. `refused` are ids that their authors'
  /// devices show as refused.
  void check_end(const History& hub, const std::set<std::string>& refused);

  std::size_t size() const { return order_.size(); }

 private:
  void check_order(const History& hub);
  void check_once(const History& hub);

  Run& run_;
  std::map<std::string, Promise> promises_;
  std::vector<std::string> order_;  // of ids, as they were written
  std::set<std::string> discarded_;
  std::set<std::string> written_anew_;  // texts
  std::set<std::string> unordered_;     // authors
};

/// Whether a store has the event, in its log or its outbox.
bool holds(Database& store, const std::string& id);

}  // namespace deskbell::test
