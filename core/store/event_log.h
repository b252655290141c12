#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/event/event.h"
#include "core/policy/audience.h"

namespace deskbell {

class Database;

/// An event in its place.
struct PlacedEvent {
  Seq seq = 0;
  std::string body;  ///< The bytes its author wrote.
};

/// Under which id a device keeps an event that its version cannot read; a later one may.
std::string unreadable_id(Seq seq);

/// The history of a site as far as this replica has it: the bytes of each event under its `seq`,
/// and beside them the columns that finding and scoping need. Appended to, never changed.
class EventLog {
 public:
  explicit EventLog(Database& database) : database_(database) {}

  /// Adds an event, or leaves the log as it is when the id is there already: answers whether it was
  /// new. `hash` is the hub's hash of the body, empty on a device. Throws StoreError when the seq
  /// is there already.
  bool append(Seq seq, const Event& event, std::string_view body, const Visibility& visibility,
              std::string_view hash = {});

  /// The place of the event with this id, or nothing.
  std::optional<Seq> seq_of(std::string_view event_id) const;

  /// The hash that was stored with the event with this id, or nothing.
  std::optional<std::string> hash_of(std::string_view event_id) const;

  /// The last place taken; 0 for an empty log.
  Seq head() const;

  /// Up to `limit` events after `after` and up to `until` that `reader` may see, in order, stopping
  /// early before their bytes exceed `max_bytes` (but never before the first).
  std::vector<PlacedEvent> read(Seq after, Seq until, const Actor& reader, std::size_t limit,
                                std::size_t max_bytes) const;

  /// Forgets everything: before a rebuild under a new epoch.
  void clear();

 private:
  Database& database_;
};

}  // namespace deskbell
