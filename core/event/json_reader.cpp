#include "core/event/json_reader.h"

#include <algorithm>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/utf8.h"

namespace deskbell {
namespace {

using nlohmann::json;

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// False if the text is no JSON.
  bool read(json& root) {
    json* place = &root;
    while (place)
      if (!read_value(*place) || !find_place(place)) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n\r"), rest_.size()));
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  /// Of an array or object the beginning only, which is then the innermost open one.
  bool read_value(json& place) {
    skip_space();
    if (take('{')) return open(place, json::object());
    if (take('[')) return open(place, json::array());
    if (take('"')) return place = json::value_t::string, read_string(text_of(place));
    if (take("null")) return place = nullptr, true;
    if (take("true")) return place = true, true;
    if (take("false")) return place = false, true;
    return read_number(place);
  }
  bool open(json& place, json container) {
    place = std::move(container);
    open_.push_back(&place);
    return true;
  }

  /// Where the next value belongs, after what has ended is closed; nowhere when all has.
  bool find_place(json*& place) {
    place = nullptr;
    while (!place && !open_.empty()) {
      json& inside = *open_.back();
      skip_space();
      if (take(inside.is_object() ? '}' : ']'))
        open_.pop_back();
      else if (!inside.empty() && !take(','))
        return false;
      else if (!(place = inside.is_object() ? read_name(inside) : &append(inside)))
        return false;
    }
    return true;
  }
  static json& append(json& array) {
    array.push_back(json());
    return array.back();
  }
  /// The member of that name, or null where there is no name.
  json* read_name(json& object) {
    skip_space();
    std::string name;
    if (!take('"') || !read_string(name)) return nullptr;
    skip_space();
    return take(':') ? &object[std::move(name)] : nullptr;
  }

  static std::string& text_of(json& value) { return value.get_ref<std::string&>(); }

  /// What follows the opening quote, and the closing one.
  bool read_string(std::string& to) {
    while (!rest_.empty()) {
      if (take('"')) return true;
      if (take('\\')) {
        if (!read_escape(to)) return false;
        continue;
      }
      const Utf8Piece piece = first_utf8(rest_);
      if (!piece.good || static_cast<unsigned char>(rest_.front()) < 0x20) return false;
      to.append(rest_, 0, piece.size);
      rest_.remove_prefix(piece.size);
    }
    return false;
  }
  bool read_escape(std::string& to) {
    static constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (take('u')) return read_code(to);
    const std::size_t which = rest_.empty() ? std::string_view::npos : kLetters.find(rest_.front());
    if (which == std::string_view::npos) return false;
    to += kMeant[which];
    rest_.remove_prefix(1);
    return true;
  }
  /// Four digits, or a pair of them for what lies beyond 16 bits.
  bool read_code(std::string& to) {
    constexpr char32_t kHigh = 0xd800, kLow = 0xdc00, kEnd = 0xe000;
    auto code = read_hex();
    if (code && *code >= kHigh && *code < kLow) {
      const auto low = take("\\u") ? read_hex() : std::nullopt;
      if (!low || *low < kLow || *low >= kEnd) return false;
      code = 0x10000 + ((*code - kHigh) << 10) + (*low - kLow);
    } else if (!code || (*code >= kLow && *code < kEnd)) {
      return false;
    }
    append_utf8(*code, to);
    return true;
  }
  std::optional<char32_t> read_hex() {
    const std::string_view digits = rest_.substr(0, 4);
    std::uint32_t code = 0;
    const auto [end, wrong] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (wrong != std::errc() || end != digits.data() + 4) return std::nullopt;
    rest_.remove_prefix(4);
    return code;
  }

  bool read_number(json& place) {
    const std::string_view from = rest_;
    const bool negative = take('-');
    if (!take('0') && !skip_digits()) return false;
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (!skip_digits()) return false;
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) take('-');
      if (!skip_digits()) return false;
    }
    const std::string_view number = from.substr(0, from.size() - rest_.size());
    return (whole && (negative ? set_whole<std::int64_t>(number, place)
                               : set_whole<std::uint64_t>(number, place))) ||
           set_fraction(number, place);
  }
  bool skip_digits() {
    const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(digits);
    return digits > 0;
  }
  template <class Number>
  static bool set_whole(std::string_view text, json& place) {
    Number number = 0;
    const bool fits =
        std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
    if (fits) place = number;
    return fits;
  }
  static bool set_fraction(std::string_view text, json& place) {
    std::string local(text);  // strtod reads what the program's language writes
    if (const std::size_t point = local.find('.'); point != std::string::npos)
      local.replace(point, 1, std::localeconv()->decimal_point);
    const double number = std::strtod(local.c_str(), nullptr);
    if (!std::isfinite(number)) return false;
    place = number;
    return true;
  }

  std::string_view rest_;
  std::vector<json*> open_;  // the arrays and objects that have not ended, the innermost last
};

}  // namespace

json read_json(std::string_view text) {
  json root;
  if (!Reader(text).read(root)) return json::value_t::discarded;
  return root;
}

}  // namespace deskbell
