#include "cli/book/exported_files.h"

#include "server/hub/data_folder.h"
#include "server/store/attachment_store.h"

namespace deskbell::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kApartDigits = 16;  // of a file's hash

/// Whole or not at all.
Result<void> copy_whole(const fs::path& from, const fs::path& to) {
  const fs::path fresh = to.string() + ".new";
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (!error) fs::copy_file(from, fresh, fs::copy_options::overwrite_existing, error);
  if (!error) fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write, error);
  if (!error) fs::rename(fresh, to, error);
  if (!error) return {};
  return Error{ErrorCode::storage_failed, "Cannot copy " + from.string() + " to " + to.string() +
                                              ": " + error.message() + "."};
}

}  // namespace

std::string exported_path(const std::string& folder, const Attachment& file) {
  return folder + "/" + file.id.substr(0, kApartDigits) + "/" + file.name;
}

Result<void> export_files(const std::string& data, const std::string& site,
                          const std::vector<BookItem>& items, const fs::path& root,
                          const std::string& folder) {
  const AttachmentStore store(attachments_beside(database_in(data, site)), {});
  for (const BookItem& item : items)
    for (const Attachment& file : parse_attachments(item.entry.attachments))
      if (auto copied = copy_whole(store.path_of(file.id), root / exported_path(folder, file));
          !copied)
        return copied;
  return {};
}

}  // namespace deskbell::cli
