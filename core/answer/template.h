#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/local_format.h"

namespace deskbell {

/// A canned answer's text with its variables filled in.
struct FilledTemplate {
  std::string text;
  /// Variables that had neither a value nor a fallback, each once, in order; their place is left as
  /// written, so that nobody sends "Hello ," by accident.
  std::vector<std::string> missing;
};

/// What a template asks whoever uses it for.
struct TemplateParameter {
  std::string name;
  std::string label;     ///< How to ask for it, in the template's words; or its name.
  std::string fallback;  ///< What it is when nothing is given; empty for none.
  std::optional<LocalFormat> format = {};  ///< What is to be given; none: any text.

  bool operator==(const TemplateParameter&) const = default;
};

/// Fills a template in. Between double braces stands
///
///     {{customer.name}}              a variable: letters a-z, digits, _ and .
///     {{customer.name|there}}        with a fallback for when nothing is known
///     {{order.total:amount|unknown}} with a format: date, number or amount
///     {{?days}}, {{?days Working days:number|3}}
///                                    what is asked for when the answer is used, perhaps with a
///                                    label, a format and a fallback
///
/// Dates ("2026-11-26", or milliseconds since 1970: then the day in UTC), numbers ("1234.5") and
/// amounts ("1234.50 EUR") are written as `language` (BCP 47) does; what is none stays as it is.
/// Never code and never HTML: one pass, what a value contains is not looked at again, and what is
/// no variable stays as written. Takes time and space in proportion to the text and the values.
FilledTemplate fill_template(std::string_view text,
                             const std::map<std::string, std::string>& values,
                             std::string_view language = {});

/// What the template asks for, each once, in order.
std::vector<TemplateParameter> template_parameters(std::string_view text);

/// Whether `message` is what the template gives, with whatever values; `in_part`: whether that
/// stands somewhere in it. Spaces around both do not count.
bool fits_template(std::string_view text, std::string_view message, bool in_part);

}  // namespace deskbell
