#pragma once

#include <nlohmann/json.hpp>

#include "core/base/time.h"

namespace deskbell {

struct SiteView;

/// What every customer may know of a site, as the panel shows it: the same from a customer's own
/// device and from the hub. `now` decides whether somebody is there, and until when that holds.
nlohmann::json site_json(const SiteView& site, Millis now);

}  // namespace deskbell
