#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

/// A word of a text as the finder sees it, or a run of characters of a script without spaces.
struct Word {
  std::u32string letters;  ///< folded
  bool unspaced = false;
};

/// No question is longer than this for the finder; the rest is not looked at.
constexpr std::size_t kMaxQuestionLetters = 2000;

/// The words of any text, in any script: folded, apostrophes dropped ("don't" is "dont"), numbers
/// and order numbers kept. Bytes that are no UTF-8 separate words.
std::vector<Word> words_of(std::string_view text);

/// A word without its commonest English endings; words of other alphabets as they are, for their
/// endings are left to the runs of letters within words.
std::u32string light_stem(const std::u32string& word);

}  // namespace deskbell
