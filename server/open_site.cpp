#include "server/open_site.h"

#include <algorithm>

#include "server/hub/content_hash.h"
#include "server/hub/wall_clock.h"

namespace deskbell {

Result<void> check_known_site(const std::string& data, const std::string& site) {
  auto sites = sites_in(data);
  if (!sites) return sites.error();
  if (std::find(sites->begin(), sites->end(), site) == sites->end())
    return Error{ErrorCode::unknown_site,
                 "The data folder " + data + " has no site \"" + site + "\"."};
  return {};
}

Result<OpenSite> open_known_site(const std::string& data, const std::string& site, Random& random) {
  if (auto known = check_known_site(data, site); !known) return known.error();
  auto folder = DataFolder::open(data);
  if (!folder) return folder.error();
  auto store = SqliteHubStore::open(database_in(data, site), random, wall_clock_now(),
                                    {.content_hash = sha256_hex});
  if (!store) return store.error();
  return OpenSite{std::move(*folder), std::move(*store)};
}

}  // namespace deskbell
