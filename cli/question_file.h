#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace deskbell::cli {

/// A line of a file of questions: `text<TAB>label`.
struct LabelledQuestion {
  std::string text;
  std::string label;
};

/// Reads a file of questions, UTF-8, one a line; empty lines count for nothing. An error names the
/// line that is wrong.
Result<std::vector<LabelledQuestion>> read_questions(const std::string& path);

/// A label as a title for people: "card_arrival", "CardArrival" and "card/arrival" as "card
/// arrival".
std::string title_of_label(std::string_view label);

}  // namespace deskbell::cli
