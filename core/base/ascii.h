#pragma once

#include <string>
#include <string_view>

namespace deskbell {

/// ASCII letters in lower case, the rest as it is, whatever the process's locale: for header fields,
/// tags and names' endings, not for words (core/answer/folding.h).
inline std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// Without the spaces and tabs around it.
inline std::string_view trim(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

/// "pt" of a language tag like "pt-BR" or "PT_br".
inline std::string main_language(std::string_view tag) {
  return ascii_lower(tag.substr(0, tag.find_first_of("-_")));
}

}  // namespace deskbell
