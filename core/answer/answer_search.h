#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/words.h"

namespace deskbell {

/// No search is for more words than this; the rest is not looked at.
constexpr std::size_t kMaxSearchWords = 24;

/// A search among canned answers for the words a person typed, as they are (case, accents and width
/// aside), the last one also as the beginning of a word. In scripts without spaces each two
/// neighbouring characters are a word. An answer is found by any of the words; what has more of
/// them, rarer ones, or has them in its title or its keywords, comes first (BM25). It keeps no
/// index: it is shown every answer, one by one.
class AnswerSearch {
 public:
  explicit AnswerSearch(std::string_view words);

  /// Whether there is no word in what was typed; nothing is found then.
  bool empty() const { return terms_.empty(); }

  /// Shows the next answer. `id` is kept if it has any of the words.
  void look_at(std::string_view id, std::string_view title, std::string_view keywords,
               std::string_view text);

  /// The ids of the best of what was found, best first; of equals, by title.
  std::vector<std::string> best(std::size_t limit) &&;

 private:
  struct Term {
    std::u32string letters;
    bool unspaced = false;
    bool unfinished = false;
    std::size_t answers = 0;  ///< that have it
  };
  struct Found {
    std::string id;
    std::string title;
    std::vector<float> counts;  ///< how often each term is in it, weighted
    std::size_t length = 0;     ///< in words
    double score = 0;
  };

  void add_term(std::u32string letters, bool unspaced, bool unfinished);
  std::size_t count_in(std::string_view text, float weight);

  std::vector<Term> terms_;
  std::vector<float> counts_;  ///< of the answer that is looked at
  bool has_any_ = false;
  std::vector<Found> found_;
  std::size_t seen_ = 0;
  std::size_t total_length_ = 0;
};

}  // namespace deskbell
