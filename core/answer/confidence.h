#pragma once

#include <span>

namespace deskbell {

/// What speaks for an answer to a question.
struct Evidence {
  float score = 0;     ///< of the entry: about 1 where it is clearly meant, below 0 where not
  float rivals = 0;    ///< the highest score of all, and more where several come near it
  float likeness = 0;  ///< cosine of the question and the entry's most alike example, 0 to 1
  float words = 0;     ///< how many different words the question has: short ones say little
};

/// How sure it is that the answer is the right one, 0 to 1: a fixed mix, the same for every book.
float confidence_of(const Evidence& evidence);

/// One question whose answer was judged.
struct Judged {
  float confidence = 0;
  bool right = false;
};

/// Between which confidences the robot answers, offers a choice, and passes to a person.
struct Thresholds {
  float answer = 0.5F;  ///< from here on it answers
  float offer =
      0.25F;  ///< from here on it offers what may be meant; below it says that it does not know
};

/// The lowest thresholds at which at most `wrong_in_100` of a hundred answers that are given are
/// wrong, as far as the judged questions tell (which should be of the site's own, among them some
/// that have no answer). It offers from half of that confidence on. With nothing judged: the
/// defaults for 5 in a hundred, stricter for fewer and laxer for more.
Thresholds thresholds_for(std::span<const Judged> judged, double wrong_in_100);

}  // namespace deskbell
