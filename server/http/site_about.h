#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace deskbell {

struct Site;

/// What a page has to know to show a site's proactive messages, as JSON: `{"name", "rules": […],
/// "open": true | false | null, "changes": [ms…]}`. `open` says whether somebody is there now, null
/// where the site tells no hours; it turns into its opposite at each of `changes`. I/O thread.
Result<std::string> proactive_about(const Site& site, Millis now);

/// What every customer may know of a site, as JSON: `{"site": {…}}`, as in the panel's own view, so
/// that somebody who is new sees something before his device has anything. I/O thread.
Result<std::string> site_about(const Site& site, Millis now);

}  // namespace deskbell
