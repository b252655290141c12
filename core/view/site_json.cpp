#include "core/view/site_json.h"

#include "core/desk/office_hours.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"
#include "core/view/views.h"

namespace deskbell {

using nlohmann::json;

json site_json(const SiteView& site, Millis now) {
  json desk;  // null: the site does not say when somebody is there
  if (const auto hours = parse_office_hours(site.hours); !site.hours.empty() && hours.ok()) {
    const DeskState state = desk_state(*hours, now);
    desk = JsonObject().flag("open", state.open).number("changes_at", state.changes_at).take();
  }
  return JsonObject()
      .text("name", site.name)
      .text("greeting", site.greeting)
      .put("desk", std::move(desk))
      .number("reply_minutes", std::int64_t{site.reply_minutes})
      .put("suggestions", rich_json(site.suggestions))
      .put("form", rich_json(site.form))
      .put("survey", rich_json(site.survey))
      .put("proactive", rich_json(site.proactive))
      .flag("mail", site.mail)
      .flag("answers", site.answers)
      .put("robot", rich_json(site.robot))
      .take();
}

}  // namespace deskbell
