#include "core/answer/template.h"

#include <algorithm>

namespace deskbell {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// customer.name, order_2.status
bool is_variable(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

}  // namespace

FilledTemplate fill_template(std::string_view text,
                             const std::map<std::string, std::string>& values) {
  FilledTemplate filled;
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) break;
    // The innermost braces form the variable: "{{{{name}}" is two braces and a variable.
    const std::size_t start = text.rfind("{{", close - 1);
    const std::string_view inside = text.substr(start + 2, close - start - 2);
    const std::size_t bar = inside.find('|');
    const std::string name(trim(inside.substr(0, bar)));
    filled.text += text.substr(0, start);
    const auto value = values.find(name);
    if (!is_variable(name)) {
      filled.text += text.substr(start, close + 2 - start);
    } else if (value != values.end() && !value->second.empty()) {
      filled.text += value->second;
    } else if (bar != std::string_view::npos) {
      filled.text += trim(inside.substr(bar + 1));
    } else {
      filled.text += text.substr(start, close + 2 - start);
      filled.missing.push_back(name);
    }
    text.remove_prefix(close + 2);
  }
  filled.text += text;
  return filled;
}

}  // namespace deskbell
