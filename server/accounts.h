#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace deskbell {

/// An agent's login to make, or to change.
struct AccountRequest {
  std::string data;  ///< The hub's data folder; made if it is not there.
  std::string site;  ///< Lower-case letters, digits and hyphens.
  std::string login;
  std::string password;
  std::string name;  ///< What customers see; empty keeps the one there is, or takes the login.
};

struct AccountAnswer {
  std::string agent;          ///< The agent's id.
  bool created = false;       ///< false: the login was there and has been changed.
  bool site_created = false;  ///< The site was new to this data folder.
};

/// Makes an agent's login on a hub that is not running, or changes its password and name; a new
/// password ends the agent's sessions at once. Fails with a clear message when a hub is using the
/// folder. Takes about a tenth of a second, on purpose (argon2id).
Result<AccountAnswer> add_account(const AccountRequest& request);

/// Takes an agent's login away on a hub that is not running. The agent's sessions end at once; what
/// the agent wrote stays, under the agent's name. `not_found` when there is no such login.
Result<void> remove_account(const std::string& data, const std::string& site,
                            const std::string& login);

struct AccountLine {
  std::string login;
  std::string name;
  std::int64_t sessions = 0;  ///< signed-in devices
};

/// A site's logins, by login, on a hub that is not running.
Result<std::vector<AccountLine>> list_accounts(const std::string& data, const std::string& site);

/// The secret that the site's own server signs its visitors' identity tokens with
/// (docs/identity.md), on a hub that is not running; made at the first call. `renew` makes another,
/// and what was signed with the old one is refused from then on; who is signed in stays so.
Result<std::string> identity_secret_of(const std::string& data, const std::string& site,
                                       bool renew);

}  // namespace deskbell
