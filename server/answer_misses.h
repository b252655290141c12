#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace deskbell {

/// How the robot missed a question.
enum class MissKind { unknown, offered, unhelpful };

/// A customer's question that the book did not answer.
struct MissedQuestion {
  std::string text;
  MissKind kind = MissKind::unknown;
  Millis at = 0;
};

/// No more than so many are told, the newest.
inline constexpr std::int64_t kMostMisses = 5'000;

/// The questions that the robot of a site did not know, offered choices for that nobody took, or
/// answered to no help; in their order. Reads the site's database, also while a hub uses it.
Result<std::vector<MissedQuestion>> missed_questions(const std::string& database);

}  // namespace deskbell
