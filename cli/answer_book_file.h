#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/question_file.h"
#include "core/answer/answer_index.h"
#include "core/answer/self_test.h"

namespace deskbell::cli {

/// An answer book as a file of questions: each label is an entry.
struct QuestionBook {
  std::vector<std::string> labels;  ///< of each entry
  std::map<std::string, std::uint32_t> entries;
  std::vector<BookText> texts;  ///< in the order in which an index learns them
};

/// `titles`: the labels count as titles, unless an entry has a question of the same words.
QuestionBook make_book(const std::vector<LabelledQuestion>& questions, bool titles);

/// Learns the book, with what `vectors` know of words. A book beyond the limits is an error.
Result<AnswerIndex> learn(const QuestionBook& book, const WordVectors& vectors);

}  // namespace deskbell::cli
