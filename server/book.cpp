#include "server/book.h"

#include <map>
#include <set>

#include "core/event/answer_fields.h"
#include "core/event/robot_fields.h"
#include "core/store/database.h"
#include "core/store/schema.h"
#include "core/view/answer_book.h"
#include "core/view/views.h"
#include "server/hub/content_hash.h"
#include "server/hub/system_random.h"
#include "server/hub/wall_clock.h"
#include "server/open_site.h"
#include "server/store/attachment_store.h"

namespace deskbell {
namespace {

constexpr std::string_view kReaderPragmas = "PRAGMA busy_timeout = 5000;";

/// Not "answer:", under which what has left the site file is withdrawn.
constexpr std::string_view kEntryKey = "book:";
constexpr std::string_view kGuideKey = "book-guide:";

std::vector<BookItem> items_in(Database& database) {
  const AnswerBook book(database);
  std::vector<BookItem> items;
  for (BookEntry& entry : book.entries()) {
    if (entry.entry.scope == AnswerScope::own) continue;
    const BookGuide guide = book.guide(entry.entry.answer).value_or(BookGuide{});
    items.push_back({std::move(entry.entry), guide.procedure, guide.authority});
  }
  return items;
}

/// Runs `read(database)` on a site's store as it is.
template <class Read>
auto read_site(const std::string& data, const std::string& site, Read read)
    -> Result<decltype(read(std::declval<Database&>()))> {
  if (auto known = check_known_site(data, site); !known) return known.error();
  try {
    Database database(database_in(data, site), {.read_only = true, .pragmas = kReaderPragmas});
    if (database.integer("PRAGMA user_version") != kSchemaVersion)
      return Error{ErrorCode::storage_failed,
                   "The site's store is of another version than this program; start a hub of this "
                   "version on it once."};
    return read(database);
  } catch (const StoreError& error) {
    return error.error();
  }
}

/// Their sizes are checked by whoever has looked at them: the hub's own limit is not known here.
Result<void> keep_book_files(const std::string& database, const std::vector<LocalFile>& files) {
  AttachmentStore store(attachments_beside(database), {.max_bytes = kMaxAttachmentBytes});
  return keep_files(store, files);
}

}  // namespace

BookPlan plan_book(const std::vector<BookItem>& items, Database& database) {
  std::map<std::string, BookItem> known;
  for (BookItem& item : items_in(database)) known.emplace(item.entry.answer, item);
  std::set<std::string> ids;
  for (const auto& [id, item] : known) ids.insert(id);
  for (const BookItem& item : items) ids.insert(item.entry.answer);
  BookPlan plan;
  for (const BookItem& item : items) {
    const std::string& id = item.entry.answer;
    for (const std::string& related : item.entry.related)
      if (!ids.contains(related)) plan.changes.gaps.push_back({item.entry.title, related});
    const auto before = known.find(id);
    const bool fresh = before == known.end();
    const BookItem old = fresh ? BookItem{} : before->second;
    if (!fresh && old == item) {
      ++plan.changes.same;
      continue;
    }
    ++(fresh ? plan.changes.fresh : plan.changes.changed);
    if (fresh || old.entry != item.entry)
      plan.events.push_back({std::string(kEntryKey) + id, sha256_hex(entry_json(item.entry)),
                             item.entry});
    const AnswerGuided guide{id, item.procedure, item.authority};
    if (guide.procedure != old.procedure || guide.authority != old.authority)
      plan.events.push_back({std::string(kGuideKey) + id,
                             sha256_hex(guide.procedure + '\0' + guide.authority), guide});
  }
  return plan;
}

Result<std::vector<BookItem>> read_book(const std::string& data, const std::string& site) {
  return read_site(data, site, items_in);
}

Result<CustomersBook> read_customers_book(const std::string& data, const std::string& site) {
  return read_site(data, site, [](Database& database) {
    const AnswerBook book(database);
    const RobotPolicy policy = robot_policy(Views(database, {}).site().robot);
    CustomersBook read{
        {book.texts(AnswerScope::everyone), policy.wrong_in_100, policy.handover_words}, {}};
    for (const BookEntry& entry :
         book.entries({.scope = AnswerScope::everyone, .at = wall_clock_now()}))
      read.good.insert(entry.entry.answer);
    return read;
  });
}

Result<std::vector<AnswerUsage>> read_usage(const std::string& data, const std::string& site) {
  return read_site(data, site, usage_of_answers);
}

Result<BookChanges> write_book(const std::string& data, const std::string& site,
                               const BookContent& content, bool dry_run) {
  SystemRandom random;
  auto opened = open_known_site(data, site, random);
  if (!opened) return opened.error();
  try {
    BookPlan plan = plan_book(content.items, opened->store->writer());
    if (dry_run || !plan.changes.gaps.empty()) return plan.changes;
    // Also for entries that are as they were: so what was lost of their files comes back.
    if (auto kept = keep_book_files(database_in(data, site), content.files); !kept)
      return kept.error();
    if (plan.events.empty()) return plan.changes;
    if (auto placed = opened->store->place_own(plan.events, wall_clock_now()); !placed)
      return placed.error();
    return plan.changes;
  } catch (const StoreError& error) {
    return error.error();
  }
}

}  // namespace deskbell
