#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "server/hub/data_folder.h"
#include "server/hub/system_random.h"
#include "server/hub/token.h"
#include "server/store/attachment_store.h"
#include "server/store/hub_store.h"

namespace deskbell {

/// A site that this hub serves.
struct Site {
  std::string name;
  std::vector<std::string> origins;  ///< Where its pages may embed the widget.
  std::unique_ptr<AttachmentStore> attachments;  ///< Outlives the store, which asks it.
  std::unique_ptr<HubStore> store;
  std::string database;  ///< The store's file.
};

/// The hub's data and its rules, without a network: the sites, their stores, the key for tokens.
/// Opened once, by one thread; after that the stores' own rules on threads hold.
class Hub {
 public:
  /// One line for the log; no personal data.
  using Log = std::function<void(const std::string&)>;

  /// Takes the data folder, opens every site in it and applies the site files, all of which are
  /// read and checked before the first is applied.
  static Result<std::unique_ptr<Hub>> open(const std::string& data,
                                           const std::vector<std::string>& site_files,
                                           const Log& log,
                                           const AttachmentLimits& attachments = {});

  /// Nothing for a site that is not served here.
  Site* site(std::string_view name);
  std::size_t site_count() const { return sites_.size(); }
  /// Calls `take` with each. They stay as long as the hub.
  template <class F>
  void each_site(F&& take) {
    for (auto& [name, site] : sites_) take(site);
  }
  const TokenMint& tokens() const { return tokens_; }
  Random& random() { return random_; }

  /// The page behind a reader's cursor token; none: from the beginning. `new_epoch` when the token
  /// belongs to another history, `invalid_command` when it is no cursor at all.
  static Result<Seq> place_of(const Site& site, const std::optional<std::string>& cursor);

 private:
  Hub(DataFolder folder, const SigningKey& key, const AttachmentLimits& attachments)
      : folder_(std::move(folder)), attachments_(attachments), tokens_(key) {}
  Result<Site*> open_site(const std::string& name);

  SystemRandom random_;
  DataFolder folder_;  // let go of after the stores are closed
  const AttachmentLimits attachments_;
  TokenMint tokens_;
  std::map<std::string, Site, std::less<>> sites_;
};

/// How a device proves an agent or customer to be its own: 32 random bytes in hexadecimal.
inline constexpr std::size_t kSecretBytes = 32;
bool is_secret(std::string_view text);

/// What the store keeps of a secret. They are random, so that a plain hash is enough.
std::string hash_secret(std::string_view secret);

}  // namespace deskbell
