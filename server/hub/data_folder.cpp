#include "server/hub/data_folder.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace deskbell {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSiteNameBytes = 63;

Error cannot(const std::string& what, const std::string& path, const std::string& why) {
  return {ErrorCode::storage_failed, "Cannot " + what + " " + path + ": " + why + "."};
}

Error cannot(const std::string& what, const std::string& path, std::error_code error) {
  const bool forbidden = error == std::errc::permission_denied;
  return cannot(what, path,
                error.message() + (forbidden ? "; the data folder and all in it must belong to the "
                                               "user that the hub runs as"
                                             : ""));
}

Error cannot(const std::string& what, const std::string& path) {
  return cannot(what, path, std::error_code(errno, std::generic_category()));
}

/// Makes a folder that only its owner may look into.
Result<void> make_private_folder(const std::string& path) {
  std::error_code error;
  const bool made = fs::create_directories(path, error);
  if (error) return cannot("make the folder", path, error);
  if (made) fs::permissions(path, fs::perms::owner_all, error);
  return {};
}

/// Writes the key beside its place and moves it there, so that a crash leaves all of it or none.
Result<void> write_key(const std::string& path, const SigningKey& key) {
  const std::string draft = path + ".new";
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return cannot("write", draft);
  const bool written =
      ::write(file, key.data(), key.size()) == std::ssize(key) && ::fsync(file) == 0;
  ::close(file);
  if (!written || ::rename(draft.c_str(), path.c_str()) != 0) return cannot("write", path);
  return {};
}

}  // namespace

bool is_site_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !name.empty() && name.size() <= kMaxSiteNameBytes && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), allowed);
}

std::string database_in(const std::string& data, const std::string& site) {
  return data + "/sites/" + site + "/hub.db";
}

Result<std::vector<std::string>> sites_in(const std::string& data) {
  std::vector<std::string> sites;
  std::error_code error;
  if (!fs::is_directory(data, error))
    return Error{ErrorCode::storage_failed, "There is no data folder " + data +
                                                "; name the one that the hub serves (--data)."};
  for (const auto& entry : fs::directory_iterator(data + "/sites", error)) {
    const std::string name = entry.path().filename();
    std::error_code ignored;
    if (is_site_name(name) && fs::exists(database_in(data, name), ignored)) sites.push_back(name);
  }
  if (error) return cannot("read", data + "/sites", error);
  std::sort(sites.begin(), sites.end());
  return sites;
}

Result<DataFolder> DataFolder::open(const std::string& path) {
  if (path.empty())
    return Error{ErrorCode::invalid_command, "Name a folder to keep the hub's data in (--data)."};
  for (const std::string& folder : {path, path + "/sites"})
    if (auto made = make_private_folder(folder); !made) return made.error();
  const std::string lock_path = path + "/lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return cannot("open", lock_path);
  // The system lets go of the lock when the process ends, however it ends.
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return Error{ErrorCode::storage_failed, "The data folder " + path +
                                                " is in use by another deskbell process; stop that "
                                                "one first."};
  }
  return DataFolder(path, lock);
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<SigningKey> DataFolder::signing_key() const {
  const std::string path = path_ + "/token.key";
  SigningKey key;
  static_assert(sizeof key == crypto_sign_SECRETKEYBYTES);
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    const ssize_t size = ::read(file, key.data(), key.size());
    ::close(file);
    if (size != std::ssize(key))
      return cannot("use", path,
                    "it is damaged; remove it, and a new one is made (all devices "
                    "fetch new tokens then)");
    return key;
  }
  if (errno != ENOENT) return cannot("read", path);
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  crypto_sign_keypair(public_key, key.data());
  if (auto written = write_key(path, key); !written) return written.error();
  return key;
}

Result<void> DataFolder::forget_signing_key() const {
  const std::string path = path_ + "/token.key";
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return cannot("remove", path);
  return {};
}

bool DataFolder::has_site(const std::string& site) const {
  std::error_code ignored;
  return fs::exists(database_in(path_, site), ignored);
}

Result<std::string> DataFolder::database_path(const std::string& site) const {
  const std::string path = database_in(path_, site);
  if (auto made = make_private_folder(fs::path(path).parent_path()); !made) return made.error();
  return path;
}

}  // namespace deskbell
