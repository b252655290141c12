#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "core/sync/link.h"
#include "core/sync/replica.h"

namespace deskbell {

/// How durable the store must be before the other effects of a call may happen.
enum class Durability {
  none,     ///< Nothing was written.
  relaxed,  ///< What was written can be had from the hub again.
  strict,   ///< Something that only this device has.
};

/// All that a driver is to do after a call. First make the store as durable as it says (natively
/// the commit has done so already); only then send, tell and wait.
struct Effects {
  Durability durability = Durability::none;
  LinkEffects link;
  std::set<Change> changes;
  bool connection_changed = false;
  std::optional<Error>
      storage_error;  ///< The store failed; nothing was lost that was told as kept.
};

/// A device: its replica and its link, driven together. This is what every driver holds: the
/// browser's worker (through `Border`), the SDK's thread, the simulator. Not thread-safe. Commands
/// and queries go to `replica()`; the calls here do not throw.
class Engine {
 public:
  /// Adopts an open database: migrates it and folds nothing anew. Throws StoreError.
  Engine(Database& database, Random& random);

  Replica& replica() { return replica_; }
  Connection connection() const { return link_.connection(); }

  void start(Millis now) { link_.start(now); }
  void stop() { link_.stop(); }
  void set_network(bool available, Millis now) { link_.set_network(available, now); }
  /// The device's owner is writing in the conversation just now. Call it at each key; the hub is
  /// told now and then, and only when it is in reach.
  void note_typing(std::string conversation, Millis now) {
    link_.note_typing(std::move(conversation), now);
  }
  /// Who else is writing there. When somebody begins or ends, the conversation has changed.
  std::vector<Actor> typing(std::string_view conversation) const {
    return link_.typing(conversation);
  }
  void on_response(const Response& response, Millis now);
  void on_stream_bytes(std::uint64_t request, std::string_view bytes, Millis now);
  void on_failure(std::uint64_t request, Millis now);
  /// In the place of `on_failure`: the device does not have the attachment's bytes any more.
  void on_attachment_gone(std::uint64_t request, Millis now);

  /// What lets requests in that are none of the core's; empty while there is no connection.
  const std::string& token() const { return link_.token(); }

  /// What is to be done after the calls so far; decides about new requests, too. Also the call to
  /// make when a `wake_at` has come.
  Effects take_effects(Millis now);

  /// For a driver that may have to put the store back: the link as it is, and as it was.
  Link link_state() const { return link_; }
  void restore_link(const Link& link) { link_ = link; }

 private:
  template <class F>
  void guard(F&& body);
  void note_store_trouble(Millis now);

  Database& database_;
  Random& random_;
  bool made_or_changed_;  // the store itself, on opening
  Replica replica_;
  Link link_;
  std::optional<Error> storage_error_;
  std::int64_t seen_writes_;
  Connection told_ = Connection::stopped;
};

}  // namespace deskbell
