#include "core/answer/template.h"

#include <algorithm>

namespace deskbell {
namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// customer.name, order_2.status
bool is_variable(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  });
}

/// What stands between double braces.
struct Variable {
  bool asked = false;
  std::string_view name;
  std::string_view label;
  std::optional<LocalFormat> format;
  std::optional<std::string_view> fallback;
};

std::optional<Variable> read_variable(std::string_view inside) {
  Variable variable;
  const std::size_t bar = inside.find('|');
  if (bar != std::string_view::npos) variable.fallback = trim(inside.substr(bar + 1));
  std::string_view head = trim(inside.substr(0, bar));
  if (head.starts_with('?')) {
    variable.asked = true;
    head = trim(head.substr(1));
  }
  if (const std::size_t colon = head.rfind(':'); colon != std::string_view::npos) {
    variable.format = local_format_from(trim(head.substr(colon + 1)));
    if (!variable.format) return std::nullopt;
    head = trim(head.substr(0, colon));
  }
  const std::size_t space = variable.asked ? head.find(' ') : std::string_view::npos;
  variable.name = head.substr(0, space);
  if (space != std::string_view::npos) variable.label = trim(head.substr(space));
  return is_variable(variable.name) ? std::optional(variable) : std::nullopt;
}

/// Walks over a template: `on_text(text)` for what stays, `on_variable(variable, as_written)`.
template <class OnText, class OnVariable>
void walk(std::string_view text, OnText on_text, OnVariable on_variable) {
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) break;
    // The innermost braces form the variable: "{{{{name}}" is two braces and a variable.
    const std::size_t start = text.rfind("{{", close - 1);
    const std::string_view written = text.substr(start, close + 2 - start);
    on_text(text.substr(0, start));
    if (const auto variable = read_variable(written.substr(2, written.size() - 4)))
      on_variable(*variable, written);
    else
      on_text(written);
    text.remove_prefix(close + 2);
  }
  on_text(text);
}

}  // namespace

FilledTemplate fill_template(std::string_view text,
                             const std::map<std::string, std::string>& values,
                             std::string_view language) {
  FilledTemplate filled;
  walk(
      text, [&](std::string_view plain) { filled.text += plain; },
      [&](const Variable& variable, std::string_view written) {
        const auto value = values.find(std::string(variable.name));
        if (value != values.end() && !value->second.empty()) {
          filled.text += variable.format ? format_locally(value->second, *variable.format, language)
                                         : value->second;
        } else if (variable.fallback) {
          filled.text += *variable.fallback;
        } else {
          filled.text += written;
          const std::string name(variable.name);
          if (std::find(filled.missing.begin(), filled.missing.end(), name) == filled.missing.end())
            filled.missing.push_back(name);
        }
      });
  return filled;
}

std::vector<TemplateParameter> template_parameters(std::string_view text) {
  std::vector<TemplateParameter> parameters;
  const auto add = [&](const Variable& variable, std::string_view) {
    const auto same = [&](const TemplateParameter& each) { return each.name == variable.name; };
    if (!variable.asked || std::any_of(parameters.begin(), parameters.end(), same)) return;
    parameters.push_back({std::string(variable.name),
                          std::string(variable.label.empty() ? variable.name : variable.label),
                          std::string(variable.fallback.value_or("")), variable.format});
  };
  walk(text, [](std::string_view) {}, add);
  return parameters;
}

bool fits_template(std::string_view text, std::string_view message, bool in_part) {
  // The texts between the variables must stand there in their order.
  std::vector<std::string> pieces(1);
  walk(
      trim(text), [&](std::string_view plain) { pieces.back() += plain; },
      [&](const Variable&, std::string_view) { pieces.emplace_back(); });
  message = trim(message);
  if (!in_part) {
    if (!message.starts_with(pieces.front())) return false;
    if (pieces.size() == 1) return message == pieces.front();
    message.remove_prefix(pieces.front().size());
    if (!message.ends_with(pieces.back())) return false;
    message.remove_suffix(pieces.back().size());
    pieces.erase(pieces.begin());
    pieces.pop_back();
  }
  for (const std::string& piece : pieces) {
    const std::size_t found = message.find(piece);
    if (found == std::string_view::npos) return false;
    message.remove_prefix(found + piece.size());
  }
  return true;
}

}  // namespace deskbell
