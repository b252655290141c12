#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.h"

namespace deskbell {

class Database;

struct CopyOptions {
  const char* vfs = nullptr;  ///< of the copy; SQLite's default when null
  /// Told after each step of about a megabyte.
  std::function<void(std::int64_t pages_done, std::int64_t pages_total)> progress = {};
};

/// Copies a database as it is at one moment into an empty or new file, by SQLite's online backup.
/// Others may read and write the source meanwhile: they wait for nothing, and what they write from
/// then on is not in the copy (the source's write-ahead log grows for as long as it takes). The
/// copy is one file without a journal beside it, and on disk when this returns; its name in its
/// folder is the caller's to make lasting. After an error it is of no use.
///
/// Errors: `storage_full` when there is no room for the copy, otherwise `storage_failed`.
Result<void> copy_database(Database& source, const std::string& path,
                           const CopyOptions& options = {});

}  // namespace deskbell
