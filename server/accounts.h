#pragma once

#include <string>

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
/// password ends the agent's sessions. Fails with a clear message when a hub is using the folder.
/// Takes about a tenth of a second, on purpose (argon2id).
Result<AccountAnswer> add_account(const AccountRequest& request);

}  // namespace deskbell
