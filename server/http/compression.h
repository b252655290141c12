#pragma once

#include <optional>
#include <string>

#include "server/http/message.h"

namespace deskbell {

/// Answers that are shorter go as they are: they fit into a packet or two.
inline constexpr std::size_t kMinCompressedBytes = 2 * 1024;

/// Makes the body of a longer answer that is JSON or a script gzip (RFC 1952), in place: a page of
/// history is a tenth of its size then. For requests that accept it. Leaves everything else as it is.
void compress(HttpResponse& response);

/// The bytes as gzip, as small as it goes: for what is made once and served often. Nothing when
/// there is no memory for it.
std::optional<std::string> gzip_small(const std::string& bytes);

}  // namespace deskbell
