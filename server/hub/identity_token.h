#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace deskbell {

/// Who the site's own server says its visitor is. Attributes bear the names that they have as a
/// customer's: with the `_` in front that only a hub may write.
struct SitePerson {
  std::string subject;  ///< The site's own name for the person; never shown.
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::map<std::string, std::string> attributes;
};

/// A token may be good for so long at most: it proves who somebody is now.
inline constexpr Millis kMaxIdentityTokenMs = 60 * 60 * 1000;
/// So much may the clocks of hub and site differ.
inline constexpr Millis kIdentityLeewayMs = 60 * 1000;

/// What a site's identity secret looks like: the digits themselves are the key.
inline constexpr std::size_t kIdentitySecretBytes = 32;

/// Reads a JWT that the site's server signed with HS256 (and nothing else) for this site. The key
/// is the text of `secret`, as JWT libraries take it. Refused (`identity_refused`, saying why) when
/// it is signed otherwise, for another audience or site, over, not begun, or good for too long.
Result<SitePerson> read_identity_token(std::string_view token, std::string_view secret,
                                       std::string_view site, Millis now);

}  // namespace deskbell
