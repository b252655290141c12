#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

/// A canned answer's text with its variables filled in.
struct FilledTemplate {
  std::string text;
  /// Variables that had neither a value nor a fallback; their place is left as written, so that
  /// nobody sends "Hello ," by accident.
  std::vector<std::string> missing;
};

/// Fills `{{customer.name}}` and `{{customer.name|there}}` (with a fallback) from `values`. Never
/// code: one pass, what a value contains is not looked at again. Braces that form no variable stay.
FilledTemplate fill_template(std::string_view text,
                             const std::map<std::string, std::string>& values);

}  // namespace deskbell
