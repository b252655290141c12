#pragma once

#include <string>
#include <vector>

namespace deskbell {

/// The texts by which an entry of an answer book is found: its titles, the questions that it
/// answers, its keywords.
struct EntryTexts {
  std::string answer;  ///< The entry's id.
  std::vector<std::string> texts;
};

}  // namespace deskbell
