#include "server/hub/token.h"

#include <sodium.h>

#include <boost/test/unit_test.hpp>

#include "server/hub/password.h"
#include "server/hub/rate_limiter.h"
#include "server/hub/system_random.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

constexpr Millis kNow = 1'763'770'000'123;

SigningKey key_from_hex(const std::string& hex) {
  SigningKey key;
  sodium_hex2bin(key.data(), key.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr);
  return key;
}

SigningKey fresh_key() {
  const SystemRandom set_up;
  SigningKey key;
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  crypto_sign_keypair(public_key, key.data());
  return key;
}

// Test vector 4-S-1 of the PASETO specification.
const std::string kVectorKey =
    "b4cbfb43df4ce210727d953e4a713307fa19bb7d9f85041438d9e11b942a3774"
    "1eb9dbbbbc047c03fd70604e0071f0987e16b28b757225c11f00415d0e20b1a2";
const std::string kVectorMessage =
    R"({"data":"this is a signed message","exp":"2022-01-01T00:00:00+00:00"})";
const std::string kVectorToken =
    "v4.public.eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDowMDowMC"
    "swMDowMCJ9bg_XBBzds8lTZShVlwwKSgeKpLT3yukTw6JUz3W4h_ExsQV-P0V54zemZDcAxFaSeef1QlXEFtkqxT1cii"
    "QEDA";

struct MintFixture {
  TokenMint mint{fresh_key()};
  std::string token = mint.issue("fern", customer(1), kNow);
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tokens, MintFixture)

BOOST_AUTO_TEST_CASE(tokens_are_those_of_the_standard) {
  const SigningKey key = key_from_hex(kVectorKey);
  BOOST_CHECK_EQUAL(sign_paseto(key, kVectorMessage), kVectorToken);
  BOOST_CHECK_EQUAL(verify_paseto(key, kVectorToken).value_or(""), kVectorMessage);
}

BOOST_AUTO_TEST_CASE(footer_and_implicit_assertion_are_part_of_what_is_signed) {
  const SigningKey key = key_from_hex(kVectorKey);
  const std::string signed_with = sign_paseto(key, "{}", "a footer", "an assertion");
  BOOST_CHECK_EQUAL(verify_paseto(key, signed_with, "a footer", "an assertion").value_or(""), "{}");
  BOOST_CHECK(!verify_paseto(key, signed_with, "a footer", "another"));
  BOOST_CHECK(!verify_paseto(key, signed_with, "another", "an assertion"));
  BOOST_CHECK(!verify_paseto(key, signed_with, "", "an assertion"));
}

BOOST_AUTO_TEST_CASE(a_token_says_who_and_where_and_until_when) {
  const auto claims = mint.check(token, "fern", kNow);
  BOOST_REQUIRE(claims.has_value());
  BOOST_CHECK(claims->actor == customer(1));
  BOOST_CHECK_EQUAL(claims->site, "fern");
  BOOST_CHECK_EQUAL(claims->expires_at / 1000, (kNow + kTokenLifetimeMs) / 1000);
  const auto agents = mint.check(mint.issue("fern", agent(1), kNow), "fern", kNow);
  BOOST_REQUIRE(agents.has_value());
  BOOST_CHECK(agents->actor == agent(1));
}

BOOST_AUTO_TEST_CASE(a_token_is_good_at_its_site_and_in_its_time_only) {
  BOOST_CHECK(!mint.check(token, "moss", kNow));
  BOOST_CHECK(mint.check(token, "fern", kNow + kTokenLifetimeMs - 1000));
  BOOST_CHECK(!mint.check(token, "fern", kNow + kTokenLifetimeMs));
}

BOOST_AUTO_TEST_CASE(another_hubs_token_is_worth_nothing) {
  BOOST_CHECK(!TokenMint(fresh_key()).check(token, "fern", kNow));
}

BOOST_AUTO_TEST_CASE(no_change_to_a_token_goes_unnoticed) {
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    BOOST_CHECK_MESSAGE(!mint.check(changed, "fern", kNow), "changed at " << i);
    changed = token;
    changed.erase(i, 1);
    BOOST_CHECK_MESSAGE(!mint.check(changed, "fern", kNow), "left out at " << i);
  }
  for (const std::string tail : {"=", ".", ".e30", "A", " "})
    BOOST_CHECK_MESSAGE(!mint.check(token + tail, "fern", kNow), "with " << tail);
}

