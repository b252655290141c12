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

/// Makes an agent's login and prints it; with the password when it was made up here. Returns the
/// process's exit code.
int run_account_add(const AccountOptions& options);

}  // namespace deskbell::cli
