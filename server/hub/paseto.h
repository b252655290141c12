#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace deskbell {

/// An Ed25519 secret key in libsodium's form (seed and public key).
using SigningKey = std::array<unsigned char, 64>;

/// A PASETO of version 4, purpose "public" (paseto-standard, docs/01-Protocol-Versions/Version4):
/// the message, readable by anyone, signed. `footer` travels with it, `implicit` is only signed.
std::string sign_paseto(const SigningKey& key, std::string_view message,
                        std::string_view footer = "", std::string_view implicit = "");

/// The message of a token that this key signed, with exactly that footer; nothing for any other
/// text whatever.
std::optional<std::string> verify_paseto(const SigningKey& key, std::string_view token,
                                         std::string_view footer = "",
                                         std::string_view implicit = "");

}  // namespace deskbell
