#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace deskbell {

/// Questions that ask for the same, as far as the finder can tell.
struct QuestionGroup {
  /// Their numbers in what was given; the first speaks for them all: it is the one most like the
  /// others.
  std::vector<std::size_t> questions;
};

/// Groups questions by the likeness that the finder sees between them; the largest group first,
/// and of equally large ones the one whose first question came last. Takes time by the number of
/// questions times that of groups: for some thousands.
std::vector<QuestionGroup> group_questions(std::span<const std::string> questions);

}  // namespace deskbell
