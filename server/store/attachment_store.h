#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/event/event.h"

namespace deskbell {

/// How much of other people's files a site keeps. Of the operator's choosing (`deskbell serve`).
struct AttachmentLimits {
  std::int64_t max_bytes = 20 * 1024 * 1024;            ///< of one file
  std::int64_t customer_bytes = 200 * 1024 * 1024;      ///< of all of one customer's
  /// The media types that customers may send: "image/png", "image/*"; all when empty.
  std::vector<std::string> types = {};
  /// What the names of customers' files may not end in: "exe".
  std::vector<std::string> blocked_endings = {};
  Millis unfinished_ms = 24 * 60 * 60 * 1000;           ///< without a byte more: dropped
};

/// How far an upload has come.
struct UploadPlace {
  std::int64_t length = 0;  ///< In bytes, when it is whole.
  std::int64_t offset = 0;  ///< What is there.
  bool complete = false;    ///< It is whole, and is what its name says.
};

/// The files of a site's messages, on disk by their content, and those on their way. In a folder of
/// its own beside the site's database:
///
///     files/ab/ab12…           what was uploaded, named by its SHA-256
///     from/ACTOR/ab12…         empty: that person has shown to have those bytes
///     unfinished/ACTOR/ab12….LENGTH   what has come so far of what
///
/// Knowing a hash is worth nothing: only who has sent the bytes himself may put them into a
/// message. The files of the answer book are the system's, under `from/site`: every agent may use
/// them, and has nothing to send. What is under `files` was checked and is on the disk before
/// anybody is told.
///
/// One thread at a time calls what writes; what reads may be called from any thread meanwhile.
class AttachmentStore {
 public:
  AttachmentStore(std::string folder, const AttachmentLimits& limits);

  const AttachmentLimits& limits() const { return limits_; }

  // Writing

  /// Begins an upload, or says how far it is. `too_large`, `over_quota`.
  Result<UploadPlace> begin(const Actor& actor, const std::string& id, std::int64_t length);
  /// Adds bytes at `offset`, which must be where the upload is (`upload_offset` otherwise). The last
  /// ones have it checked: `attachment_mismatch` when it is something else, and it is dropped.
  Result<UploadPlace> append(const Actor& actor, const std::string& id, std::int64_t offset,
                             std::string_view bytes);
  /// Drops what nobody has gone on with.
  void drop_unfinished(Millis now);

  // Reading

  /// `not_found` when this person has begun none.
  Result<UploadPlace> find(const Actor& actor, const std::string& id) const;
  /// Whether a file that is called so and says that it is of that type is taken from this person:
  /// `attachment_type`. Both are claims, which keep honest people from mistakes.
  Result<void> check_kind(const Actor& author, std::string_view name, std::string_view type) const;
  /// Whether an author may put these attachments (core/event/attachment.h) into a message.
  Result<void> check(const Actor& author, std::string_view attachments) const;
  std::string path_of(const std::string& id) const;

 private:
  struct Unfinished {
    std::string path;
    std::int64_t length = 0;
    std::int64_t offset = 0;
  };
  std::string marker_of(const Actor& actor, const std::string& id) const;
  bool has_shown(const Actor& actor, const std::string& id) const;
  std::string unfinished_folder(const Actor& actor) const;
  Result<Unfinished> unfinished(const Actor& actor, const std::string& id) const;
  void drop(const Actor& actor, const std::string& id);
  std::int64_t bytes_of(const Actor& actor) const;
  Result<UploadPlace> finish(const Actor& actor, const std::string& id, const Unfinished& upload);

  const std::string folder_;
  const AttachmentLimits limits_;
};

/// Where the attachments of a site's database are: beside `hub.db`, and for a backup FILE in
/// `FILE.attachments`.
std::string attachments_beside(const std::string& database);

/// Copies one folder of attachments into another, without what is unfinished. What is there stays:
/// names say what is in a file. Within one file system it costs no room (a second name is given).
Result<void> copy_attachments(const std::string& from, const std::string& to);

/// SHA-256 of a file, in hexadecimal.
Result<std::string> hash_file(const std::string& path);

}  // namespace deskbell
