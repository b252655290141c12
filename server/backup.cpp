#include "server/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>

#include "core/store/database.h"
#include "core/store/event_log.h"
#include "server/examine.h"
#include "server/hub/data_folder.h"
#include "server/hub/system_random.h"
#include "server/hub/wall_clock.h"
#include "server/store/attachment_store.h"
#include "server/store/database_copy.h"
#include "server/store/epoch.h"
#include "server/store/hub_schema.h"

namespace deskbell {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReaderPragmas = "PRAGMA busy_timeout = 5000;";

// What a backup says of itself, in `meta`; a restored store has it no more.
constexpr std::string_view kSiteOfBackup = "backup_site";
constexpr std::string_view kTimeOfBackup = "backup_at";

Error cannot(const std::string& what, const std::string& path, const std::string& why) {
  return {ErrorCode::storage_failed, "Cannot " + what + " " + path + ": " + why + "."};
}

Error cannot(const std::string& what, const std::string& path) {
  return cannot(what, path, std::strerror(errno));
}

/// "2025-11-22 03:15:00" or, for names of files, "20251122-031500"; UTC.
std::string time_text(Millis at, const char* format) {
  const std::time_t seconds = static_cast<std::time_t>(at / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// Makes the names in a folder lasting.
Result<void> sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return cannot("open", path);
  const bool synced = ::fsync(folder) == 0;
  ::close(folder);
  if (!synced) return cannot("write", path);
  return {};
}

/// A file or folder that goes unless it is told to stay.
class Draft {
 public:
  explicit Draft(std::string path) : path_(std::move(path)) {}
  ~Draft() {
    if (path_.empty()) return;
    std::error_code ignored;
    fs::remove_all(path_, ignored);
    fs::remove(path_ + "-journal", ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  void keep() { path_.clear(); }

 private:
  std::string path_;
};

/// An empty file that only its owner may read.
Result<void> make_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return cannot("write", path);
  ::close(file);
  return {};
}

Result<void> copy_file(const std::string& from, const std::string& to,
                       const StepProgress& progress) {
  if (auto made = make_private_file(to); !made) return made;
  try {
    Database source(from, {.read_only = true, .pragmas = kReaderPragmas});
    const auto pages = [&](std::int64_t done, std::int64_t total) {
      if (progress) progress("copying", done, total);
    };
    auto copied = copy_database(source, to, {.vfs = nullptr, .progress = pages});
    if (copied) return {};
    if (copied.error().code == ErrorCode::storage_full)
      return Error{ErrorCode::storage_full, "There is no room for " + to +
                                                ": the disk is full. Nothing was changed; make "
                                                "room, or choose another place."};
    return cannot("copy " + from + " to", to, copied.error().message);
  } catch (const StoreError& error) {
    return cannot("read", from, error.what());
  }
}

std::string list_findings(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) text += "\n  " + finding.sentence;
  return text;
}

/// Runs what may throw on a database of its own.
template <class F>
auto with_database(const std::string& path, F&& body) -> decltype(body(std::declval<Database&>())) {
  try {
    Database database(path, {.pragmas = "PRAGMA synchronous = FULL;"});
    return body(database);
  } catch (const StoreError& error) {
    return cannot("write", path, error.what());
  }
}

std::optional<std::string> meta(Database& database, std::string_view name) {
  return database.text("SELECT value FROM meta WHERE name = ?", name);
}

void set_meta(Database& database, std::string_view name, const std::string& value) {
  database.run(
      "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2", name,
      value);
}

Result<std::string> site_to_back_up(const BackupRequest& request) {
  auto sites = sites_in(request.data);
  if (!sites) return sites.error();
  if (sites->empty())
    return Error{ErrorCode::not_found, "The data folder " + request.data + " has no site."};
  std::string names;
  for (const std::string& site : *sites) {
    if (site == request.site || (request.site.empty() && sites->size() == 1)) return site;
    names += (names.empty() ? "" : ", ") + site;
  }
  return Error{ErrorCode::not_found,
               (request.site.empty()
                    ? "The data folder " + request.data + " has several sites; name one by --site: "
                    : "The data folder " + request.data + " has no site \"" + request.site +
                          "\"; it has: ") +
                   names + "."};
}

}  // namespace

Result<BackupAnswer> back_up(const BackupRequest& request, const StepProgress& progress) {
  auto site = site_to_back_up(request);
  if (!site) return site.error();
  std::error_code error;
  if (fs::is_directory(request.file, error))
    return Error{ErrorCode::invalid_command,
                 request.file + " is a folder; name the file that the backup is to be."};
  if (!request.overwrite && fs::exists(request.file, error))
    return Error{
        ErrorCode::invalid_command,
        request.file + " is there already; choose another name, or replace it by --force."};

  const std::string draft_path = request.file + ".partial-" + std::to_string(::getpid());
  Draft draft(draft_path);
  const Millis now = wall_clock_now();
  if (auto copied = copy_file(database_in(request.data, *site), draft_path, progress); !copied)
    return copied.error();

  BackupAnswer answer{*site, 0, 0, {}};
  auto findings = examine_store(draft_path, StoreKind::hub, progress);
  if (!findings) return findings.error();
  if (!findings->empty() && !request.keep_if_unsound)
    return Error{ErrorCode::storage_failed,
                 "The site's store is not sound, and so would be its backup; no file was written. "
                 "Keep the backups that there are! To have a copy all the same: --keep-unsound." +
                     list_findings(*findings)};
  answer.findings = std::move(*findings);

  auto labelled = with_database(draft_path, [&](Database& database) -> Result<void> {
    Transaction transaction(database);
    set_meta(database, kSiteOfBackup, *site);
    set_meta(database, kTimeOfBackup, time_text(now, "%Y-%m-%d %H:%M:%S"));
    transaction.commit();
    answer.events = EventLog(database).head();
    return {};
  });
  if (!labelled && answer.findings.empty()) return labelled.error();
  // After the database: whatever file a message in it has was there before that message.
  if (auto copied = copy_attachments(attachments_beside(database_in(request.data, *site)),
                                     attachments_beside(request.file));
      !copied)
    return copied.error();
  answer.bytes = static_cast<std::int64_t>(fs::file_size(draft_path, error));
  if (::rename(draft_path.c_str(), request.file.c_str()) != 0)
    return cannot("give the backup its name", request.file);
  draft.keep();
  if (auto synced = sync_folder(folder_of(request.file)); !synced) return synced.error();
  return answer;
}

namespace {

/// What a backup says of itself.
struct Label {
  std::string site;
  std::string made_at;
};

Result<Label> read_label(const std::string& file) {
  std::error_code error;
  if (fs::is_directory(file, error))
    return Error{ErrorCode::invalid_command, file + " is a folder; name a backup's file."};
  if (::access(file.c_str(), R_OK) != 0) return cannot("read", file);
  try {
    Database database(file, {.read_only = true, .pragmas = kReaderPragmas});
    const bool is_hub =
        database.integer("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").has_value() &&
        meta(database, "hub_schema").has_value();
    if (!is_hub)
      return Error{ErrorCode::invalid_command,
                   file + " is no backup of a hub's site; nothing was changed."};
    return Label{meta(database, kSiteOfBackup).value_or(""),
                 meta(database, kTimeOfBackup).value_or("")};
  } catch (const StoreError& failure) {
    return cannot("use", file,
                  "it is damaged, or no backup of a hub's site; nothing was changed (" +
                      std::string(failure.what()) + ")");
  }
}

/// Puts `fresh` in the place of `folder` in one step. What was there is then `kept`; without
/// anything there, `kept` becomes empty. `draft` is what removes `fresh` if it does not come to
/// that.
Result<void> exchange_folders(const std::string& fresh, const std::string& folder,
                              std::string& kept, Draft& draft) {
  std::error_code error;
  if (!fs::exists(folder, error)) {
    kept.clear();
    if (::rename(fresh.c_str(), folder.c_str()) != 0) return cannot("make", folder);
    draft.keep();
    return {};
  }
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, folder.c_str(), RENAME_EXCHANGE) == 0) {
    draft.keep();  // from here on it is what was there
    if (::rename(fresh.c_str(), kept.c_str()) != 0) return cannot("rename", fresh);
    return {};
  }
  // A file system that cannot exchange: in two steps, and back if the second fails.
  if (::rename(folder.c_str(), kept.c_str()) != 0) return cannot("rename", folder);
  if (::rename(fresh.c_str(), folder.c_str()) == 0) {
    draft.keep();
    return {};
  }
  const Error failed = cannot("make", folder);
  if (::rename(kept.c_str(), folder.c_str()) != 0)
    return Error{failed.code, failed.message + " What was there is now in " + kept + "."};
  return failed;
}

