#pragma once

#include <string>
#include <string_view>

namespace deskbell {

/// SHA-256 of the bytes, in lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace deskbell
