#include "sdk/store_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace deskbell::sdk {
namespace {

deskbell::Error cannot(const std::string& what, const std::string& path, int error) {
  return {deskbell::ErrorCode::storage_failed,
          "Cannot " + what + " " + path + ": " + std::strerror(error) + "."};
}

/// Makes the folders that are missing. Only the new ones are closed to others: the rest is theirs.
deskbell::Result<void> make_folder(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::exists(folder)) return {};
  if (auto made = make_folder(folder.parent_path()); !made) return made;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return cannot("make the folder", folder.string(), errno);
  return {};
}

}  // namespace

deskbell::Result<StoreFile> StoreFile::claim(const std::string& path) {
  if (path.empty())
    return deskbell::Error{deskbell::ErrorCode::invalid_command,
                           "A store is needed: the path of a file to keep everything in."};
  try {
    if (auto made = make_folder(std::filesystem::path(path).parent_path()); !made)
      return made.error();
  } catch (const std::filesystem::filesystem_error& error) {
    return cannot("reach the folder of", path, error.code().value());
  }

  const std::string lock_path = path + ".lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return cannot("open", lock_path, errno);
  StoreFile claimed(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot("lock", lock_path, errno);
    return deskbell::Error{deskbell::ErrorCode::storage_failed,
                           "The store " + path +
                               " is in use by another program; close that one, or use another "
                               "store."};
  }
  // SQLite gives its journal the mode of the database, so it must be right before SQLite comes.
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return cannot("open", path, errno);
  ::close(file);
  return claimed;
}

StoreFile::StoreFile(StoreFile&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

StoreFile::~StoreFile() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace deskbell::sdk
