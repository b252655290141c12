#include "server/store/database_copy.h"

#include <sqlite3.h>

#include "core/store/database.h"

namespace deskbell {
namespace {

constexpr int kPagesPerStep = 256;

/// Holds one moment of the source. Without it, each write of others would start the copy anew.
class Moment {
 public:
  explicit Moment(Database& database)
      : database_(database), own_(sqlite3_get_autocommit(database.handle()) != 0) {
    if (!own_) return;
    database_.run("BEGIN");
    database_.integer("SELECT count(*) FROM sqlite_schema");
  }
  ~Moment() {
    if (!own_ || sqlite3_get_autocommit(database_.handle()) != 0) return;
    try {
      database_.run("COMMIT");
    } catch (const StoreError&) {
      // It has only been read.
    }
  }
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;

 private:
  Database& database_;
  bool own_;
};

[[noreturn]] void fail(Database& copy, int code) {
  const bool full = (code & 0xff) == SQLITE_FULL;
  throw StoreError(full ? ErrorCode::storage_full : ErrorCode::storage_failed,
                   code == SQLITE_OK ? sqlite3_errmsg(copy.handle()) : sqlite3_errstr(code));
}

void copy_pages(Database& source, Database& copy, const CopyOptions& options) {
  sqlite3_backup* backup = sqlite3_backup_init(copy.handle(), "main", source.handle(), "main");
  if (!backup) fail(copy, SQLITE_OK);
  int stepped = SQLITE_OK;
  while (stepped == SQLITE_OK) {
    stepped = sqlite3_backup_step(backup, kPagesPerStep);
    const std::int64_t total = sqlite3_backup_pagecount(backup);
    if (options.progress) options.progress(total - sqlite3_backup_remaining(backup), total);
  }
  const int finished = sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE) fail(copy, stepped);
  if (finished != SQLITE_OK) fail(copy, finished);
}

}  // namespace

Result<void> copy_database(Database& source, const std::string& path, const CopyOptions& options) {
  try {
    Database copy(path, {.vfs = options.vfs, .pragmas = "PRAGMA synchronous = FULL;"});
    {
      const Moment moment(source);
      copy_pages(source, copy, options);
    }
    // The pages say that there is a write-ahead log, as the source has; the copy is to be one file.
    copy.execute("PRAGMA journal_mode = DELETE");
    return {};
  } catch (const StoreError& error) {
    return error.error();
  }
}

}  // namespace deskbell
