#include "server/examine.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <map>

#include "core/event/attachment.h"
#include "core/store/database.h"
#include "core/view/views.h"
#include "server/hub/content_hash.h"
#include "server/store/attachment_store.h"

namespace deskbell {
namespace {

constexpr std::string_view kReaderPragmas = "PRAGMA busy_timeout = 5000;";

/// What only a hub has. Throws StoreError.
void check_accounts(Database& database, Findings& findings) {
  static constexpr std::string_view kNobodys = R"sql(
    SELECT login, agent FROM hub_account WHERE agent NOT IN (SELECT id FROM agent))sql";
  for (Query row = database.query(kNobodys); row.next();)
    findings.add("account_of_nobody", "The login " + std::string(row.text(0)) +
                                          " belongs to the agent " + std::string(row.text(1)) +
                                          ", whom the site's history does not know.");
  static constexpr std::string_view kLeftOver = R"sql(
    SELECT agent, count(*) FROM hub_session
    WHERE agent NOT IN (SELECT agent FROM hub_account) GROUP BY agent)sql";
  for (Query row = database.query(kLeftOver); row.next();)
    findings.add("session_of_nobody",
                 "The agent " + std::string(row.text(0)) + " has no login any more, but " +
                     std::to_string(row.integer(1)) + " devices are still signed in.");
}

bool is_hub(Database& database) {
  return database.integer("SELECT 1 FROM meta WHERE name = 'hub_schema'").has_value();
}

/// What messages, answers of the robot's and entries of the book carry, by id: many may have the
/// same.
std::map<std::string, Attachment> files_of(Database& database) {
  std::map<std::string, Attachment> files;
  const auto add = [&](std::string_view attachments) {
    for (Attachment& file : parse_attachments(attachments)) files.emplace(file.id, file);
  };
  for (Query rows = database.query("SELECT attachments FROM message WHERE attachments <> ''");
       rows.next();)
    add(rows.text(0));
  for (Query rows = database.query("SELECT id FROM robot_step WHERE answers <> ''"); rows.next();)
    add(robot_attachments(database, rows.text(0)));
  for (const BookEntry& entry : AnswerBook(database).entries()) add(entry.entry.attachments);
  return files;
}

}  // namespace

Result<std::vector<Finding>> examine_store(const std::string& path, std::optional<StoreKind> kind,
                                           const CheckProgress& progress) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return Error{ErrorCode::invalid_command,
                 path + " is a folder; name a store's file, or a hub's data folder by --data."};
  if (::access(path.c_str(), R_OK) != 0)
    return Error{ErrorCode::storage_failed,
                 "Cannot read " + path + ": " + std::strerror(errno) + "."};
  std::vector<Finding> all;
  const auto take = [&](std::vector<Finding> findings) {
    all.insert(all.end(), std::make_move_iterator(findings.begin()),
               std::make_move_iterator(findings.end()));
  };
  try {
    Database database(path, {.read_only = true, .pragmas = kReaderPragmas});
    if (progress) progress("file", 0, 1);
    take(check_integrity(database));
    take(check_store(database, {.kind = kind, .hash = sha256_hex, .progress = progress}));
    // A store that cannot be read has said so; its accounts would say the same again.
    if (!all.empty() || !is_hub(database)) return all;
    Findings findings;
    check_accounts(database, findings);
    take(findings.take());
  } catch (const StoreError& failure) {
    take({{"unreadable", "The store cannot be opened: " + std::string(failure.what()) + "."}});
  }
  return all;
}

Result<std::vector<Finding>> examine_attachments(const std::string& path,
                                                 const CheckProgress& progress) {
  Findings findings;
  try {
    Database database(path, {.read_only = true, .pragmas = kReaderPragmas});
    if (!is_hub(database)) return findings.take();
    const auto files = files_of(database);
    const AttachmentStore store(attachments_beside(path), {});
    std::int64_t done = 0;
    for (const auto& [id, file] : files) {
      if (progress) progress("attachments", done++, static_cast<std::int64_t>(files.size()));
      const std::string place = store.path_of(id);
      const auto hash = hash_file(place);
      if (!hash)
        findings.add(
            "attachment_missing",
            "The file \"" + file.name + "\" of a message or an answer is missing: " + place + ".");
      else if (*hash != id)
        findings.add(
            "attachment_damaged",
            "The file \"" + file.name + "\" of a message or an answer is damaged: " + place + ".");
    }
  } catch (const StoreError&) {
    // What is wrong with the store itself is examine_store's to say.
  }
  return findings.take();
}

}  // namespace deskbell
