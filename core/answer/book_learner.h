#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/answer/answer_finder.h"
#include "core/answer/entry_texts.h"

namespace deskbell {

/// All that a finder is learned from.
struct BookToLearn {
  std::vector<EntryTexts> entries;
  /// Of a hundred answers, so many may be wrong at most.
  int wrong_in_100 = 5;
  /// The site's own words for what people see to.
  std::vector<std::string> handover_words;
};

/// Learns, with what `vectors` know of words, to find the entries, which are numbered in this
/// order; texts beyond the trainer's limits are left out. `go_on` is asked many times meanwhile,
/// and when it says no there is no index.
std::optional<AnswerIndex> learn_entries(std::span<const EntryTexts> entries,
                                         const WordVectors& vectors,
                                         const std::function<bool()>& go_on);

/// How sure the finder must be in a book so that of a hundred answers `wrong_in_100` are wrong at
/// most, as its own texts tell. Learns the book four times over; `tell` as of `judge_own_texts`.
Thresholds thresholds_of(std::span<const EntryTexts> entries, double wrong_in_100,
                         const WordVectors& vectors, const std::function<bool(double)>& tell);

/// Learns the book and how sure the finder must be in it. Takes seconds for a thousand entries with
/// ten texts each; `go_on` is asked many times meanwhile, and when it says no there is no finder.
/// What is beyond a finder's limits is left out.
std::optional<AnswerFinder> learn_book(const BookToLearn& book, const WordVectors& vectors,
                                       const std::function<bool()>& go_on);

}  // namespace deskbell
