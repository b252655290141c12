#include "server/hub/hub.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "server/hub/content_hash.h"
#include "server/hub/site_file.h"
#include "server/hub/wall_clock.h"
#include "server/store/sqlite_hub_store.h"

namespace deskbell {
namespace {

/// Why a site's database could not be opened, and what to do about it.
Error explain(const std::string& path, const Error& error) {
  const std::string what = path + ": " + error.message;
  if (error.code != ErrorCode::storage_failed) return {error.code, what};
  const std::string folder = std::filesystem::path(path).parent_path();
  if (::access(path.c_str(), R_OK | W_OK) != 0 || ::access(folder.c_str(), W_OK | X_OK) != 0)
    return {error.code, what +
                            ". The data folder and all in it must belong to the user that the "
                            "hub runs as."};
  return {error.code, what +
                          ". If the file is damaged, `deskbell doctor` says how, and `deskbell "
                          "restore` puts a backup in its place."};
}

}  // namespace

Result<std::unique_ptr<Hub>> Hub::open(const std::string& data,
                                       const std::vector<std::string>& site_files, const Log& log,
                                       const AttachmentLimits& attachments) {
  SystemRandom set_up;
  std::vector<SiteFile> files;
  for (const std::string& path : site_files) {
    auto file = read_site_file(path, attachments.max_bytes);
    if (!file) return file.error();
    files.push_back(std::move(*file));
  }
  auto folder = DataFolder::open(data);
  if (!folder) return folder.error();
  auto key = folder->signing_key();
  if (!key) return key.error();
  auto names = folder->sites();
  if (!names) return names.error();

  std::unique_ptr<Hub> hub(new Hub(std::move(*folder), *key, attachments));
  for (const std::string& name : *names)
    if (auto site = hub->open_site(name); !site) return site.error();
  for (const SiteFile& file : files) {
    auto site = hub->open_site(file.site);
    if (!site) return site.error();
    // Before any event names them.
    if (auto kept = keep_files(*(*site)->attachments, file.files); !kept)
      return Error{kept.error().code, "site " + file.site + ": " + kept.error().message};
    auto changes = apply_site_file(*(*site)->store, file, wall_clock_now());
    if (!changes)
      return Error{changes.error().code, "site " + file.site + ": " + changes.error().message};
    (*site)->origins = file.origins;
    log("site " + file.site + ": " + std::to_string(changes->placed) + " changed, " +
        std::to_string(changes->withdrawn) + " withdrawn");
  }
  return hub;
}

Result<Site*> Hub::open_site(const std::string& name) {
  if (Site* known = site(name)) return known;
  auto path = folder_.database_path(name);
  if (!path) return path.error();
  auto attachments = std::make_unique<AttachmentStore>(attachments_beside(*path), attachments_);
  const auto check = [files = attachments.get()](const Actor& author, std::string_view list) {
    return files->check(author, list);
  };
  auto store = SqliteHubStore::open(
      *path, random_, wall_clock_now(),
      {.content_hash = sha256_hex, .vfs = nullptr, .attachment_check = check});
  if (!store) return explain(*path, store.error());
  auto origins = (*store)->origins();
  if (!origins) return origins.error();
  Site opened{name, std::move(*origins), std::move(attachments), std::move(*store),
              *path};
  return &sites_.emplace(name, std::move(opened)).first->second;
}

Site* Hub::site(std::string_view name) {
  const auto found = sites_.find(name);
  return found == sites_.end() ? nullptr : &found->second;
}

Result<Seq> Hub::place_of(const Site& site, const std::optional<std::string>& token) {
  if (!token) return Seq{0};
  const auto cursor = decode_cursor(*token);
  if (!cursor || cursor->seq < 0)
    return Error{ErrorCode::invalid_command,
                 "The cursor is not one that a hub gave; leave it out to begin at the beginning."};
  if (cursor->epoch != site.store->epoch())
    return Error{ErrorCode::new_epoch, std::string(error_meaning(ErrorCode::new_epoch))};
  return cursor->seq;
}

bool is_secret(std::string_view text) {
  return text.size() == kSecretBytes * 2 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string hash_secret(std::string_view secret) {
  return sha256_hex(secret);
}

}  // namespace deskbell
