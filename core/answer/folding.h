#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace deskbell {

/// What a character is where words are looked for.
enum class CharClass : std::uint8_t {
  other,     ///< between words: spaces, punctuation, emoji
  letter,    ///< of a script that puts spaces between words
  digit,     ///< any script's
  unspaced,  ///< of a script without spaces: Han, kana, Thai, Lao, Khmer, Burmese
  left_out,  ///< an accent, a vowel sign that may be missing, an invisible joiner
};

CharClass char_class(char32_t c);

/// Appends what `c` is compared as: without case, accents and width, digits as 0 to 9, letters that
/// are taken for one another as one ("ß" as "ss", Arabic "ى" as "ي").
void append_folded(char32_t c, std::u32string& text);

/// Takes the next character off the text, which must not be empty. Bytes that are no UTF-8 come one
/// by one as U+FFFD.
char32_t take_char(std::string_view& text);

}  // namespace deskbell
