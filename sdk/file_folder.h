#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "sdk/sha256.h"

namespace deskbell::sdk {

/// The bytes of files on this device, in a folder beside its store, each under its SHA-256: those
/// of messages that are not at the hub yet, and beginnings of those that are being fetched
/// (`….part`). For any thread. The folder is made when the first file comes.
class FileFolder {
 public:
  /// `store`: the device's, claimed by this process (store_file.h).
  explicit FileFolder(const std::string& store);

  /// A file that was kept. It stays while there is a copy of this; after that, while a message
  /// needs it: see `tidy`.
  struct Kept {
    std::string id;
    std::int64_t size = 0;
    std::shared_ptr<void> hold;
  };

  /// Copies a file, so that what is sent is what it was now, also when it changes or goes.
  deskbell::Result<Kept> keep_file(const std::string& path);
  deskbell::Result<Kept> keep_bytes(std::string_view bytes);

  /// So many bytes of a file; nothing when this device does not have them.
  std::optional<std::string> piece(const std::string& id, std::int64_t offset,
                                   std::int64_t length) const;

  /// Whether there may be anything to tidy.
  bool holds_files() const { return holds_files_; }
  /// Removes what no message needs any more, but beginnings of files that are still fresh.
  void tidy(const std::vector<std::string>& needed);

  /// A file that is being fetched, or nothing of it.
  class Part;

  bool has(const std::string& id, std::int64_t size) const;

  /// Copies a file that is here to where somebody wants it.
  deskbell::Result<void> copy_to(const std::string& id, const std::string& target) const;

 private:
  template <class Fill>
  deskbell::Result<Kept> keep(Fill fill);
  std::shared_ptr<void> hold(const std::string& id);
  std::string path_of(const std::string& id) const { return folder_ + "/" + id; }
  deskbell::Result<void> make() const;

  const std::string folder_;
  std::atomic<bool> holds_files_ = true;
  std::mutex mutex_;
  std::map<std::string, int> held_;  // by id, how often
};

/// A file on its way in: what has come is kept over restarts, and gone on with.
class FileFolder::Part {
 public:
  /// Looks at what has come of it before.
  static deskbell::Result<Part> open(const FileFolder& folder, const std::string& id,
                                     std::int64_t size);
  Part(Part&& other) noexcept;
  Part& operator=(Part&&) = delete;
  ~Part();

  std::int64_t offset() const { return offset_; }
  bool is_whole() const { return offset_ == size_; }
  /// `attachment_mismatch` when it is more than all.
  deskbell::Result<void> append(std::string_view bytes);
  /// It begins anew.
  deskbell::Result<void> clear();
  /// Checks all and puts it where it is wanted, on the disk and under its name at once.
  /// `attachment_mismatch` when it is something else: then nothing of it stays.
  deskbell::Result<void> finish(const std::string& target);

 private:
  Part(std::string path, int file, std::string id, std::int64_t size)
      : path_(std::move(path)), file_(file), id_(std::move(id)), size_(size) {}
  deskbell::Result<void> read_begun();

  std::string path_;
  int file_;
  std::string id_;
  std::int64_t size_;
  std::int64_t offset_ = 0;
  Sha256 hash_;
};

}  // namespace deskbell::sdk
