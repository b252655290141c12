#include "cli/account_command.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>

#include "cli/agent/input.h"
#include "cli/agent/safe_text.h"
#include "server/accounts.h"

namespace deskbell::cli {
namespace {

/// 16 letters and digits that are not taken for each other, in groups of four: 79 bits.
std::string make_password() {
  constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";
  constexpr std::size_t kLength = 16, kGroup = 4;
  // The largest multiple of the alphabet's size in a byte: bytes beyond it would favour some.
  constexpr unsigned kUsable = 256 / kLetters.size() * kLetters.size();
  std::string password;
  for (std::size_t made = 0; made < kLength;) {
    unsigned char byte = 0;
    if (::getentropy(&byte, 1) != 0) std::abort();
    if (byte >= kUsable) continue;
    if (made > 0 && made % kGroup == 0) password += '-';
    password += kLetters[byte % kLetters.size()];
    ++made;
  }
  return password;
}

}  // namespace

int run_account_add(const AccountOptions& options) {
  std::optional<std::string> password;
  if (options.password_stdin) {
    const auto line = LineInput(STDIN_FILENO).next();
    if (!line || line->too_long || line->text.empty()) {
      std::cerr << "error: --password-stdin needs the password as the first line of the input.\n";
      return 1;
    }
    password = line->text;
  }
  const bool made_up = !password;
  if (made_up) password = make_password();
  const auto answer = add_account({.data = options.data,
                                   .site = options.site,
                                   .login = options.login,
                                   .password = *password,
                                   .name = options.name});
  if (!answer) {
    std::cerr << "error: " << answer.error().message << '\n';
    return 1;
  }
  std::cout << (answer->created ? "Made" : "Changed") << " the login " << options.login
            << " at the site " << options.site << ".\n";
  if (made_up) std::cout << "Password: " << *password << '\n';
  return 0;
}

int run_account_remove(const AccountOptions& options) {
  if (auto removed = remove_account(options.data, options.site, options.login); !removed) {
    std::cerr << "error: " << removed.error().message << '\n';
    return 1;
  }
  std::cout << "Removed the login " << options.login << " from the site " << options.site
            << ". Its devices are signed out; what the agent wrote stays.\n";
  return 0;
}

int run_account_list(const AccountOptions& options) {
  const auto accounts = list_accounts(options.data, options.site);
  if (!accounts) {
    std::cerr << "error: " << accounts.error().message << '\n';
    return 1;
  }
  for (const AccountLine& account : *accounts)
    std::cout << safe_line(account.login) << '\t' << safe_line(account.name) << '\t'
              << account.sessions << " devices\n";
  if (accounts->empty()) std::cout << "The site " << options.site << " has no logins.\n";
  return 0;
}

int run_identity(const IdentityOptions& options) {
  const auto secret = identity_secret_of(options.data, options.site, options.renew);
  if (!secret) {
    std::cerr << "error: " << secret.error().message << '\n';
    return 1;
  }
  std::cout << *secret << '\n';
  return 0;
}

}  // namespace deskbell::cli
