#pragma once

#include <deskbell/result.h>

#include <mutex>
#include <optional>
#include <string>

#include "core/store/database.h"
#include "core/view/views.h"
#include "sdk/convert.h"

namespace deskbell::sdk {

/// The app's own, reading connection to the store: a query sees one committed state of it, and
/// waits for no writer. For any thread, one after another.
class Reader {
 public:
  /// The store has been opened for writing before. Throws StoreError.
  explicit Reader(const std::string& path)
      : database_(path, {.read_only = true,
                         .vfs = nullptr,
                         .pragmas = "PRAGMA query_only = 1; PRAGMA busy_timeout = 5000;"}) {}

  /// Runs `query(views)` in one read transaction; gives what it gives, a public Result.
  template <class F>
  auto read(const Actor& reader, F query) -> std::invoke_result_t<F&, const Views&> {
    const std::lock_guard lock(mutex_);
    try {
      const Snapshot snapshot(database_);
      return query(Views(database_, reader));
    } catch (const StoreError& error) {
      return to_public(error.error());
    } catch (const std::exception& error) {
      return Error{ErrorCode::storage_failed, error.what()};
    }
  }

 private:
  std::mutex mutex_;
  Database database_;
};

}  // namespace deskbell::sdk
