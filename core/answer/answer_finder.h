#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/answer_index.h"
#include "core/answer/confidence.h"
#include "core/answer/wishes.h"
#include "core/base/result.h"

namespace deskbell {

/// An answer of a book, found for a question.
struct FoundAnswer {
  std::string answer;    ///< The entry's id in the book.
  float confidence = 0;  ///< that it is the right one, 0 to 1
};

/// What a device needs of a site's answer book to find answers in it by itself: which entries there
/// are, the index, how sure is sure enough, and the site's own words for "a person, please". It
/// holds no answer's text: that is the book's, and whoever shows an answer takes it from there.
class AnswerFinder {
 public:
  static constexpr std::size_t kMaxWords = 64;  ///< of the site's own

  AnswerFinder(std::vector<std::string> answers, AnswerIndex index, Thresholds thresholds,
               const std::vector<std::string>& handover_words);

  /// What `save` wrote; anything else is refused with `storage_failed`.
  static Result<AnswerFinder> load(std::string_view bytes);
  std::string save() const;

  /// At most `limit`, best first.
  std::vector<FoundAnswer> ask(std::string_view question, std::size_t limit) const;
  /// The same while the question is being typed.
  std::vector<FoundAnswer> suggest(std::string_view beginning, std::size_t limit) const;
  /// Whether the question is one for a person.
  Wish wish_in(std::string_view question) const { return wishes_.in(question); }

  const Thresholds& thresholds() const { return thresholds_; }
  std::size_t size() const { return answers_.size(); }

 private:
  std::vector<FoundAnswer> named(const AnswerRanking& ranking) const;

  std::vector<std::string> answers_;  // by their number in the index
  AnswerIndex index_;
  Thresholds thresholds_;
  std::vector<std::string> handover_words_;
  Wishes wishes_;
};

}  // namespace deskbell
