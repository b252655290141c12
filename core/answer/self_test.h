#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/answer/confidence.h"
#include "core/answer/word_vectors.h"

namespace deskbell {

/// A text of an answer book, and the entry it belongs to.
struct BookText {
  /// For what no entry answers.
  static constexpr std::uint32_t kNoEntry = ~0U;
  std::uint32_t entry;
  std::string text;
};

/// How sure the finder is, and whether rightly, of a book's own texts: looks for each as if it were
/// not in the book, and for some as if their entries were not either, which then are questions
/// without an answer, as customers ask them. Thresholds are chosen by what it returns. It learns
/// the book several times over; `tell` is called with how far it has come, 0 to 1, now and then,
/// and ends it by answering false: then what was judged so far is returned.
std::vector<Judged> judge_own_texts(std::span<const BookText> book, const WordVectors& vectors,
                                    const std::function<bool(double)>& tell = {});

}  // namespace deskbell
