#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/sync/engine.h"
#include "core/view/views.h"
#include "tests/support/seeded_random.h"

namespace deskbell::test {

/// A hub in the same process, without sockets or disk, made of the core's own parts: enough for
/// devices to sync against in virtual time, natively and in WebAssembly. (The real hub is tested
/// by tests/server.)
class LoopbackHub {
 public:
  explicit LoopbackHub(std::uint64_t seed);

  /// Answers a request as the hub would. A stream's answer is its head; see `stream`.
  Response answer(const Actor& actor, const Request& request);

  /// What a stream would bring to a reader whose cursor is this: a page, if there is anything.
  std::string stream(const Actor& reader, const Cursor& cursor);

  /// Places an event of the site's own. False when policy refuses it.
  bool try_place_own(Payload payload, const std::string& conversation = "");
  /// The same for one that must not be refused.
  void place_own(Payload payload, const std::string& conversation = "");

  /// Names another history and forgets all after `keep`, as a restored backup would.
  void restore_to(Seq keep);

  Page page(const Actor& reader, const Cursor& since, std::size_t limit);
  PushAnswer push(const Actor& actor, std::string_view body);

  Seq head() { return EventLog(database_).head(); }
  const std::string& epoch() const { return epoch_; }
  Database& database() { return database_; }

  /// The state hash of a replica that folds just what `reader` may see.
  std::uint64_t hash_for(const Actor& reader);

 private:
  void begin_epoch();

  SeededRandom random_;
  Database database_;
  std::string epoch_;
  Actor system_;
};

/// A device in virtual time: the real engine on a database in memory.
class Device {
 public:
  Device(ActorKind kind, std::uint64_t seed);

  Database& database() { return database_; }
  Engine& engine() { return *engine_; }
  Replica& replica() { return engine_->replica(); }
  const Actor& actor() const { return identity_.actor; }
  Views views() { return Views(database_, identity_.actor); }

  /// Closes the engine and opens it again on the same store, as a restart would.
  void restart();

  /// Collects the requests that the engine wants made by now; returns when it wants to be woken.
  std::optional<Millis> plan();
  std::vector<Request> outgoing;

  /// Exchanges requests and answers with the hub until nothing is left to be said.
  void sync(LoopbackHub& hub);

  Millis now = 1'763'770'000'000;

 private:
  SeededRandom random_;
  Identity identity_;
  Database database_;
  std::unique_ptr<Engine> engine_;
  std::uint64_t stream_ = 0;
};

}  // namespace deskbell::test
