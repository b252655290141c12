#include "server/store/attachment_store.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>

#include "core/base/ascii.h"
#include "core/event/attachment.h"

namespace deskbell {
namespace {

namespace fs = std::filesystem;

// A small file takes a block, too.
constexpr std::int64_t kLeastBytes = 4096;

Error general(ErrorCode code) {
  return {code, std::string(error_meaning(code))};
}

Error cannot(const std::string& what, const std::string& path, int error = errno) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return {full ? ErrorCode::storage_full : ErrorCode::storage_failed,
          "Cannot " + what + " " + path + ": " + std::strerror(error) + "."};
}

/// An open file that is closed in the end.
class File {
 public:
  File(const std::string& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return file_ >= 0; }
  int get() const { return file_; }
  bool write(std::string_view bytes, std::int64_t offset) const {
    while (!bytes.empty()) {
      const ssize_t count = ::pwrite(file_, bytes.data(), bytes.size(), offset);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
      offset += count;
    }
    return true;
  }

 private:
  int file_;
};

Result<void> make_folder(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return {};
  fs::create_directories(path, error);
  if (error) return cannot("make the folder", path, error.value());
  fs::permissions(path, fs::perms::owner_all, error);
  return {};
}

/// Makes the names in a folder lasting.
Result<void> sync_folder(const std::string& path) {
  const File folder(path, O_RDONLY | O_DIRECTORY);
  if (!folder.is_open() || ::fsync(folder.get()) != 0) return cannot("write", path);
  return {};
}

std::optional<std::int64_t> size_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status.st_size;
}

std::optional<std::int64_t> read_length(std::string_view text) {
  std::int64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size() || length < 1) return std::nullopt;
  return length;
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list;
}

/// The folder of a person's, or of the site's own.
std::string folder_of(const Actor& actor) {
  return actor.kind == ActorKind::system ? "site" : actor.id;
}

/// Calls `take` with the path of each entry; a folder that is not there has none.
template <class F>
void each_in(const std::string& folder, F&& take) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    take(entry->path());
}

}  // namespace

AttachmentStore::AttachmentStore(std::string folder, const AttachmentLimits& limits)
    : folder_(std::move(folder)), limits_(limits) {}

std::string AttachmentStore::path_of(const std::string& id) const {
  return folder_ + "/files/" + id.substr(0, 2) + "/" + id;
}

std::string AttachmentStore::marker_of(const Actor& actor, const std::string& id) const {
  return folder_ + "/from/" + folder_of(actor) + "/" + id;
}

bool AttachmentStore::has_shown(const Actor& actor, const std::string& id) const {
  if (size_of(marker_of(actor, id))) return true;
  return actor.kind == ActorKind::agent && size_of(marker_of({ActorKind::system, ""}, id));
}

std::string AttachmentStore::unfinished_folder(const Actor& actor) const {
  return folder_ + "/unfinished/" + folder_of(actor);
}

Result<AttachmentStore::Unfinished> AttachmentStore::unfinished(const Actor& actor,
                                                                const std::string& id) const {
  std::optional<Unfinished> found;
  each_in(unfinished_folder(actor), [&](const fs::path& path) {
    const std::string name = path.filename();
    if (!name.starts_with(id + ".")) return;
    const auto length = read_length(std::string_view(name).substr(id.size() + 1));
    const auto size = size_of(path);
    if (length && size) found = Unfinished{path, *length, std::min(*size, *length)};
  });
  if (!found) return general(ErrorCode::not_found);
  return *found;
}

Result<UploadPlace> AttachmentStore::find(const Actor& actor, const std::string& id) const {
  const auto size = size_of(path_of(id));
  if (size && has_shown(actor, id)) return UploadPlace{*size, *size, true};
  const auto upload = unfinished(actor, id);
  if (!upload) return upload.error();
  return UploadPlace{upload->length, upload->offset, false};
}