/// Makes the copy a store to go on with: of this version, sound, under a new epoch.
Result<void> renew(const std::string& path, const RestoreRequest& request, RestoreAnswer& answer,
                   const StepProgress& progress) {
  auto migrated = with_database(path, [](Database& database) -> Result<void> {
    migrate_hub(database);  // the backup may be older than this program
    return {};
  });
  if (!migrated) return migrated;
  auto findings = examine_store(path, StoreKind::hub, progress);
  if (!findings) return findings.error();
  if (!findings->empty())
    return Error{ErrorCode::storage_failed, request.file +
                                                " is not sound; nothing was changed. Take another "
                                                "backup." +
                                                list_findings(*findings)};
  return with_database(path, [&](Database& database) -> Result<void> {
    SystemRandom random;
    Transaction transaction(database);
    answer.epoch = begin_epoch(database, random);
    database.run("DELETE FROM meta WHERE name IN (?, ?)", kSiteOfBackup, kTimeOfBackup);
    transaction.commit();
    answer.events = EventLog(database).head();
    return {};
  });
}

/// A name that nothing has yet.
std::string name_to_keep(const std::string& folder) {
  const std::string name =
      folder + ".before-restore-" + time_text(wall_clock_now(), "%Y%m%d-%H%M%S");
  std::string free = name;
  std::error_code ignored;
  for (int n = 2; fs::exists(free, ignored); ++n) free = name + '-' + std::to_string(n);
  return free;
}

