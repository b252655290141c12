#pragma once

#include <string>
#include <string_view>

#include "core/event/event.h"

namespace deskbell {

class Database;

/// Who an event is for, besides its author. The numbers stand in the store.
enum class Audience {
  everyone = 0,      ///< every device of the site: public content
  team = 1,          ///< agents alone: notes, team-only answers
  conversation = 2,  ///< agents, and the one customer it concerns
  own = 3,           ///< the one agent whose private answer it is
};

/// An event's audience and, for `conversation` and `own`, the one person's id (which the store and
/// older programs call the customer's).
struct Visibility {
  Audience audience = Audience::team;
  std::string customer;
};

/// Who may see an event, decided by its type, its data and (for the person) the folded state
/// before it. What cannot be decided is for the team alone: silence is safe.
Visibility visibility_of(Database& database, const Event& event);

/// Whether a reader may see an event of that visibility: the one rule behind every path by which
/// events leave a hub. `EventLog::read` says the same in SQL.
bool may_see(const Actor& reader, const Visibility& visibility);

}  // namespace deskbell
