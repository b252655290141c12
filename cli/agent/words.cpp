#include "cli/agent/words.h"

#include <algorithm>
#include <charconv>

namespace deskbell::cli {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool is_variable(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

}  // namespace

std::pair<std::string_view, std::string_view> first_word(std::string_view line) {
  line = trimmed(line);
  const auto end = line.find_first_of(kSpace);
  if (end == std::string_view::npos) return {line, {}};
  return {line.substr(0, end), trimmed(line.substr(end))};
}

std::optional<std::size_t> parse_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

std::optional<std::map<std::string, std::string>> parse_values(std::string_view text) {
  std::map<std::string, std::string> values;
  std::string* value = nullptr;
  while (!text.empty()) {
    const auto [word, rest] = first_word(text);
    text = rest;
    const auto equals = word.find('=');
    if (equals != std::string_view::npos && is_variable(word.substr(0, equals))) {
      value = &values[std::string(word.substr(0, equals))];
      *value = word.substr(equals + 1);
    } else if (value) {
      *value += " " + std::string(word);
    } else {
      return std::nullopt;
    }
  }
  return values;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace deskbell::cli
