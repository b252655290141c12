#include "core/event/answer_fields.h"
#include "core/fold/aggregates.h"
#include "core/fold/answer_deed.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

std::string owner_of(const FoldContext& c, AnswerScope scope) {
  return scope == AnswerScope::own ? c.event.author.id : "";
}

/// Notes what was done; answers the number of the version that is published now.
std::int64_t note(const FoldContext& c, const std::string& answer, AnswerDeed deed) {
  static constexpr std::string_view kLast =
      "SELECT max(version) FROM answer_version WHERE answer = ?";
  static constexpr std::string_view kNote = R"sql(
    INSERT INTO answer_version (answer, position, deed, version, event, author_kind, author, at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING)sql";
  const std::int64_t version =
      c.database.integer(kLast, answer).value_or(0) + (deed == AnswerDeed::published ? 1 : 0);
  c.database.run(kNote, answer, c.place.position, static_cast<int>(deed), version, c.event.id,
                 static_cast<int>(c.event.author.kind), c.event.author.id, c.event.at);
  return version;
}

/// The author's own draft, or else the team's.
void drop_draft(const FoldContext& c, const std::string& answer) {
  static constexpr std::string_view kDrop =
      "DELETE FROM answer_draft WHERE answer = ? AND owner = ?";
  c.database.run(kDrop, answer, c.event.author.id);
  if (c.database.changes() == 0) c.database.run(kDrop, answer, "");
}

}  // namespace

void fold(const FoldContext& c, const AnswerPublished& answer) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO answer (id, title, text, keywords, scope, language, owner, examples, category,
                        shortcut, valid_from, valid_to, details, version, published_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (id) DO UPDATE
    SET title = ?2, text = ?3, keywords = ?4, scope = ?5, language = ?6, owner = ?7,
        examples = ?8, category = ?9, shortcut = ?10, valid_from = ?11, valid_to = ?12,
        details = ?13, version = ?14, published_at = ?15)sql";
  const std::int64_t version = note(c, answer.answer, AnswerDeed::published);
  c.database.run(kUpsert, answer.answer, answer.title, answer.text, join_lines(answer.keywords),
                 static_cast<int>(answer.scope), answer.language, owner_of(c, answer.scope),
                 join_lines(answer.examples), answer.category, answer.shortcut, answer.from,
                 answer.to, entry_details(answer), version, c.event.at);
  // What was drafted is published now, or overtaken. Only where all see it who see the draft.
  c.database.run("DELETE FROM answer_draft WHERE answer = ? AND owner IN (?, ?)", answer.answer,
                 owner_of(c, answer.scope), c.event.author.id);
}

void fold(const FoldContext& c, const AnswerDrafted& draft) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO answer_draft (answer, owner, author, at, entry) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO UPDATE SET author = ?3, at = ?4, entry = ?5)sql";
  note(c, draft.entry.answer, AnswerDeed::drafted);
  c.database.run(kUpsert, draft.entry.answer, owner_of(c, draft.entry.scope), c.event.author.id,
                 c.event.at, entry_json(draft.entry));
}

void fold(const FoldContext& c, const AnswerGuided& guide) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO answer_guide (answer, procedure, authority) VALUES (?1, ?2, ?3)
    ON CONFLICT DO UPDATE SET procedure = ?2, authority = ?3)sql";
  note(c, guide.answer, AnswerDeed::guided);
  if (guide.procedure.empty() && guide.authority.empty())
    c.database.run("DELETE FROM answer_guide WHERE answer = ?", guide.answer);
  else
    c.database.run(kUpsert, guide.answer, guide.procedure, guide.authority);
}

void fold(const FoldContext& c, const AnswerWithdrawn& answer) {
  note(c, answer.answer, answer.draft ? AnswerDeed::draft_dropped : AnswerDeed::withdrawn);
  if (answer.draft)
    drop_draft(c, answer.answer);
  else
    c.database.run("DELETE FROM answer WHERE id = ?", answer.answer);
}

}  // namespace deskbell
