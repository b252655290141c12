#include "server/hub/token.h"

#include <sodium.h>

#include "core/sync/cursor.h"
#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

constexpr Millis kNow = 1'763'770'000'000;
constexpr std::string_view kSite = "shop";

SigningKey fixed_key() {
  require(sodium_init() >= 0, "libsodium is there");
  const std::array<unsigned char, crypto_sign_SEEDBYTES> seed{1, 2, 3};
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key;
  SigningKey key;
  crypto_sign_seed_keypair(public_key.data(), key.data(), seed.data());
  return key;
}

void check_claims(const TokenClaims& claims) {
  require(claims.site == kSite, "a token is good at its own site alone");
  require(claims.actor.kind != ActorKind::system, "nobody signs in as the site itself");
  require(claims.expires_at > kNow, "a token ends");
}

}  // namespace

// The texts that the hub hands out and gets back: tokens and cursors. One meaning has one text.
void try_token(std::string_view input) {
  static const SigningKey key = fixed_key();
  const TokenMint mint(key);
  if (const auto claims = mint.check(input, kSite, kNow)) {
    check_claims(*claims);
    const Millis made_at = claims->expires_at - kTokenLifetimeMs;
    require(mint.issue(claims->site, claims->actor, made_at) == input,
            "no other text is as good as the token");
  }

  // As if the hub had signed these very bytes.
  const std::string signed_input = sign_paseto(key, input);
  require(verify_paseto(key, signed_input) == input, "what was signed is verified");
  if (const auto claims = mint.check(signed_input, kSite, kNow)) check_claims(*claims);
  require(!verify_paseto(key, signed_input, "footer"), "a footer that is missing is missed");

  if (const auto cursor = decode_cursor(input))
    require(encode_cursor(*cursor) == input, "a place in the history has one name");
}

}  // namespace deskbell::fuzz
