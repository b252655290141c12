#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace deskbell {

/// What a text begins with: a character, or (`good` is false) bytes that are none.
struct Utf8Piece {
  std::size_t size;
  bool good;
};

/// The first character of a text, which must not be empty. Where there is none, the longest
/// beginning of one, at least a byte: what Unicode would have replaced by one U+FFFD.
Utf8Piece first_utf8(std::string_view text);

/// Appends the character as UTF-8.
void append_utf8(char32_t c, std::string& text);

}  // namespace deskbell
