#include "cli/agent/safe_text.h"

#include <wchar.h>

#include <cstdint>

namespace deskbell::cli {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Takes one code point off the front, by the table of Unicode 3.9 (D92): no overlong forms, no
/// surrogates, nothing beyond U+10FFFF. A wrong byte is one U+FFFD.
char32_t take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned first = byte(0);
  std::size_t length = 1;
  char32_t value = first;
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
    value = first & 0x1F;
  } else if ((first & 0xF0) == 0xE0) {
    length = 3;
    value = first & 0x0F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    value = first & 0x07;
  } else if (first >= 0x80) {
    length = 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80)
      length = 0;
    else
      value = value << 6 | (byte(i) & 0x3F);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool outside = (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF;
  if (length == 0 || overlong || outside) {
    text.remove_prefix(1);
    return kReplacement;
  }
  text.remove_prefix(length);
  return value;
}

void append(std::string& out, char32_t c) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

/// What stands for a character on a terminal: most for themselves.
char32_t visible(char32_t c) {
  if (c < 0x20) return 0x2400 + c;                  // the pictures of the control characters
  if (c == 0x7F) return 0x2421;                     // of DEL
  if (c >= 0x80 && c <= 0x9F) return kReplacement;  // C1: some terminals obey these, too
  const bool turns_direction = c == 0x061C || c == 0x200E || c == 0x200F ||
                               (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  const bool breaks_line = c == 0x2028 || c == 0x2029;
  return turns_direction || breaks_line ? kReplacement : c;
}

std::string safe(std::string_view foreign, bool keep_lines) {
  std::string out;
  while (!foreign.empty()) {
    const char32_t c = take_code_point(foreign);
    if (c == '\r' && foreign.starts_with('\n')) continue;
    if (c == '\n' && keep_lines)
      out += '\n';
    else if (c == '\n' || c == '\t')
      out += ' ';
    else
      append(out, visible(c));
  }
  return out;
}

std::size_t columns_of(char32_t c) {
  const int columns = ::wcwidth(static_cast<wchar_t>(c));
  return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

}  // namespace

std::string safe_text(std::string_view foreign) {
  return safe(foreign, /*keep_lines=*/true);
}
std::string safe_line(std::string_view foreign) {
  return safe(foreign, /*keep_lines=*/false);
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) columns += columns_of(take_code_point(text));
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (columns == 0 || columns_of(text) <= columns) return std::string(text);
  std::string out;
  std::size_t used = 1;  // the ellipsis
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    used += columns_of(c);
    if (used > columns) break;
    append(out, c);
  }
  return out + "…";
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t used = columns_of(text);
  return std::string(text) + std::string(used < columns ? columns - used : 0, ' ');
}

std::wstring to_wide(std::string_view text) {
  std::wstring out;
  while (!text.empty()) out += static_cast<wchar_t>(take_code_point(text));
  return out;
}

std::string from_wide(std::wstring_view text) {
  std::string out;
  for (const wchar_t c : text) {
    const auto value = static_cast<char32_t>(c);
    const bool scalar = value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
    append(out, scalar ? value : kReplacement);
  }
  return out;
}

}  // namespace deskbell::cli
