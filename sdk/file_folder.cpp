#include "sdk/file_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <utility>

#include "core/event/attachment.h"

namespace deskbell::sdk {
namespace {

namespace fs = std::filesystem;
using deskbell::ErrorCode;

constexpr std::string_view kPart = ".part";
constexpr std::size_t kPieceBytes = 256 * 1024;
/// Who has begun to fetch a file comes back to it soon, or not at all.
constexpr std::time_t kPartSeconds = 7 * 24 * 60 * 60;

deskbell::Error cannot(const std::string& what, const std::string& path, int error = errno) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return {full ? ErrorCode::storage_full : ErrorCode::storage_failed,
          "Cannot " + what + " " + path + ": " + std::strerror(error) + "."};
}

/// What is wrong with a file that somebody wants to send.
deskbell::Error unusable(const std::string& path, const std::string& why, bool missing = false) {
  return {missing ? ErrorCode::not_found : ErrorCode::invalid_command,
          "The file " + path + " cannot be sent: " + why + "."};
}

/// An open file that is closed in the end.
class File {
 public:
  File(const std::string& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  explicit File(int file) : file_(file) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return file_ >= 0; }
  int get() const { return file_; }

 private:
  int file_;
};

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

/// Calls `take` with all of a file's bytes, piece by piece. False when they cannot be read, or
/// `take` wants no more.
template <class Take>
bool read_all(int file, Take&& take) {
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    const ssize_t count = ::read(file, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count == 0;
    if (!take(std::string_view(piece).substr(0, static_cast<std::size_t>(count)))) return false;
  }
}

std::string parent_of(const std::string& path) {
  const std::string parent = fs::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

/// Makes the names in a folder lasting.
bool sync_folder(const std::string& path) {
  const File folder(path, O_RDONLY | O_DIRECTORY);
  return folder.is_open() && ::fsync(folder.get()) == 0;
}

/// Gives a whole file its name, if nothing has that name. Where there are no second names, a file
/// without content has it for a moment.
deskbell::Result<void> put_in_place(const std::string& path, const std::string& target) {
  if (::link(path.c_str(), target.c_str()) == 0) {
    ::unlink(path.c_str());
  } else if (errno == EEXIST || !File(target, O_WRONLY | O_CREAT | O_EXCL).is_open()) {
    if (errno == EEXIST)
      return deskbell::Error{ErrorCode::invalid_command,
                             "There is a file " + target + " already; choose another name."};
    return cannot("write", target);
  } else if (::rename(path.c_str(), target.c_str()) != 0) {
    return cannot("write", target);
  }
  if (!sync_folder(parent_of(target))) return cannot("write", target);
  return {};
}

/// A file without a name that anybody looks for, beside where it is to be.
class Draft {
 public:
  explicit Draft(const std::string& folder)
      : path_(folder + "/.deskbell-XXXXXX"), file_(::mkostemp(path_.data(), O_CLOEXEC)) {}
  ~Draft() { ::unlink(path_.c_str()); }  // when it still has this name
  const std::string& path() const { return path_; }
  const File& file() const { return file_; }

 private:
  std::string path_;
  File file_;
};

deskbell::Result<void> copy_into(int from, const std::string& target) {
  const Draft draft(parent_of(target));
  if (!draft.file().is_open()) return cannot("write", target);
  const bool copied =
      read_all(from, [&](std::string_view bytes) { return write_all(draft.file().get(), bytes); });
  if (!copied || ::fsync(draft.file().get()) != 0) return cannot("write", target);
  return put_in_place(draft.path(), target);
}

}  // namespace

FileFolder::FileFolder(const std::string& store) : folder_(store + ".files") {}

deskbell::Result<void> FileFolder::make() const {
  if (::mkdir(folder_.c_str(), 0700) == 0) {
    if (!sync_folder(parent_of(folder_))) return cannot("make the folder", folder_);
  } else if (errno != EEXIST) {
    return cannot("make the folder", folder_);
  }
  return {};
}

template <class Fill>
deskbell::Result<FileFolder::Kept> FileFolder::keep(Fill fill) {
  if (auto made = make(); !made) return made.error();
  const Draft draft(folder_);
  if (!draft.file().is_open()) return cannot("write", folder_);
  Sha256 hash;
  Kept kept;
  const auto take = [&](std::string_view bytes) {
    hash.add(bytes);
    kept.size += static_cast<std::int64_t>(bytes.size());
    return write_all(draft.file().get(), bytes);
  };
  if (auto filled = fill(take); !filled) return filled.error();
  if (::fsync(draft.file().get()) != 0) return cannot("write", draft.path());
  kept.id = hash.hex();
  kept.hold = hold(kept.id);
  if (::rename(draft.path().c_str(), path_of(kept.id).c_str()) != 0 || !sync_folder(folder_))
    return cannot("write", path_of(kept.id));
  return kept;
}

deskbell::Result<FileFolder::Kept> FileFolder::keep_file(const std::string& path) {
  // Not to be held up by a pipe that nobody writes to.
  const File file(path, O_RDONLY | O_NONBLOCK);
  if (!file.is_open()) return unusable(path, std::strerror(errno), errno == ENOENT);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return unusable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return unusable(path, "it is no file");
  if (status.st_size == 0) return unusable(path, "it is empty");
  return keep([&](const auto& take) -> deskbell::Result<void> {
    bool written = true;
    const bool read =
        read_all(file.get(), [&](std::string_view bytes) { return written = take(bytes); });
    if (!written) return cannot("write", folder_);
    if (!read) return unusable(path, std::strerror(errno));
    return {};
  });
}

deskbell::Result<FileFolder::Kept> FileFolder::keep_bytes(std::string_view bytes) {
  if (bytes.empty())
    return deskbell::Error{ErrorCode::invalid_command, "A file without bytes cannot be sent."};
  return keep([&](const auto& take) -> deskbell::Result<void> {
    if (!take(bytes)) return cannot("write", folder_);
    return {};
  });
}

std::shared_ptr<void> FileFolder::hold(const std::string& id) {
  const std::lock_guard lock(mutex_);
  ++held_[id];
  holds_files_ = true;
  return {nullptr, [this, id](void*) {
            const std::lock_guard again(mutex_);
            if (--held_[id] == 0) held_.erase(id);
          }};
}

std::optional<std::string> FileFolder::piece(const std::string& id, std::int64_t offset,
                                             std::int64_t length) const {
  const File file(path_of(id), O_RDONLY);
  std::string bytes(static_cast<std::size_t>(length), '\0');
  std::size_t filled = 0;
  while (file.is_open() && filled < bytes.size()) {
    const ssize_t count = ::pread(file.get(), bytes.data() + filled, bytes.size() - filled,
                                  offset + static_cast<std::int64_t>(filled));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled == bytes.size() ? std::optional(std::move(bytes)) : std::nullopt;
}

void FileFolder::tidy(const std::vector<std::string>& needed) {
  const std::lock_guard lock(mutex_);
  std::error_code error;
  std::vector<fs::path> old;
  bool some_stay = false;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    struct stat status {};
    const bool is_part = name.ends_with(kPart);
    // What is on its way in has a hidden name, and is held by nobody yet.
    const bool fresh = ::stat(entry->path().c_str(), &status) == 0 &&
                       std::time(nullptr) - status.st_mtime < kPartSeconds;
    const bool wanted = is_attachment_id(name) ? held_.contains(name) ||
                                                     std::ranges::find(needed, name) != needed.end()
                                               : (is_part || name.starts_with('.')) && fresh;
    if (!wanted) old.push_back(entry->path());
    some_stay = some_stay || (wanted && !is_part);
  }
  for (const fs::path& path : old) ::unlink(path.c_str());
  holds_files_ = some_stay;
}

bool FileFolder::has(const std::string& id, std::int64_t size) const {
  struct stat status {};
  return ::stat(path_of(id).c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         status.st_size == size;
}

deskbell::Result<void> FileFolder::copy_to(const std::string& id, const std::string& target) const {
  const File file(path_of(id), O_RDONLY);
  if (!file.is_open()) return cannot("read", path_of(id));
  return copy_into(file.get(), target);
}

// --- Files that are fetched

deskbell::Result<FileFolder::Part> FileFolder::Part::open(const FileFolder& folder,
                                                          const std::string& id,
                                                          std::int64_t size) {
  if (auto made = folder.make(); !made) return made.error();
  std::string path = folder.path_of(id) + std::string(kPart);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cannot("write", path);
  Part part(std::move(path), file, id, size);
  if (auto read = part.read_begun(); !read) return read.error();
  return part;
}

FileFolder::Part::Part(Part&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      id_(std::move(other.id_)),
      size_(other.size_),
      offset_(other.offset_),
      hash_(other.hash_) {}

FileFolder::Part::~Part() {
  if (file_ >= 0) ::close(file_);
}

deskbell::Result<void> FileFolder::Part::read_begun() {
  const bool read = read_all(file_, [&](std::string_view bytes) {
    hash_.add(bytes);
    offset_ += static_cast<std::int64_t>(bytes.size());
    return offset_ <= size_;
  });
  return read ? deskbell::Result<void>() : clear();
}

deskbell::Result<void> FileFolder::Part::append(std::string_view bytes) {
  if (static_cast<std::int64_t>(bytes.size()) > size_ - offset_)
    return deskbell::Error{ErrorCode::attachment_mismatch,
                           "The hub sent more than the file has; it was not kept."};
  if (!write_all(file_, bytes)) {
    const deskbell::Error error = cannot("write", path_);
    (void)!::ftruncate(file_, offset_);
    return error;
  }
  hash_.add(bytes);
  offset_ += static_cast<std::int64_t>(bytes.size());
  return {};
}

deskbell::Result<void> FileFolder::Part::clear() {
  offset_ = 0;
  hash_ = {};
  if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) return cannot("write", path_);
  return {};
}

deskbell::Result<void> FileFolder::Part::finish(const std::string& target) {
  if (hash_.hex() != id_) {
    ::unlink(path_.c_str());
    return deskbell::Error{ErrorCode::attachment_mismatch,
                           "What the hub sent is not the file of that message; it was not kept."};
  }
  // Read again from the disk, which may be another one than the target's.
  if (::lseek(file_, 0, SEEK_SET) != 0) return cannot("read", path_);
  if (auto copied = copy_into(file_, target); !copied) return copied;
  ::unlink(path_.c_str());
  return {};
}

}  // namespace deskbell::sdk
