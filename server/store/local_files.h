#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/event/attachment.h"

namespace deskbell {

class AttachmentStore;

/// A file of this machine that an entry of the answer book is to carry.
struct LocalFile {
  std::string path;
  Attachment attachment;
};

/// Looks at the files that an entry names by their paths within `folder`, and says what the entry's
/// attachments are then (core/event/attachment.h). They are called as the paths end, and of the
/// types that their endings suggest. `invalid_command` or `too_large`, with the file's name, for
/// one that is not there, lies outside, is empty, has more than `max_bytes`, or stands there twice;
/// and for more of them than a message may have.
Result<std::string> look_at_files(const std::string& folder, const std::vector<std::string>& names,
                                  std::int64_t max_bytes, std::vector<LocalFile>& files);

/// Keeps the files as the site's own. What is there already is not written again.
Result<void> keep_files(AttachmentStore& store, const std::vector<LocalFile>& files);

}  // namespace deskbell
