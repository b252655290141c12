#include "server/hub/identity_token.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "core/event/event.h"
#include "core/event/json_fields.h"
#include "core/event/json_slice.h"
#include "core/event/rich_fields.h"
#include "server/hub/base64.h"

namespace deskbell {
namespace {

constexpr std::size_t kMaxTokenBytes = 16 * 1024;
constexpr JsonLimits kHeaderLimits = {1024, 3, 32};
constexpr JsonLimits kClaimLimits = {kMaxTokenBytes, 4, 256};
constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 40;
/// With the `_` in front and the subject beside them, they must be fit for an event.
constexpr std::size_t kMaxAttributes = 24;
constexpr std::size_t kMaxAttributeName = 60;
constexpr std::string_view kAudience = "deskbell";

Error refuse(const std::string& why) {
  return {ErrorCode::identity_refused, "The identity token " + why};
}

struct Parts {
  std::string_view signed_part;  ///< header.claims, as they were signed
  std::string header;
  std::string claims;
  std::string signature;
};

std::optional<Parts> take_apart(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == token.npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return std::nullopt;
  auto header = from_base64(token.substr(0, first));
  auto claims = from_base64(token.substr(first + 1, second - first - 1));
  auto signature = from_base64(token.substr(second + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return Parts{token.substr(0, second), std::move(*header), std::move(*claims),
               std::move(*signature)};
}

bool is_signed_with(const Parts& parts, std::string_view secret) {
  if (parts.signature.size() != crypto_auth_hmacsha256_BYTES || secret.empty()) return false;
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> right;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
  crypto_auth_hmacsha256_update(&state, bytes(parts.signed_part), parts.signed_part.size());
  crypto_auth_hmacsha256_final(&state, right.data());
  return sodium_memcmp(right.data(), parts.signature.data(), right.size()) == 0;
}

/// The one algorithm. The header is the sender's word; nothing in it may choose how it is checked.
Result<void> check_header(const std::string& bytes) {
  if (!check_json_limits(bytes, kHeaderLimits)) return refuse("is not a JWT.");
  const auto parsed = parse_json(bytes);
  if (!parsed || !parsed->is_object()) return refuse("is not a JWT.");
  JsonFields fields(*parsed, "header", ErrorCode::identity_refused);
  if (fields.text("alg", kMaxNameBytes, "") != "HS256" || fields.find("crit"))
    return refuse("must be signed with HS256 (the header's \"alg\").");
  return {};
}

bool names_audience(const nlohmann::json* audience) {
  if (!audience) return false;
  if (audience->is_string()) return audience->get_ref<const std::string&>() == kAudience;
  return audience->is_array() &&
         std::any_of(audience->begin(), audience->end(), [](const nlohmann::json& one) {
           return one.is_string() && one.get_ref<const std::string&>() == kAudience;
         });
}

Result<void> check_times(JsonFields& fields, Millis now) {
  const Millis issued = fields.integer("iat", 0, kMaxSeconds) * 1000;
  const Millis expires = fields.integer("exp", 0, kMaxSeconds) * 1000;
  const Millis begins = fields.integer("nbf", 0, kMaxSeconds, 0) * 1000;
  if (!fields.ok()) return fields.error();
  if (expires + kIdentityLeewayMs <= now)
    return refuse("has expired; the site's server must make a new one for each page.");
  if (std::max(issued, begins) > now + kIdentityLeewayMs)
    return refuse("lies in the future; check the clock of the site's server.");
  if (expires - issued > kMaxIdentityTokenMs)
    return refuse("is good for more than an hour; let \"exp\" be a few minutes after \"iat\".");
  return {};
}

}  // namespace

Result<SitePerson> read_identity_token(std::string_view token, std::string_view secret,
                                       std::string_view site, Millis now) {
  if (token.size() > kMaxTokenBytes) return refuse("is too long.");
  const auto parts = take_apart(token);
  if (!parts) return refuse("is not a JWT.");
  if (auto checked = check_header(parts->header); !checked) return checked.error();
  if (!is_signed_with(*parts, secret))
    return refuse("is not signed with this site's identity secret.");

  if (!check_json_limits(parts->claims, kClaimLimits)) return refuse("has claims without measure.");
  const auto parsed = parse_json(parts->claims);
  if (!parsed) return refuse("has claims that are no JSON.");
  JsonFields fields(*parsed, "The identity token's claims", ErrorCode::identity_refused);
  if (!names_audience(fields.find("aud"))) return refuse("must have \"aud\": \"deskbell\".");
  if (fields.text("site", kMaxNameBytes, "") != site)
    return refuse("must have \"site\": \"" + std::string(site) + "\".");
  if (auto timely = check_times(fields, now); !timely) return timely.error();
  SitePerson person;
  person.subject = fields.text("sub", kMaxNameBytes);
  if (fields.ok() && person.subject.empty()) fields.fail("sub", "must say who it is");
  person.name = fields.optional_text("name", kMaxNameBytes);
  person.email = fields.optional_text("email", kMaxNameBytes);
  const auto attributes = read_attributes(fields);
  if (attributes.size() > kMaxAttributes) fields.fail("attributes", "are more than 24");
  for (const auto& [name, value] : attributes) {
    if (name.size() > kMaxAttributeName) fields.fail("attributes." + name, "has too long a name");
    person.attributes["_" + name] = value;
  }
  if (!fields.ok()) return fields.error();
  person.attributes["_id"] = person.subject;
  return person;
}

}  // namespace deskbell
