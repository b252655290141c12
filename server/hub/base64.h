#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace deskbell {

/// base64url without padding (RFC 4648, section 5), as PASETO and JWT write it.
std::string to_base64(std::string_view bytes);

/// The bytes of such a text; nothing for any other, or for a second spelling of the same bytes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace deskbell
