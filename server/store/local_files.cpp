#include "server/store/local_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/event/event.h"
#include "core/event/media_type.h"
#include "server/store/attachment_store.h"

namespace deskbell {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kPieceBytes = 256 * 1024;

Error wrong(std::string message, ErrorCode code = ErrorCode::invalid_command) {
  return {code, std::move(message)};
}

/// Where the file is. Only within the folder: a book may be somebody else's, and what it names
/// becomes public.
Result<fs::path> place_of(const std::string& folder, const std::string& name) {
  std::error_code error;
  const fs::path root = fs::weakly_canonical(folder.empty() ? "." : folder, error);
  const fs::path path = fs::weakly_canonical(root / name, error);
  const bool within =
      std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first == root.end();
  if (fs::path(name).is_absolute() || !within)
    return wrong("the file \"" + name + "\" must lie in the folder of what names it");
  if (!fs::is_regular_file(path, error))
    return wrong("there is no file \"" + name + "\" in " + root.string());
  return path;
}

Result<LocalFile> look_at_file(const std::string& folder, const std::string& name,
                               std::int64_t max_bytes) {
  const auto path = place_of(folder, name);
  if (!path) return path.error();
  LocalFile file{path->string(), {}};
  Attachment& attachment = file.attachment;
  attachment.name = fs::path(name).filename().string();
  if (!is_file_name(attachment.name))
    return wrong("the file \"" + name + "\" has a name that no file of a message can have");
  attachment.type = media_type_of(attachment.name);
  std::error_code error;
  attachment.size = static_cast<std::int64_t>(fs::file_size(*path, error));
  if (error) return wrong("the file \"" + name + "\" cannot be read: " + error.message());
  if (attachment.size < 1) return wrong("the file \"" + name + "\" is empty");
  if (attachment.size > max_bytes)
    return wrong("the file \"" + name + "\" has " + std::to_string(attachment.size) +
                     " bytes; it may have " + std::to_string(max_bytes),
                 ErrorCode::too_large);
  auto hash = hash_file(file.path);
  if (!hash) return hash.error();
  attachment.id = *std::move(hash);
  return file;
}

Result<void> keep_file(AttachmentStore& store, const LocalFile& file) {
  const Actor site{ActorKind::system, ""};
  const std::string& id = file.attachment.id;
  auto place = store.begin(site, id, file.attachment.size);
  std::ifstream bytes(file.path, std::ios::binary);
  while (place && !place->complete) {
    std::string piece(
        static_cast<std::size_t>(std::min(kPieceBytes, place->length - place->offset)), '\0');
    bytes.seekg(place->offset);
    if (!bytes.read(piece.data(), static_cast<std::streamsize>(piece.size())))
      return wrong(file.path + " cannot be read any more");
    place = store.append(site, id, place->offset, piece);
  }
  if (!place) return Error{place.error().code, file.path + ": " + place.error().message};
  return {};
}

}  // namespace

Result<std::string> look_at_files(const std::string& folder, const std::vector<std::string>& names,
                                  std::int64_t max_bytes, std::vector<LocalFile>& files) {
  if (names.size() > kMaxAttachments)
    return wrong("attachments must be at most " + std::to_string(kMaxAttachments) + " files");
  std::vector<Attachment> attachments;
  for (const std::string& name : names) {
    auto file = look_at_file(folder, name, max_bytes);
    if (!file) return file.error();
    for (const Attachment& other : attachments)
      if (other.id == file->attachment.id)
        return wrong("the file \"" + name + "\" is the same as \"" + other.name + "\"");
    attachments.push_back(file->attachment);
    files.push_back(*std::move(file));
  }
  return attachments_text(attachments);
}

Result<void> keep_files(AttachmentStore& store, const std::vector<LocalFile>& files) {
  for (const LocalFile& file : files)
    if (auto kept = keep_file(store, file); !kept) return kept;
  return {};
}

}  // namespace deskbell
