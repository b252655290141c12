#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace deskbell {

class Database;

/// How often agents sent an entry, and how often with other words than its own.
struct AnswerUsage {
  std::string answer;
  std::string title;  ///< Empty for one that was withdrawn.
  std::int64_t used = 0;
  std::int64_t edited = 0;
};

/// Of all that a store has, most used first. Compares each message with the words that the entry
/// had when it was sent, so that it needs no counting while people write; reads every message.
std::vector<AnswerUsage> usage_of_answers(Database& database);

}  // namespace deskbell