std::int64_t AttachmentStore::bytes_of(const Actor& actor) const {
  std::int64_t bytes = 0;
  each_in(folder_ + "/from/" + folder_of(actor), [&](const fs::path& path) {
    bytes += std::max(kLeastBytes, size_of(path_of(path.filename())).value_or(0));
  });
  each_in(unfinished_folder(actor), [&](const fs::path& path) {
    bytes += std::max(kLeastBytes, read_length(path.extension().string().substr(1)).value_or(0));
  });
  return bytes;
}

Result<UploadPlace> AttachmentStore::begin(const Actor& actor, const std::string& id,
                                           std::int64_t length) {
  if (length > limits_.max_bytes)
    return Error{ErrorCode::too_large,
                 "A file may have " + std::to_string(limits_.max_bytes) + " bytes here."};
  if (auto known = find(actor, id); known && (known->complete || known->length == length))
    return known;
  drop(actor, id);  // begun with another length, it is of something else
  const bool limited = actor.kind == ActorKind::customer;
  if (limited && bytes_of(actor) + std::max(kLeastBytes, length) > limits_.customer_bytes)
    return general(ErrorCode::over_quota);
  const std::string folder = unfinished_folder(actor);
  if (auto made = make_folder(folder); !made) return made.error();
  const std::string path = folder + "/" + id + "." + std::to_string(length);
  if (!File(path, O_WRONLY | O_CREAT | O_TRUNC).is_open()) return cannot("write", path);
  return UploadPlace{length, 0, false};
}

Result<UploadPlace> AttachmentStore::append(const Actor& actor, const std::string& id,
                                            std::int64_t offset, std::string_view bytes) {
  const auto known = find(actor, id);
  if (!known) return known.error();
  if (known->offset != offset) return general(ErrorCode::upload_offset);
  if (known->complete) return *known;
  auto upload = unfinished(actor, id);
  if (!upload) return upload.error();
  const auto count = static_cast<std::int64_t>(bytes.size());
  if (count > upload->length - offset)
    return Error{ErrorCode::invalid_command, "These are more bytes than Upload-Length has said."};
  {
    const File file(upload->path, O_WRONLY);
    if (!file.is_open()) return cannot("write", upload->path);
    if (!file.write(bytes, offset)) {
      const Error error = cannot("write", upload->path);
      (void)!::ftruncate(file.get(), offset);
      return error;
    }
  }
  upload->offset += count;
  if (upload->offset == upload->length) return finish(actor, id, *upload);
  return UploadPlace{upload->length, upload->offset, false};
}

Result<UploadPlace> AttachmentStore::finish(const Actor& actor, const std::string& id,
                                            const Unfinished& upload) {
  const auto hash = hash_file(upload.path);
  if (!hash) return hash.error();
  if (*hash != id) {
    ::unlink(upload.path.c_str());
    return general(ErrorCode::attachment_mismatch);
  }
  const std::string path = path_of(id);
  const std::string folder = fs::path(path).parent_path();
  const std::string marker = marker_of(actor, id);
  const std::string markers = fs::path(marker).parent_path();
  for (const std::string& needed : {folder, markers})
    if (auto made = make_folder(needed); !made) return made.error();
  {
    const File file(upload.path, O_RDONLY);
    if (!file.is_open() || ::fsync(file.get()) != 0) return cannot("write", upload.path);
  }
  // The same bytes may be there from somebody else: then they stay, and these go.
  if (::rename(upload.path.c_str(), path.c_str()) != 0) return cannot("write", path);
  if (auto synced = sync_folder(folder); !synced) return synced.error();
  if (!File(marker, O_WRONLY | O_CREAT).is_open()) return cannot("write", marker);
  for (const std::string& changed : {markers, folder_ + "/from", folder_ + "/files", folder_,
                                     std::string(fs::path(folder_).parent_path())})
    if (auto synced = sync_folder(changed); !synced) return synced.error();
  return UploadPlace{upload.length, upload.length, true};
}

void AttachmentStore::drop(const Actor& actor, const std::string& id) {
  if (const auto upload = unfinished(actor, id)) ::unlink(upload->path.c_str());
}

