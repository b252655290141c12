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

/// Takes the words of any text, in any script, one after the other: folded, apostrophes dropped
/// ("don't" is "dont"), numbers and order numbers kept. Bytes that are no UTF-8 separate words.
class WordReader {
 public:
  /// Keeps a view of the text, and looks at its first `max_letters` letters only.
  explicit WordReader(std::string_view text, std::size_t max_letters = std::string_view::npos)
      : rest_(text), letters_left_(max_letters) {}

  /// The next word; false after the last.
  bool next(Word& word);

  /// Whether nothing comes after the word taken last, so that it may be unfinished.
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  std::size_t letters_left_;
};

/// No question is longer than this for the finder; the rest is not looked at.
constexpr std::size_t kMaxQuestionLetters = 2000;

/// The words of a question, or of an example of one.
std::vector<Word> words_of(std::string_view text);

/// A word without its commonest English endings, or without the Arabic article; words of other
/// alphabets as they are, for their endings are left to the runs of letters within words.
std::u32string light_stem(const std::u32string& word);

}  // namespace deskbell
