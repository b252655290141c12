#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/doctor/findings.h"
#include "core/event/payload.h"

namespace deskbell {

// A backup is one site's database as it was at one moment, in one file: its history, accounts,
// sessions and customers. It holds no key: tokens live for an hour, and a hub without its key makes
// another one. Who has the file has the site's conversations, so that it is readable by its owner
// alone.
//
// The files of its messages lie beside it, in the folder FILE.attachments, by their content: one
// folder can serve several backups, and within one file system it takes no room of its own.

/// Told while something large is at work: the step's name, and how much of it is done.
using StepProgress =
    std::function<void(std::string_view step, std::int64_t done, std::int64_t total)>;

struct BackupRequest {
  std::string data;              ///< The hub's data folder; the hub may be running.
  std::string site;              ///< May be empty when there is but one.
  std::string file;              ///< Where the backup goes.
  bool overwrite = false;        ///< Takes the place of a file that is there, at the very end.
  bool keep_if_unsound = false;  ///< Keeps the copy although something is wrong with it.
};

struct BackupAnswer {
  std::string site;
  Seq events = 0;                 ///< How many events the site's history has in the backup.
  std::int64_t bytes = 0;         ///< The file's size.
  std::vector<Finding> findings;  ///< What is wrong with it; only with `keep_if_unsound`.
};

/// Copies a site's database while its hub goes on, checks the copy, and gives it its name when it
/// is whole and on disk: whatever happens, there is never half a backup under that name.
Result<BackupAnswer> back_up(const BackupRequest& request, const StepProgress& progress);

struct RestoreRequest {
  std::string data;  ///< The data folder; no hub may be running on it. Made if it is not there.
  std::string site;  ///< May be empty for a file that `back_up` made, which knows its site.
  std::string file;
};

struct RestoreAnswer {
  std::string site;
  Seq events = 0;
  std::string made_at;  ///< When the backup was made, in UTC; empty when it does not say.
  std::string epoch;    ///< The name of the history from now on.
  std::string kept_as;  ///< The folder where what was there is kept; empty if nothing was.
};

/// Puts a copy of a backup in the place of a site's database, under a new epoch. The file must be
/// sound. What was there is kept in a folder beside it; the change from one to the other is a
/// single step.
Result<RestoreAnswer> restore(const RestoreRequest& request, const StepProgress& progress);

}  // namespace deskbell