void AttachmentStore::drop_unfinished(Millis now) {
  each_in(folder_ + "/unfinished", [&](const fs::path& folder) {
    each_in(folder, [&](const fs::path& path) {
      struct stat status {};
      if (::stat(path.c_str(), &status) != 0) return;
      const Millis touched = Millis{status.st_mtim.tv_sec} * 1000;
      if (now - touched > limits_.unfinished_ms) ::unlink(path.c_str());
    });
    ::rmdir(folder.c_str());  // when nothing is left in it
  });
}

Result<void> AttachmentStore::check_kind(const Actor& author, std::string_view name,
                                         std::string_view type) const {
  if (author.kind != ActorKind::customer) return {};
  const auto matches = [&](const std::string& wanted) {
    return wanted == type ||
           (wanted.ends_with("/*") &&
            type.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1)));
  };
  if (!limits_.types.empty() && std::ranges::none_of(limits_.types, matches))
    return Error{ErrorCode::attachment_type,
                 "Customers may send files of these types here: " + list_of(limits_.types) + "."};
  const std::string lower = ascii_lower(name);
  const auto ends = [&](const std::string& ending) { return lower.ends_with("." + ending); };
  if (std::ranges::any_of(limits_.blocked_endings, ends))
    return Error{ErrorCode::attachment_type, "Customers may not send files here that end in " +
                                                 list_of(limits_.blocked_endings) + "."};
  return {};
}

Result<void> AttachmentStore::check(const Actor& author, std::string_view attachments) const {
  for (const Attachment& file : parse_attachments(attachments)) {
    if (auto kind = check_kind(author, file.name, file.type); !kind) return kind.error();
    const auto place = find(author, file.id);
    if (!place || !place->complete) return general(ErrorCode::attachment_missing);
    if (place->length != file.size)
      return Error{ErrorCode::attachment_mismatch,
                   "The file " + file.name + " has " + std::to_string(place->length) + " bytes."};
  }
  return {};
}

std::string attachments_beside(const std::string& database) {
  const fs::path path(database);
  if (path.filename() == "hub.db") return path.parent_path() / "attachments";
  return database + ".attachments";
}

namespace {

Result<void> copy_folder(const fs::path& from, const fs::path& to) {
  std::optional<Error> failed;
  if (auto made = make_folder(to); !made) return made;
  each_in(from, [&](const fs::path& path) {
    if (failed) return;
    const fs::path target = to / path.filename();
    std::error_code error;
    if (fs::is_directory(path, error)) {
      if (auto copied = copy_folder(path, target); !copied) failed = copied.error();
      return;
    }
    if (::link(path.c_str(), target.c_str()) == 0 || errno == EEXIST) return;
    // Another file system: a copy, under its name only when it is whole.
    const fs::path draft = target.string() + ".partial";
    fs::copy_file(path, draft, fs::copy_options::overwrite_existing, error);
    if (!error) fs::rename(draft, target, error);
    if (error) failed = cannot("copy " + path.string() + " to", target, error.value());
  });
  if (failed) return *failed;
  return sync_folder(to);
}

}  // namespace

Result<void> copy_attachments(const std::string& from, const std::string& to) {
  for (const char* part : {"files", "from"}) {
    std::error_code error;
    const fs::path source = fs::path(from) / part;
    if (!fs::is_directory(source, error)) continue;
    if (auto copied = copy_folder(source, fs::path(to) / part); !copied) return copied;
  }
  return {};
}

Result<std::string> hash_file(const std::string& path) {
  const File file(path, O_RDONLY);
  if (!file.is_open()) return cannot("read", path);
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  std::array<unsigned char, 64 * 1024> piece;
  for (;;) {
    const ssize_t count = ::read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return cannot("read", path);
    if (count == 0) break;
    crypto_hash_sha256_update(&state, piece.data(), static_cast<unsigned long long>(count));
  }
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256_final(&state, hash.data());
  std::array<char, hash.size() * 2 + 1> hex;
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  return std::string(hex.data());
}

}  // namespace deskbell
