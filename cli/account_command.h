#pragma once

#include <string>

namespace deskbell::cli {

struct AccountOptions {
  std::string data;
  std::string site;
  std::string login;
  std::string name;
  bool password_stdin = false;
};

struct IdentityOptions {
  std::string data;
  std::string site;
  bool renew = false;
};

/// Makes an agent's login and prints it; with the password when it was made up here. Returns the
/// process's exit code.
int run_account_add(const AccountOptions& options);

/// Takes an agent's login away. Returns the process's exit code.
int run_account_remove(const AccountOptions& options);

/// Prints a site's logins, a line each: login, name, how many devices are signed in. Returns the
/// process's exit code.
int run_account_list(const AccountOptions& options);

/// Prints the secret that the site's own server signs with, alone, for `$(…)`. Returns the process's
/// exit code.
int run_identity(const IdentityOptions& options);

}  // namespace deskbell::cli
