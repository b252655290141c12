#pragma once

#include <string>

#include "core/base/result.h"

namespace deskbell::sdk {

/// The claim of one process on a device's store: two would each push the other's outbox and undo
/// the other's overlay. Held by a lock on a file beside the store, which the system lets go when
/// the process ends, however it ends.
class StoreFile {
 public:
  /// Makes the store's folder and file, readable by this user alone, where they are missing, and
  /// claims the store. The error says what is in the way.
  static deskbell::Result<StoreFile> claim(const std::string& path);

  StoreFile(StoreFile&& other) noexcept;
  StoreFile& operator=(StoreFile&&) = delete;
  ~StoreFile();

  const std::string& path() const { return path_; }

 private:
  StoreFile(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

}  // namespace deskbell::sdk
