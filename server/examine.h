#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/doctor/store_check.h"

namespace deskbell {

/// Looks at a store's file, a hub's or a device's, from outside and without changing it: SQLite's
/// own check, everything that `check_store` checks, and a hub's accounts. A hub or an app may be
/// using the file meanwhile. Fails only when there is no such file to look at; what is wrong with
/// it are findings.
Result<std::vector<Finding>> examine_store(const std::string& path, std::optional<StoreKind> kind,
                                           const CheckProgress& progress);

/// Looks whether the files of a hub's messages are there and are what their names say. `path` is
/// that of the site's database. Nothing is found wrong with a store that is no hub's.
Result<std::vector<Finding>> examine_attachments(const std::string& path,
                                                 const CheckProgress& progress);

}  // namespace deskbell
