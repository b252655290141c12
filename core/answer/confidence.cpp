#include "core/answer/confidence.h"

#include <algorithm>
#include <vector>

#include "core/answer/exact_math.h"

namespace deskbell {
namespace {

// Fitted once, on questions with and without an answer of many books in several languages
// (docs/answers.md says on which).
constexpr float kConstant = -2.5F;
constexpr float kScoreWeight = 3.0F;
constexpr float kRivalsWeight = -2.5F;
constexpr float kLikenessWeight = 4.9F;
constexpr float kLengthWeight = 0.9F;
constexpr double kLargestSum = 30;

// As many judged questions as this weigh as much as what confidence itself says.
constexpr double kPriorWeight = 20;
constexpr float kOfferShare = 0.5F;
constexpr double kUsualWrong = 5;  // in 100, without a word of the owner's
constexpr double kLaxest = 0.3;
constexpr double kStrictest = 0.95;

}  // namespace

float confidence_of(const Evidence& evidence) {
  const double length = exact_log(std::max(evidence.words, 1.0F));
  const double sum = kConstant + kScoreWeight * evidence.score + kRivalsWeight * evidence.rivals +
                     kLikenessWeight * evidence.likeness + kLengthWeight * length;
  return static_cast<float>(1 / (1 + exact_exp(-std::clamp(sum, -kLargestSum, kLargestSum))));
}

Thresholds thresholds_for(std::span<const Judged> judged, double wrong_in_100) {
  std::vector<Judged> sorted(judged.begin(), judged.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Judged& a, const Judged& b) { return a.confidence > b.confidence; });
  Thresholds thresholds;
  if (sorted.empty()) {
    // Nothing to judge by: the usual thresholds for the usual share of wrong answers, and as much
    // stricter or laxer for another.
    const double answer = 1 - wrong_in_100 * (1 - thresholds.answer) / kUsualWrong;
    thresholds.answer = static_cast<float>(std::clamp(answer, kLaxest, kStrictest));
    thresholds.offer = thresholds.answer * kOfferShare;
    return thresholds;
  }
  const double allowed = wrong_in_100 / 100;
  constexpr float kNever = 1;  // no confidence is quite 1
  thresholds.answer = kNever;
  double wrong = 0;
  double expected_wrong = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    wrong += sorted[i].right ? 0 : 1;
    expected_wrong += 1 - static_cast<double>(sorted[i].confidence);
    if (i + 1 < sorted.size() && sorted[i + 1].confidence == sorted[i].confidence) continue;
    const auto given = static_cast<double>(i + 1);
    const double estimate =
        (wrong + kPriorWeight * expected_wrong / given) / (given + kPriorWeight);
    if (estimate <= allowed) thresholds.answer = sorted[i].confidence;
  }
  thresholds.offer = thresholds.answer * kOfferShare;
  return thresholds;
}

}  // namespace deskbell
