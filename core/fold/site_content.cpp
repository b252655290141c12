#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {

void fold(const FoldContext& c, const SiteUpdated& site) {
  static constexpr std::string_view kUpsert = R"sql(
    INSERT INTO site_setting (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2)sql";
  if (site.name) c.database.run(kUpsert, "name", *site.name);
  if (site.greeting) c.database.run(kUpsert, "greeting", *site.greeting);
  if (site.hours) c.database.run(kUpsert, "hours", *site.hours);
  if (site.suggestions) c.database.run(kUpsert, "suggestions", *site.suggestions);
  if (site.form) c.database.run(kUpsert, "form", *site.form);
  if (site.survey) c.database.run(kUpsert, "survey", *site.survey);
  if (site.proactive) c.database.run(kUpsert, "proactive", *site.proactive);
  if (site.robot) c.database.run(kUpsert, "robot", *site.robot);
  if (site.reply_minutes)
    c.database.run(kUpsert, "reply_minutes", std::to_string(*site.reply_minutes));
  if (site.mail) c.database.run(kUpsert, "mail", *site.mail ? "1" : "0");
}

}  // namespace deskbell
