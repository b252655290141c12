#pragma once

#include <memory>
#include <string>

#include "server/hub/data_folder.h"
#include "server/store/sqlite_hub_store.h"

namespace deskbell {

/// A site's store, in a folder that is held meanwhile.
struct OpenSite {
  DataFolder folder;
  std::unique_ptr<SqliteHubStore> store;
};

/// Whether the data folder has the site: `unknown_site` says so in words.
Result<void> check_known_site(const std::string& data, const std::string& site);

/// Opens a site that is there, on a hub that is not running; makes nothing.
Result<OpenSite> open_known_site(const std::string& data, const std::string& site, Random& random);

}  // namespace deskbell
