#include "cli/agent/words.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "cli/agent/safe_text.h"

namespace deskbell::cli {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

constexpr std::size_t kMaxSavedNameBytes = 240;  // of 255: a number may be added
constexpr std::size_t kKeptAtEnd = 16;           // characters of a name that is too long

constexpr std::string_view kLineEnd = "⏎";

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string result;
  for (std::size_t at = 0; (at = text.find(what)) != std::string_view::npos;) {
    result += text.substr(0, at);
    result += by;
    text.remove_prefix(at + what.size());
  }
  return result += text;
}

bool is_variable(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string in_one_line(std::string_view text) {
  return replaced(text, "\n", kLineEnd);
}

std::string with_line_ends(std::string_view line) {
  return replaced(line, kLineEnd, "\n");
}

std::pair<std::string_view, std::string_view> first_word(std::string_view line) {
  line = trimmed(line);
  const auto end = line.find_first_of(kSpace);
  if (end == std::string_view::npos) return {line, {}};
  return {line.substr(0, end), trimmed(line.substr(end))};
}

std::pair<std::string_view, std::string_view> first_argument(std::string_view line) {
  line = trimmed(line);
  const bool quoted = line.starts_with('"') || line.starts_with('\'');
  const auto end = quoted ? line.find(line.front(), 1) : std::string_view::npos;
  if (end == std::string_view::npos) return first_word(line);
  return {line.substr(1, end - 1), trimmed(line.substr(end + 1))};
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

std::string expanded_path(std::string_view path) {
  const char* const home = std::getenv("HOME");
  if (home && (path == "~" || path.starts_with("~/")))
    return std::string(home) + std::string(path.substr(1));
  return std::string(path);
}

std::string saved_name(std::string_view foreign) {
  std::string name = safe_line(foreign);
  std::ranges::replace_if(
      name, [](char c) { return c == '/' || c == '\\'; }, '_');
  name = trimmed(name);
  if (name.empty()) return "file";
  if (std::string_view(".-~").find(name.front()) != std::string_view::npos) name.front() = '_';
  std::wstring letters = to_wide(name);
  while (name.size() > kMaxSavedNameBytes) {
    letters.erase(letters.size() - std::min(letters.size(), kKeptAtEnd), 1);
    name = from_wide(letters);
  }
  return name;
}

std::string numbered_name(std::string_view name, int number) {
  if (number == 1) return std::string(name);
  const auto dot = std::min(name.find_last_of('.'), name.size());
  return std::string(name.substr(0, dot)) + " (" + std::to_string(number) + ")" +
         std::string(name.substr(dot));
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

}  // namespace deskbell::cli
