#pragma once

#include "core/event/event.h"

namespace deskbell {

class Database;

/// Where an event stands while it is folded.
struct FoldPlace {
  Seq seq = 0;       ///< 0 while it is unsent
  Seq position = 0;  ///< Order among all: `seq`, or behind every seq for an unsent event.
};

/// Positions of unsent events begin here, far behind any seq.
inline constexpr Seq kPendingPosition = Seq{1} << 52;

/// Turns one event into row changes. Total: no event can make it fail (only the store can, by a
/// StoreError); deterministic: the rows depend on the events and their order alone. An event that
/// policy would have refused changes as little as possible rather than being an error, for the
/// hub that placed it may know newer rules.
void fold_event(Database& database, const Event& event, const FoldPlace& place);

/// Empties every table that folds write and folds the whole log again.
void rebuild_from_log(Database& database);

}  // namespace deskbell
