#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/event/payload.h"
#include "server/store/attachment_store.h"
#include "server/store/local_files.h"

namespace deskbell {

class HubStore;

/// What a site's owner configures, as a file says it:
///
///     {"site": "fern", "name": "Fern & Field", "greeting": "…",
///      "origins": ["https://shop.example"], "answers": "answers.json",
///      "hours": {…}, "reply_minutes": 10, "suggestions": […], "form": {…}, "survey": {…},
///      "robot": {…}}
///
/// The last line's are those of `site.updated` (docs/widget.md).
/// `answers` names a file beside it, an array of entries, or is that array itself: each an `id`, a
/// `title`, a `text` and what else `answer.published` may have (docs/protocol.md), examples as an
/// array, `attachments` as paths of files beside the file that the answers stand in, and the
/// `procedure` and `authority` that the team alone sees. Only `site` must be there.
struct SiteFile {
  std::string site;
  SiteUpdated settings;
  std::vector<std::string> origins;
  std::vector<AnswerPublished> answers;
  std::vector<AnswerGuided> guides;  ///< what the team alone knows of some of them
  /// What the answers carry: to be kept (server/store/local_files.h) before the file is applied.
  std::vector<LocalFile> files;
};

inline constexpr std::size_t kMaxSiteFileBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kMaxSiteAnswers = 10'000;
inline constexpr std::size_t kMaxSiteOrigins = 100;

/// Reads and checks the file and its answers, whose files may have `max_file_bytes` each. The error
/// names the file and, for an answer, which.
Result<SiteFile> read_site_file(const std::string& path,
                                std::int64_t max_file_bytes = AttachmentLimits{}.max_bytes);

/// What applying a file did.
struct SiteChanges {
  int placed = 0;     ///< settings and answers that are new or changed
  int withdrawn = 0;  ///< answers that an earlier file had and this one has not
};

/// Brings the site into the state the file describes, by events for what changed and nothing else:
/// the same file twice is no change. What agents publish is left alone. All or nothing.
Result<SiteChanges> apply_site_file(HubStore& store, const SiteFile& file, Millis now);

}  // namespace deskbell
