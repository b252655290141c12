#include "server/http/site_about.h"

#include "core/desk/office_hours.h"
#include "core/event/json_fields.h"
#include "core/view/site_json.h"
#include "core/view/views.h"
#include "server/hub/hub.h"

namespace deskbell {
namespace {

using nlohmann::json;

/// Openings and closings told ahead: more than a page stays open for, or a cache keeps it.
constexpr std::size_t kChangesAhead = 8;

void add_desk(json& about, const std::string& hours_text, Millis now) {
  about["open"] = nullptr;
  about["changes"] = json::array();
  if (hours_text.empty()) return;
  const auto hours = parse_office_hours(hours_text);
  if (!hours) return;
  DeskState state = desk_state(*hours, now);
  about["open"] = state.open;
  while (state.changes_at && about["changes"].size() < kChangesAhead) {
    about["changes"].push_back(*state.changes_at);
    state = desk_state(*hours, *state.changes_at);
  }
}

}  // namespace

Result<std::string> proactive_about(const Site& site, Millis now) {
  const auto view = site.store->site();
  if (!view) return view.error();
  json about = {{"name", view->name}, {"rules", json::array()}};
  if (!view->proactive.empty()) about["rules"] = rich_json(view->proactive);
  add_desk(about, view->hours, now);
  return dump_json(about);
}

Result<std::string> site_about(const Site& site, Millis now) {
  const auto view = site.store->site();
  if (!view) return view.error();
  return dump_json({{"site", site_json(*view, now)}});
}

}  // namespace deskbell
