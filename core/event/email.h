#pragma once

#include <cstddef>
#include <string_view>

namespace deskbell {

inline constexpr std::size_t kMaxEmailBytes = 254;  ///< RFC 5321, 4.5.3.1.3, without the brackets

/// Whether a text can be one mailbox of RFC 5321: a local part of up to 64 bytes, one `@`, a domain.
/// It stands in headers and in commands to a mail server, so that nothing passes that could mean
/// more there: no space, control, quoted part, comment, list or literal. Beyond ASCII it is RFC
/// 6531's. Whether anybody reads it there is another question.
bool is_email(std::string_view text);

}  // namespace deskbell