Result<std::string> site_to_restore(const RestoreRequest& request, const Label& label) {
  const std::string site = request.site.empty() ? label.site : request.site;
  if (site.empty())
    return Error{ErrorCode::invalid_command,
                 request.file + " does not say of which site it is; name the site by --site."};
  if (!is_site_name(site))
    return Error{ErrorCode::invalid_command,
                 "A site's name is 1 to 63 lower-case letters, digits and hyphens."};
  return site;
}

}  // namespace

Result<RestoreAnswer> restore(const RestoreRequest& request, const StepProgress& progress) {
  auto label = read_label(request.file);
  if (!label) return label.error();
  auto site = site_to_restore(request, *label);
  if (!site) return site.error();
  auto data = DataFolder::open(request.data);
  if (!data) return data.error();

  const std::string home = folder_of(database_in(request.data, *site));
  const std::string fresh = home + ".restoring";
  Draft draft(fresh);
  std::error_code error;
  fs::remove_all(fresh, error);  // of a restore that was cut short
  if (!fs::create_directory(fresh, error)) return cannot("make the folder", fresh, error.message());
  fs::permissions(fresh, fs::perms::owner_all, error);
  const std::string path = fresh + "/hub.db";
  if (auto copied = copy_file(request.file, path, progress); !copied) return copied.error();
  RestoreAnswer answer{*site, 0, label->made_at, "", name_to_keep(home)};
  if (auto renewed = renew(path, request, answer, progress); !renewed) return renewed.error();
  // Those of the backup, and those that are here: what devices give back may have some of them.
  for (const std::string& from :
       {attachments_beside(request.file), attachments_beside(database_in(request.data, *site))})
    if (auto files = copy_attachments(from, attachments_beside(path)); !files)
      return files.error();
  if (auto synced = sync_folder(fresh); !synced) return synced.error();
  if (auto exchanged = exchange_folders(fresh, home, answer.kept_as, draft); !exchanged)
    return exchanged.error();
  if (auto synced = sync_folder(folder_of(home)); !synced) return synced.error();
  return answer;
}

}  // namespace deskbell
