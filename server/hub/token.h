#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.h"
#include "core/event/event.h"
#include "server/hub/paseto.h"

namespace deskbell {

/// How long a token is good for. Devices renew theirs in time; a lost one is soon worth nothing.
inline constexpr Millis kTokenLifetimeMs = 60 * 60 * 1000;

/// What a token says: this actor, at this site, until then (in whole seconds).
struct TokenClaims {
  std::string site;
  Actor actor;
  Millis expires_at = 0;
};

/// Makes and checks the hub's own short-lived tokens. Any thread.
class TokenMint {
 public:
  explicit TokenMint(const SigningKey& key) : key_(key) {}

  std::string issue(const std::string& site, const Actor& actor, Millis now) const;

  /// The claims of a token that this hub made for that site and that has not expired; nothing for
  /// any other text.
  std::optional<TokenClaims> check(std::string_view token, std::string_view site, Millis now) const;

 private:
  SigningKey key_;
};

}  // namespace deskbell
