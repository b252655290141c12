#include "core/view/answer_book.h"

#include <algorithm>

#include "core/base/fnv1a.h"
#include "core/event/answer_fields.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

// What read_entry() reads.
#define ENTRY_COLUMNS                                                                           \
  "SELECT id, title, text, keywords, scope, language, examples, category, shortcut, valid_from," \
  " valid_to, details, owner, version, published_at FROM answer"

BookEntry read_entry(const Query& row) {
  BookEntry found;
  AnswerPublished& entry = found.entry;
  entry.answer = row.text(0);
  entry.title = row.text(1);
  entry.text = row.text(2);
  entry.keywords = split_lines(row.text(3));
  entry.scope = static_cast<AnswerScope>(row.integer(4));
  entry.language = row.text(5);
  entry.examples = split_lines(row.text(6));
  entry.category = row.text(7);
  entry.shortcut = row.text(8);
  entry.from = row.integer(9);
  entry.to = row.integer(10);
  set_entry_details(entry, row.text(11));
  found.owner = row.text(12);
  found.version = row.integer(13);
  found.published_at = row.integer(14);
  return found;
}

std::optional<BookDraft> read_draft(const Query& row) {
  auto entry = entry_from_json(row.text(3));
  if (!entry) return std::nullopt;
  return BookDraft{std::move(*entry), std::string(row.text(0)), std::string(row.text(1)),
                   row.integer(2)};
}

}  // namespace

std::optional<AnswerPublished> entry_of(std::string_view body) {
  auto event = decode_event(body);
  if (!event) return std::nullopt;
  if (auto* published = std::get_if<AnswerPublished>(&event->payload)) return std::move(*published);
  if (auto* draft = std::get_if<AnswerDrafted>(&event->payload)) return std::move(draft->entry);
  return std::nullopt;
}

std::vector<std::string> finding_texts(const AnswerPublished& entry) {
  std::vector<std::string> texts = {entry.title};
  for (const AnswerText& other : entry.translations) texts.push_back(other.title);
  texts.insert(texts.end(), entry.examples.begin(), entry.examples.end());
  texts.insert(texts.end(), entry.keywords.begin(), entry.keywords.end());
  return texts;
}

std::vector<BookEntry> AnswerBook::entries(const BookFilter& filter) const {
  static constexpr std::string_view kEntries = ENTRY_COLUMNS
      " WHERE (?1 IS NULL OR scope = ?1) AND (?2 IS NULL OR category = ?2)"
      " AND (?3 IS NULL OR (valid_from <= ?3 AND (valid_to = 0 OR ?3 < valid_to)))"
      " ORDER BY title, id";
  const auto scope =
      filter.scope ? std::optional(static_cast<std::int64_t>(*filter.scope)) : std::nullopt;
  std::vector<BookEntry> list;
  for (Query rows = database_.query(kEntries, scope, filter.category, filter.at); rows.next();)
    list.push_back(read_entry(rows));
  return list;
}

std::optional<BookEntry> AnswerBook::entry(std::string_view id) const {
  Query row = database_.query(ENTRY_COLUMNS " WHERE id = ?", id);
  if (!row.next()) return std::nullopt;
  return read_entry(row);
}

std::vector<BookDraft> AnswerBook::drafts() const {
  std::vector<BookDraft> list;
  for (Query rows = database_.query("SELECT owner, author, at, entry FROM answer_draft");
       rows.next();)
    if (auto draft = read_draft(rows)) list.push_back(std::move(*draft));
  std::stable_sort(list.begin(), list.end(), [](const BookDraft& a, const BookDraft& b) {
    return a.entry.title < b.entry.title;
  });
  return list;
}

std::optional<BookDraft> AnswerBook::draft(std::string_view id, std::string_view owner) const {
  Query row = database_.query(
      "SELECT owner, author, at, entry FROM answer_draft WHERE answer = ? AND owner = ?", id,
      owner);
  if (!row.next()) return std::nullopt;
  return read_draft(row);
}

std::optional<BookGuide> AnswerBook::guide(std::string_view id) const {
  Query row =
      database_.query("SELECT procedure, authority FROM answer_guide WHERE answer = ?", id);
  if (!row.next()) return std::nullopt;
  return BookGuide{std::string(row.text(0)), std::string(row.text(1))};
}

std::vector<BookVersion> AnswerBook::versions(std::string_view id) const {
  static constexpr std::string_view kVersions = R"sql(
    SELECT v.deed, v.version, v.author_kind, v.author, coalesce(a.name, ''), v.at,
           coalesce(e.body, o.body, '')
    FROM answer_version AS v
    LEFT JOIN agent AS a ON v.author_kind = 1 AND a.id = v.author
    LEFT JOIN event AS e ON e.id = v.event
    LEFT JOIN outbox AS o ON o.id = v.event
    WHERE v.answer = ? ORDER BY v.position)sql";
  std::vector<BookVersion> list;
  for (Query rows = database_.query(kVersions, id); rows.next();)
    list.push_back({static_cast<AnswerDeed>(rows.integer(0)),
                    rows.integer(1),
                    {static_cast<ActorKind>(rows.integer(2)), std::string(rows.text(3))},
                    std::string(rows.text(4)),
                    rows.integer(5),
                    entry_of(rows.text(6))});
  return list;
}

std::vector<BookCategory> AnswerBook::categories() const {
  std::vector<BookCategory> list;
  for (Query rows = database_.query(
           "SELECT category, count(*) FROM answer GROUP BY category ORDER BY category");
       rows.next();)
    list.push_back({std::string(rows.text(0)), rows.integer(1)});
  return list;
}

std::vector<EntryTexts> AnswerBook::texts(std::optional<AnswerScope> scope) const {
  static constexpr std::string_view kEntries =
      ENTRY_COLUMNS " WHERE ?1 IS NULL OR scope = ?1 ORDER BY id";
  const auto wanted = scope ? std::optional(static_cast<std::int64_t>(*scope)) : std::nullopt;
  std::vector<EntryTexts> list;
  for (Query rows = database_.query(kEntries, wanted); rows.next();) {
    const AnswerPublished entry = read_entry(rows).entry;
    list.push_back({entry.answer, finding_texts(entry)});
  }
  return list;
}

std::uint64_t AnswerBook::hash() const {
  static constexpr std::string_view kTexts =
      "SELECT id, title, keywords, examples, details FROM answer ORDER BY id";
  Fnv1a hash;
  for (Query rows = database_.query(kTexts); rows.next();)
    for (int column = 0; column < 5; ++column) hash.add_text(rows.text(column));
  return hash.value();
}

}  // namespace deskbell
