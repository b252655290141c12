#include "core/view/answer_usage.h"

#include <algorithm>
#include <map>

#include "core/answer/template.h"
#include "core/event/answer_fields.h"
#include "core/event/event.h"
#include "core/store/database.h"
#include "core/view/answer_book.h"

namespace deskbell {
namespace {

/// The words of entries as they were when a message was sent.
class PastTexts {
 public:
  explicit PastTexts(Database& database) : database_(database) {}

  /// Whether a message that stands at `position` has the entry's words, filled in, in it, and
  /// (`alone`) nothing else.
  bool has_words(const std::string& message, const std::string& answer, Seq position, bool alone) {
    const AnswerPublished* entry = at(answer, position);
    if (!entry) return true;  // not known here: nobody can tell that it was edited
    const auto fits = [&](const std::string& text) {
      return fits_template(text, message, /*in_part=*/!alone);
    };
    return fits(entry->text) ||
           std::any_of(entry->translations.begin(), entry->translations.end(),
                       [&](const AnswerText& words) { return fits(words.text); });
  }

 private:
  const AnswerPublished* at(const std::string& answer, Seq position) {
    static constexpr std::string_view kVersions = R"sql(
      SELECT v.position, coalesce(e.body, o.body)
      FROM answer_version AS v
      LEFT JOIN event AS e ON e.id = v.event LEFT JOIN outbox AS o ON o.id = v.event
      WHERE v.answer = ? AND v.deed = 1)sql";
    auto known = texts_.find(answer);
    if (known == texts_.end()) {
      known = texts_.try_emplace(answer).first;
      for (Query rows = database_.query(kVersions, answer); rows.next();)
        if (auto entry = entry_of(rows.text(1)))
          known->second.insert_or_assign(rows.integer(0), std::move(*entry));
    }
    const auto after = known->second.upper_bound(position);
    return after == known->second.begin() ? nullptr : &std::prev(after)->second;
  }

  Database& database_;
  std::map<std::string, std::map<Seq, AnswerPublished>> texts_;
};

}  // namespace

std::vector<AnswerUsage> usage_of_answers(Database& database) {
  static constexpr std::string_view kUses = R"sql(
    SELECT answer, text, position FROM message WHERE answer <> '' AND author_kind = 1)sql";
  PastTexts texts(database);
  std::map<std::string, AnswerUsage> counts;
  for (Query rows = database.query(kUses); rows.next();) {
    const std::vector<std::string> answers = split_lines(rows.text(0));
    for (const std::string& answer : answers) {
      AnswerUsage& usage = counts[answer];
      ++usage.used;
      usage.edited += !texts.has_words(std::string(rows.text(1)), answer, rows.integer(2),
                                       answers.size() == 1);
    }
  }
  std::vector<AnswerUsage> list;
  for (auto& [answer, usage] : counts) {
    usage.answer = answer;
    usage.title =
        database.text("SELECT title FROM answer WHERE id = ?", answer).value_or("");
    list.push_back(std::move(usage));
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const AnswerUsage& a, const AnswerUsage& b) { return a.used > b.used; });
  return list;
}

}  // namespace deskbell
