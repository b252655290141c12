#include "server/hub/token.h"

#include <ctime>

#include "core/event/id.h"
#include "core/event/json_fields.h"

namespace deskbell {
namespace {

constexpr std::size_t kMaxTokenBytes = 1024;
constexpr std::size_t kMaxClaimBytes = 256;
constexpr const char* kTimeFormat = "%Y-%m-%dT%H:%M:%S+00:00";  // RFC 3339, as PASETO wants it

std::string format_time(Millis at) {
  const auto seconds = static_cast<std::time_t>(at / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, kTimeFormat, &parts));
}

std::optional<Millis> parse_time(const std::string& text) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), kTimeFormat, &parts);
  if (!end || *end != '\0') return std::nullopt;
  const Millis at = static_cast<Millis>(timegm(&parts)) * 1000;
  // Only what we would have written ourselves.
  if (format_time(at) != text) return std::nullopt;
  return at;
}

}  // namespace

std::string TokenMint::issue(const std::string& site, const Actor& actor, Millis now) const {
  const nlohmann::json claims = {{"site", site},
                                 {"actor", to_string(actor.kind)},
                                 {"id", actor.id},
                                 {"exp", format_time(now + kTokenLifetimeMs)}};
  return sign_paseto(key_, dump_json(claims));
}

std::optional<TokenClaims> TokenMint::check(std::string_view token, std::string_view site,
                                            Millis now) const {
  if (token.size() > kMaxTokenBytes) return std::nullopt;
  const auto message = verify_paseto(key_, token);
  if (!message) return std::nullopt;
  const auto parsed = parse_json(*message);
  if (!parsed) return std::nullopt;
  JsonFields fields(*parsed, "token", ErrorCode::not_signed_in);
  TokenClaims claims;
  claims.site = fields.text("site", kMaxClaimBytes);
  const auto kind = actor_kind_from(fields.text("actor", kMaxClaimBytes));
  claims.actor.id = fields.text("id", kMaxClaimBytes);
  const auto expires_at = parse_time(fields.text("exp", kMaxClaimBytes));
  if (!fields.ok() || !kind || !expires_at || !is_id(claims.actor.id)) return std::nullopt;
  if (*kind == ActorKind::system || claims.site != site || *expires_at <= now) return std::nullopt;
  claims.actor.kind = *kind;
  claims.expires_at = *expires_at;
  return claims;
}

}  // namespace deskbell
