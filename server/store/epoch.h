#pragma once

#include <string>

namespace deskbell {

class Database;
class Random;

/// A name for one history of a site: 64 random bits as 16 hexadecimal digits.
std::string make_epoch(Random& random);

/// Gives the history in a hub's store another name, and returns it. To be called whenever the store
/// may lack something that it has told devices: after a restored backup, after a fail-over that
/// lost events. Devices that know the old name then begin anew and give back what they themselves
/// wrote; ids make that safe. All else stays: events and their places, accounts, sessions,
/// customers. Must run inside the caller's transaction, while no hub has the store open. Throws
/// StoreError.
std::string begin_epoch(Database& database, Random& random);

}  // namespace deskbell
