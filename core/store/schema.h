#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

class Database;

/// The newest version of the schema that this code knows, kept in `PRAGMA user_version`.
inline constexpr int kSchemaVersion = 4;

/// Creates the tables of every replica (device or hub) or brings them up to date, in one
/// transaction. Returns whether it changed anything. Throws StoreError: `store_too_new` when a
/// newer Deskbell wrote the store; it is left as it was. To another version than the newest for
/// tests only.
bool migrate(Database& database, std::size_t to = kSchemaVersion);

/// A table that folds write, and the order of rows that identifies its content.
struct FoldTable {
  std::string_view name;
  std::string_view primary_key;  ///< comma-separated columns
};

/// Every table that folds write, and nothing else: what a rebuild empties, what the overlay
/// undoes, what the state hash covers.
std::span<const FoldTable> fold_tables();

std::vector<std::string> key_columns(const FoldTable& table);

/// The columns whose values folds decide, in their order: all but surrogate keys (`rowid_`), which
/// say in what order rows came to be; folding anew may change that.
std::vector<std::string> folded_columns(Database& database, const FoldTable& table);

/// A hash of all that folds have written, equal for replicas of the same scope that have folded the
/// same events: 64-bit FNV-1a over every table's rows in the order of their keys. The overlay must
/// be off (see overlay.h).
std::uint64_t state_hash(Database& database);

}  // namespace deskbell
