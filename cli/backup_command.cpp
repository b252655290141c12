#include "cli/backup_command.h"

#include <iostream>

#include "cli/progress.h"
#include "server/backup.h"

namespace deskbell::cli {
namespace {

template <class Request>
auto with_progress(const Request& request, auto work) {
  Progress progress;
  return work(request, [&](std::string_view step, std::int64_t done, std::int64_t total) {
    progress.show(step, done, total);
  });
}

std::string size_text(std::int64_t bytes) {
  constexpr std::int64_t kKiB = 1024, kMiB = 1024 * 1024;
  if (bytes < kMiB) return std::to_string((bytes + kKiB - 1) / kKiB) + " KiB";
  return std::to_string((bytes + kMiB - 1) / kMiB) + " MiB";
}

int complain(const Error& error) {
  std::cerr << "error: " << error.message << '\n';
  return 1;
}

}  // namespace

int run_backup(const BackupOptions& options) {
  const auto answer = with_progress(BackupRequest{.data = options.data,
                                                  .site = options.site,
                                                  .file = options.file,
                                                  .overwrite = options.force,
                                                  .keep_if_unsound = options.keep_unsound},
                                    back_up);
  if (!answer) return complain(answer.error());
  std::cout << "Backed up the site " << answer->site << ": " << answer->events << " events, "
            << size_text(answer->bytes) << ", in " << options.file << ".\n";
  if (answer->findings.empty()) return 0;
  std::cerr << "warning: the site's store is not sound, and so is its backup:\n";
  for (const Finding& finding : answer->findings) std::cerr << "  " << finding.sentence << '\n';
  return 1;
}

int run_restore(const RestoreOptions& options) {
  const auto answer = with_progress(
      RestoreRequest{.data = options.data, .site = options.site, .file = options.file}, restore);
  if (!answer) return complain(answer.error());
  std::cout << "Restored the site " << answer->site;
  if (!answer->made_at.empty()) std::cout << " as it was on " << answer->made_at << " (UTC)";
  std::cout << ": " << answer->events << " events.\n";
  if (!answer->kept_as.empty())
    std::cout << "What was there is kept in " << answer->kept_as
              << "; remove it when you do not need it any more.\n";
  std::cout
      << "The site's history has a new name (epoch " << answer->epoch
      << ").\n"
         "Next: start the hub. Devices notice the new name, give back by themselves what their "
         "owners\nhave written since the backup, and fetch the rest. Agents who have signed in "
         "since then sign in\nagain, and passwords are those of the backup.\n";
  return 0;
}

}  // namespace deskbell::cli
