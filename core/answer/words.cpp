#include "core/answer/words.h"

#include <algorithm>

#include "core/answer/folding.h"

namespace deskbell {
namespace {

bool is_apostrophe(char32_t c) {
  return c == '\'' || c == '`' || c == 0x2019 || c == 0x02bc;
}

bool ends_with(const std::u32string& word, std::u32string_view ending) {
  return word.size() > ending.size() && word.ends_with(ending);
}

}  // namespace

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  bool inside = false;
  std::size_t letters = 0;
  while (!text.empty() && letters < kMaxQuestionLetters) {
    const char32_t c = take_char(text);
    const CharClass kind = char_class(c);
    if (kind == CharClass::left_out) continue;
    if (inside && is_apostrophe(c) && !words.back().unspaced) continue;
    if (kind == CharClass::other) {
      inside = false;
      continue;
    }
    const bool unspaced = kind == CharClass::unspaced;
    if (!inside || words.back().unspaced != unspaced) words.push_back({{}, unspaced});
    inside = true;
    append_folded(c, words.back().letters);
    ++letters;
  }
  return words;
}

std::u32string light_stem(const std::u32string& word) {
  if (std::any_of(word.begin(), word.end(), [](char32_t c) { return c < 'a' || c > 'z'; }))
    return word;
  std::u32string stem = word;
  if (stem.size() > 4 && ends_with(stem, U"ies")) {
    stem.resize(stem.size() - 2);
    stem.back() = 'y';
  } else if (stem.size() > 4 && ends_with(stem, U"sses")) {
    stem.resize(stem.size() - 2);
  } else if (stem.size() > 3 && ends_with(stem, U"s") && !ends_with(stem, U"ss") &&
             !ends_with(stem, U"us") && !ends_with(stem, U"is")) {
    stem.pop_back();
  }
  if (stem.size() > 5 && ends_with(stem, U"ing"))
    stem.resize(stem.size() - 3);
  else if (stem.size() > 4 && ends_with(stem, U"ed"))
    stem.resize(stem.size() - 2);
  else if (stem.size() > 4 && stem.back() == 'e')
    stem.pop_back();
  const std::size_t size = stem.size();
  if (size > 4 && stem[size - 1] == stem[size - 2] && stem.back() != 'l' && stem.back() != 's')
    stem.pop_back();
  if (stem.size() > 3 && stem.back() == 'e') stem.pop_back();
  if (stem.size() > 3 && stem.back() == 'y') stem.back() = 'i';
  return stem;
}

}  // namespace deskbell
