#include "core/event/id.h"

#include <array>
#include <cstddef>

#include "core/base/random.h"

namespace deskbell {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_hex(std::string& text, std::byte byte) {
  const auto value = std::to_integer<unsigned>(byte);
  text += kHexDigits[value >> 4];
  text += kHexDigits[value & 15];
}

}  // namespace

std::string make_id(Millis now, Random& random) {
  std::array<std::byte, 16> bytes;
  random.fill(bytes);
  for (int i = 0; i < 6; ++i)
    bytes[static_cast<std::size_t>(i)] = static_cast<std::byte>(now >> (40 - 8 * i));
  bytes[6] = (bytes[6] & std::byte{0x0f}) | std::byte{0x70};  // version 7
  bytes[8] = (bytes[8] & std::byte{0x3f}) | std::byte{0x80};  // variant of RFC 9562

  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    append_hex(text, bytes[i]);
  }
  return text;
}

bool is_id(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : kHexDigits.find(text[i]) == std::string_view::npos) return false;
  }
  return true;
}

std::optional<Millis> time_of(std::string_view id) {
  constexpr std::size_t kVersionAt = 14;
  if (!is_id(id) || id[kVersionAt] != '7') return std::nullopt;
  Millis time = 0;
  for (const char digit : id.substr(0, 13))
    if (digit != '-') time = time * 16 + static_cast<Millis>(kHexDigits.find(digit));
  return time;
}

std::string random_hex(std::size_t bytes, Random& random) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) {
    std::byte byte;
    random.fill(std::span(&byte, 1));
    append_hex(text, byte);
  }
  return text;
}

}  // namespace deskbell
