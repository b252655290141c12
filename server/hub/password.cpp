#include "server/hub/password.h"

#include <sodium.h>

#include <array>

namespace deskbell {
namespace {

// What a login costs an attacker and us: libsodium's figures for interactive use (RFC 9106 would
// have more passes over less memory or the other way round; this is about a tenth of a second).
constexpr auto kPasses = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr auto kMemoryBytes = crypto_pwhash_MEMLIMIT_INTERACTIVE;

}  // namespace

Result<std::string> hash_password(const std::string& password) {
  if (password.size() < kMinPasswordBytes)
    return Error{
        ErrorCode::invalid_command,
        "The password must have at least " + std::to_string(kMinPasswordBytes) + " characters."};
  if (password.size() > kMaxPasswordBytes)
    return Error{ErrorCode::invalid_command,
                 "The password must have at most " + std::to_string(kMaxPasswordBytes) + " bytes."};
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(), kPasses, kMemoryBytes) != 0)
    return Error{ErrorCode::overloaded, "Not enough memory to hash the password."};
  return std::string(hash.data());
}

bool verify_password(const std::string& hash, const std::string& password) {
  static const std::string nobody = hash_password("nobody's password").value();
  const bool known = !hash.empty();
  const std::string& compared = known ? hash : nobody;
  const bool matches =
      crypto_pwhash_str_verify(compared.c_str(), password.data(), password.size()) == 0;
  return matches && known;
}

bool equal_secrets(std::string_view one, std::string_view other) {
  return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace deskbell
