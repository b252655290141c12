#include "core/event/json_writer.h"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/base/utf8.h"

namespace deskbell {
namespace {

using nlohmann::json;

class Writer {
 public:
  void write(const json& value) {
    switch (value.type()) {
      case json::value_t::object:
        return write_object(value);
      case json::value_t::array:
        return write_array(value);
      case json::value_t::string:
        return write_string(value.get_ref<const std::string&>());
      case json::value_t::boolean:
        text_ += value.get<bool>() ? "true" : "false";
        return;
      case json::value_t::number_integer:
        text_ += std::to_string(value.get<json::number_integer_t>());
        return;
      case json::value_t::number_unsigned:
        text_ += std::to_string(value.get<json::number_unsigned_t>());
        return;
      case json::value_t::number_float:
        return write_fraction(value.get<double>());
      default:
        text_ += "null";
    }
  }

  std::string take() { return std::move(text_); }

 private:
  void write_object(const json& object) {
    char before = '{';
    for (auto member = object.begin(); member != object.end(); ++member) {
      text_ += before;
      write_string(member.key());
      text_ += ':';
      write(*member);
      before = ',';
    }
    text_ += object.empty() ? "{}" : "}";
  }
  void write_array(const json& array) {
    char before = '[';
    for (const json& element : array) {
      text_ += before;
      write(element);
      before = ',';
    }
    text_ += array.empty() ? "[]" : "]";
  }
  void write_string(std::string_view string) {
    text_ += '"';
    while (!string.empty()) {
      const Utf8Piece piece = first_utf8(string);
      if (!piece.good)
        text_ += "\xEF\xBF\xBD";
      else if (piece.size == 1)
        write_ascii(string.front());
      else
        text_.append(string, 0, piece.size);
      string.remove_prefix(piece.size);
    }
    text_ += '"';
  }
  void write_ascii(char c) {
    static constexpr std::string_view kMeant = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";
    static constexpr std::string_view kDigits = "0123456789abcdef";
    if (const std::size_t which = kMeant.find(c); which != std::string_view::npos) {
      text_ += '\\';
      text_ += kLetters[which];
    } else if (c >= 0 && c < 0x20) {
      text_ += "\\u00";
      text_ += kDigits[static_cast<std::size_t>(c >> 4)];
      text_ += kDigits[static_cast<std::size_t>(c & 15)];
    } else {
      text_ += c;
    }
  }
  // The shortest digits that mean this number: the library's, which has no public name for it.
  void write_fraction(double number) {
    std::array<char, 64> digits;
    if (std::isfinite(number))
      text_.append(digits.data(), nlohmann::detail::to_chars(
                                      digits.data(), digits.data() + digits.size(), number));
    else
      text_ += "null";
  }

  std::string text_;
};

}  // namespace

std::string write_json(const json& value) {
  Writer writer;
  writer.write(value);
  return writer.take();
}

}  // namespace deskbell
