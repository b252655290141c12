#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/event/attachment.h"
#include "server/book.h"

namespace deskbell::cli {

/// Where a book in a file has one of its files, from the folder that the book is in: below
/// `folder`, under its own name, and apart from others of that name.
std::string exported_path(const std::string& folder, const Attachment& file);

/// Copies the items' files out of a hub's data folder to where they are exported, in `root`. A hub
/// may be running.
Result<void> export_files(const std::string& data, const std::string& site,
                          const std::vector<BookItem>& items, const std::filesystem::path& root,
                          const std::string& folder);

}  // namespace deskbell::cli
