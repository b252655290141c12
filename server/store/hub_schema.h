#pragma once

namespace deskbell {

class Database;

/// Brings a hub's database up to date: the tables of every replica (core/store/schema.h), and
/// beside them the hub's own, whose version is kept apart. Throws StoreError.
void migrate_hub(Database& database);

}  // namespace deskbell
