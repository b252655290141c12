#include "core/answer/search_query.h"

namespace deskbell {
namespace {

constexpr std::size_t kMaxWords = 24;

// Letters, digits and everything beyond ASCII; the tokenizer knows which of those are letters.
bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string answer_search_query(std::string_view words) {
  std::string query;
  std::size_t count = 0;
  for (std::size_t at = 0; at < words.size() && count < kMaxWords;) {
    if (!is_word_byte(words[at])) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    while (at < words.size() && is_word_byte(words[at])) ++at;
    if (count++ > 0) query += " OR ";
    query.append("\"").append(words.substr(start, at - start)).append("\"");
    if (at == words.size()) query += '*';  // not finished, perhaps
  }
  return query;
}

}  // namespace deskbell
