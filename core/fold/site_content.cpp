#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {

void fold(const FoldContext& c, const AnswerPublished& answer) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO answer (id, title, text, keywords, scope, language) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (id) DO UPDATE
    SET title = ?2, text = ?3, keywords = ?4, scope = ?5, language = ?6)sql";
  std::string keywords;
  for (const std::string& keyword : answer.keywords) {
    if (!keywords.empty()) keywords += '\n';
    keywords += keyword;
  }
  c.database.run(kUpsert, answer.answer, answer.title, answer.text, keywords,
                 static_cast<int>(answer.scope), answer.language);
}

void fold(const FoldContext& c, const AnswerWithdrawn& answer) {
  c.database.run("DELETE FROM answer WHERE id = ?", answer.answer);
}

void fold(const FoldContext& c, const SiteUpdated& site) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO site_setting (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2)sql";
  if (site.name) c.database.run(kUpsert, "name", *site.name);
  if (site.greeting) c.database.run(kUpsert, "greeting", *site.greeting);
  if (site.hours) c.database.run(kUpsert, "hours", *site.hours);
  if (site.suggestions) c.database.run(kUpsert, "suggestions", *site.suggestions);
  if (site.form) c.database.run(kUpsert, "form", *site.form);
  if (site.survey) c.database.run(kUpsert, "survey", *site.survey);
  if (site.reply_minutes)
    c.database.run(kUpsert, "reply_minutes", std::to_string(*site.reply_minutes));
}

}  // namespace deskbell
