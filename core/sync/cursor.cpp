#include "core/sync/cursor.h"

#include <charconv>

namespace deskbell {
namespace {

constexpr std::size_t kEpochDigits = 16;

// The number that makes up the whole text.
template <class T>
std::optional<T> whole_number(std::string_view text) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

std::string encode_cursor(const Cursor& cursor) {
  return cursor.epoch + '.' + std::to_string(cursor.seq) + '.' + std::to_string(cursor.scope);
}

std::optional<Cursor> decode_cursor(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first != kEpochDigits || last == first || last == std::string_view::npos) return std::nullopt;
  const std::string_view epoch = token.substr(0, first);
  if (epoch.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  const auto seq = whole_number<Seq>(token.substr(first + 1, last - first - 1));
  const auto scope = whole_number<int>(token.substr(last + 1));
  if (!seq || !scope) return std::nullopt;
  Cursor cursor{std::string(epoch), *seq, *scope};
  // One place, one token: no "+7", "007" or "-0".
  if (encode_cursor(cursor) != token) return std::nullopt;
  return cursor;
}

}  // namespace deskbell
