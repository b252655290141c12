#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace deskbell {

class Database;

/// The newest version of the schema that this code knows, kept in `PRAGMA user_version`.
inline constexpr int kSchemaVersion = 2;

/// Creates the tables of every replica (device or hub) or brings them up to date, in one
/// transaction. Returns whether it changed anything. Throws StoreError: `store_too_new` when a
/// newer Deskbell wrote the store; it is left as it was.
bool migrate(Database& database);

/// A table that folds write, and the order of rows that identifies its content.
struct FoldTable {
  std::string_view name;
  std::string_view primary_key;  ///< comma-separated columns
};

/// Every table that folds write, and nothing else: what a rebuild empties, what the overlay
/// undoes, what the state hash covers.
std::span<const FoldTable> fold_tables();

/// A hash of all that folds have written, equal for replicas of the same scope that have folded the
/// same events: 64-bit FNV-1a over every table's rows in the order of their keys. The overlay must
/// be off (see overlay.h).
std::uint64_t state_hash(Database& database);

}  // namespace deskbell
