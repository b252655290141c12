#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sync/link.h"
#include "server/store/sqlite_hub_store.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/history.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/run.h"

namespace deskbell::test {

/// The hub's end of one connection: what it says goes into it, in order.
class Wire {
 public:
  virtual ~Wire() = default;
  /// The answer; for a stream, its head.
  virtual void answer(Response response) = 0;
  virtual void stream_bytes(std::string bytes) = 0;
  /// The connection ends: orderly after a stream's last bytes, else it breaks.
  virtual void end() = 0;
  /// The other side has gone.
  virtual bool gone() const = 0;
};

/// A hub in virtual time: the real store on a disk that fails, and in front of it the protocol as
/// docs/protocol.md tells it. The group commit is an action of its own, so that pushes meet in it
/// and the machine can stop in its middle.
class SimHub {
 public:
  SimHub(Run& run, Ledger& ledger);
  ~SimHub();

  /// Makes the store and what every site has from the beginning. Before the first fault.
  void found(const std::vector<Actor>& agents);

  bool up() const { return store_ != nullptr; }
  /// A request arrives. Precondition: the hub is up.
  void take(const Request& request, std::shared_ptr<Wire> wire);

  /// The site says something itself: publishes or withdraws an answer, renames itself.
  void speak(SeededRandom random);
  /// The machine stops at some write to come, or (nothing being written) soon; and starts again.
  void crash_soon(SeededRandom random, bool power_cut);
  void set_full(bool full);
  void back_up();
  void calm_down();
  /// Back to the last backup; nothing if there is none.
  bool restore();
  /// A newer version of the hub placed something that this one does not know.
  void place_unknown();

  const History& history() const { return history_; }
  const std::string& epoch() const { return epoch_; }
  SqliteHubStore& store() { return *store_; }
  /// Asked after each restore: whose stores are left.
  std::function<std::vector<Holder>()> holders;

  /// The state hash of a replica that folds just what the reader may see.
  std::uint64_t hash_for(const Actor& reader);

 private:
  struct Waiting {
    Actor author;
    std::string body;
    std::shared_ptr<Wire> wire;
    std::uint64_t request;
  };
  struct Reader {
    Actor actor;
    Seq place = 0;
    Millis ends_at = 0;
    std::uint64_t request = 0;
    std::size_t limit = 0;  ///< For a long poll; 0 for a stream.
    std::shared_ptr<Wire> wire;
  };

  std::optional<OwnEvent> answer_transcript(SeededRandom& random);
  void open();
  void drop_all();
  void go_down(const std::string& why);
  void come_up();
  void take_token(const Request& request, Wire& wire);
  void take_push(const Request& request, const Actor& author, std::shared_ptr<Wire> wire);
  void take_pull(const Request& request, const Actor& reader, std::shared_ptr<Wire> wire);
  void take_stream(const Request& request, const Actor& reader, Millis token_ends,
                   std::shared_ptr<Wire> wire);
  void commit();
  void settle_push(const Waiting& push, const PushAnswer& answer);
  bool note_placed();
  void tell_readers();
  bool serve(Reader& reader);
  void checkpoint();
  std::optional<Page> read(const Actor& reader, Seq after, std::size_t limit);
  void check_page(const Actor& reader, const Page& page);
  void check_receipts();

  Run& run_;
  Ledger& ledger_;
  SeededRandom random_;
  Disk disk_;
  std::unique_ptr<SqliteHubStore> store_;
  std::string epoch_;
  History history_;
  std::vector<Waiting> queue_;
  bool commit_planned_ = false;
  std::list<Reader> readers_;
  bool power_cut_ = false;
  std::uint64_t life_ = 0;  // counts starts: what was asked of an earlier one is void
  struct Backup {
    Disk::Image image;
    Seq head;
  };
  std::optional<Backup> backup_;
  int said_ = 0;
  std::map<std::string, Seq> read_up_to_;
};

}  // namespace deskbell::test
