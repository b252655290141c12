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

bool all_between(const std::u32string& word, char32_t first, char32_t last) {
  return std::all_of(word.begin(), word.end(), [&](char32_t c) { return c >= first && c <= last; });
}

// Without the article, and what is written before it.
std::u32string arabic_stem(const std::u32string& word) {
  constexpr std::u32string_view kArticles[] = {U"وال", U"بال", U"كال", U"فال", U"ال", U"لل"};
  constexpr std::size_t kShortest = 3;
  for (const std::u32string_view article : kArticles)
    if (word.starts_with(article) && word.size() >= article.size() + kShortest)
      return word.substr(article.size());
  return word;
}

}  // namespace

bool WordReader::next(Word& word) {
  word.letters.clear();
  bool inside = false;
  while (!rest_.empty() && letters_left_ > 0) {
    std::string_view after = rest_;
    const char32_t c = take_char(after);
    const CharClass kind = char_class(c);
    const bool unspaced = kind == CharClass::unspaced;
    if (kind == CharClass::left_out || (inside && !word.unspaced && is_apostrophe(c))) {
      rest_ = after;
      continue;
    }
    if (inside && (kind == CharClass::other || unspaced != word.unspaced)) return true;
    rest_ = after;
    if (kind == CharClass::other) continue;
    inside = true;
    word.unspaced = unspaced;
    append_folded(c, word.letters);
    --letters_left_;
  }
  return inside;
}

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  WordReader reader(text, kMaxQuestionLetters);
  for (Word word; reader.next(word);) words.push_back(word);
  return words;
}

std::u32string light_stem(const std::u32string& word) {
  if (all_between(word, 0x0621, 0x064a)) return arabic_stem(word);
  if (!all_between(word, 'a', 'z')) return word;
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
