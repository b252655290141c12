#include "core/answer/word_vectors/built_in_word_vectors.h"

#include <memory>

namespace deskbell {
namespace {

#include "word_vectors.inc"

}  // namespace

const WordVectors& built_in_word_vectors() {
  static const WordVectors vectors(
      std::make_shared<const WordTable>(
          WordTable::Kind::stems, WordTable::List{kEnglishWords, kEnglishWeights, kEnglishCodes,
                                                  kEnglishCentres, kEnglishStep}),
      std::make_shared<const WordTable>(
          WordTable::Kind::runs, WordTable::List{kChineseWords, kChineseWeights, kChineseCodes,
                                                 kChineseCentres, kChineseStep}));
  return vectors;
}

}  // namespace deskbell