BOOST_AUTO_TEST_CASE(what_is_signed_but_is_no_claim_is_no_token) {
  const SigningKey key = fresh_key();
  const TokenMint other(key);
  const std::string exp = R"(,"exp":"2100-01-01T00:00:00+00:00"})";
  const std::string id = "\"" + id_of(1) + "\"";
  BOOST_CHECK(other.check(sign_paseto(key, R"({"site":"fern","actor":"agent","id":)" + id + exp),
                          "fern", kNow));
  for (const std::string& message :
       {std::string("{}"), std::string("[]"), std::string("nonsense"), std::string(),
        R"({"site":"fern","actor":"system","id":)" + id + exp,
        R"({"site":"fern","actor":"root","id":)" + id + exp,
        R"({"site":"fern","actor":"agent","id":"not an id")" + exp,
        R"({"site":"fern","actor":"agent","id":)" + id + "}",
        R"({"site":"fern","actor":"agent","id":)" + id + R"(,"exp":"2100-13-01T00:00:00+00:00"})",
        R"({"site":"fern","actor":"agent","id":)" + id + R"(,"exp":4102444800})"})
    BOOST_CHECK_MESSAGE(!other.check(sign_paseto(key, message), "fern", kNow), message);
}

BOOST_AUTO_TEST_CASE(a_password_is_known_by_its_hash_alone) {
  const auto hash = hash_password("correct horse");
  BOOST_REQUIRE(hash.ok());
  BOOST_CHECK(hash->starts_with("$argon2id$"));
  BOOST_CHECK(hash->find("correct horse") == std::string::npos);
  BOOST_CHECK(verify_password(*hash, "correct horse"));
  BOOST_CHECK(!verify_password(*hash, "correct horsf"));
  BOOST_CHECK(!verify_password("", "correct horse"));
  BOOST_CHECK(!verify_password("", "nobody's password"));
  BOOST_CHECK(!hash_password("short").ok());
}

BOOST_AUTO_TEST_CASE(who_guesses_passwords_has_to_wait) {
  RateLimiter limiter(kMaxFailedLogins, kFailedLoginWindowMs);
  for (int i = 0; i < kMaxFailedLogins; ++i) {
    BOOST_CHECK(!limiter.wait_for("mira", 1000));
    limiter.count("mira", 1000);
  }
  BOOST_CHECK_EQUAL(limiter.wait_for("mira", 2000).value_or(0), kFailedLoginWindowMs - 1000);
  BOOST_CHECK(!limiter.wait_for("someone else", 2000));
  BOOST_CHECK(!limiter.wait_for("mira", 1000 + kFailedLoginWindowMs));
  limiter.count("mira", 1000 + kFailedLoginWindowMs);
  BOOST_CHECK(!limiter.wait_for("mira", 1000 + kFailedLoginWindowMs));
}

BOOST_AUTO_TEST_CASE(a_right_password_clears_the_failures) {
  RateLimiter limiter(kMaxFailedLogins, kFailedLoginWindowMs);
  for (int i = 0; i < kMaxFailedLogins - 1; ++i) limiter.count("mira", 0);
  limiter.forget("mira");
  limiter.count("mira", 0);
  BOOST_CHECK(!limiter.wait_for("mira", 0));
}

BOOST_AUTO_TEST_CASE(a_network_is_what_one_household_has_and_this_machine_is_none) {
  BOOST_CHECK(network_of("203.0.113.7") != network_of("203.0.113.8"));
  BOOST_CHECK(network_of("203.0.113.7") == network_of("::ffff:203.0.113.7"));
  BOOST_CHECK(network_of("2001:db8::1") == network_of("2001:db8::ffff:1"));
  BOOST_CHECK(network_of("2001:db8::1") != network_of("2001:db8:0:1::1"));
  BOOST_CHECK(network_of("fe80::1%eth0") == network_of("fe80::2"));
  BOOST_CHECK(network_of("unknown") == "unknown");
  for (const char* here : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    BOOST_CHECK(!network_of(here));
}

BOOST_AUTO_TEST_CASE(failures_are_remembered_within_bounds) {
  RateLimiter limiter(kMaxFailedLogins, kFailedLoginWindowMs);
  for (int i = 0; i < kMaxFailedLogins; ++i) limiter.count("first", 0);
  for (std::size_t i = 0; i < kMaxLimitedKeys; ++i) limiter.count("k" + std::to_string(i), 0);
  BOOST_CHECK(!limiter.wait_for("first", 0));
}

BOOST_AUTO_TEST_SUITE_END()
