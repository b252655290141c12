#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "server/hub/paseto.h"

namespace deskbell {

/// Whether a text can name a site: 1 to 63 lower-case letters, digits and hyphens, beginning with a
/// letter or digit. It stands in addresses and names a folder.
bool is_site_name(std::string_view name);

/// The sites that have a database in a data folder, by name; whether or not a hub uses it.
Result<std::vector<std::string>> sites_in(const std::string& data);

/// Where a site's database is in a data folder.
std::string database_in(const std::string& data, const std::string& site);

/// The folder that keeps a hub's sites and its key, in use by one process at a time. Readable by
/// its owner alone.
///
///     lock              held while in use
///     token.key         the key that signs tokens
///     sites/NAME/hub.db one database for each site
class DataFolder {
 public:
  /// Makes the folder if need be and takes it. Fails when another process has it.
  static Result<DataFolder> open(const std::string& path);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  /// The key that signs tokens, made at the first call and kept.
  Result<SigningKey> signing_key() const;

  /// Makes all tokens void: the next hub has another key, and devices trade their secrets for new
  /// tokens, which those cannot whose sessions have ended. Does nothing when there is no key.
  Result<void> forget_signing_key() const;

  /// The sites that have a database here.
  Result<std::vector<std::string>> sites() const { return sites_in(path_); }
  bool has_site(const std::string& site) const;

  /// Where the site's database is; makes its folder.
  Result<std::string> database_path(const std::string& site) const;

 private:
  DataFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

}  // namespace deskbell
