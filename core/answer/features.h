#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/answer/words.h"

namespace deskbell {

/// What a text is compared by: three kinds of features, each weighed on its own.
enum class FeatureKind : std::uint8_t {
  word,  ///< stems of words; single characters of scripts without spaces
  pair,  ///< two of these in a row
  run,   ///< runs of letters within words; of characters where there are no spaces
};
constexpr std::size_t kFeatureKinds = 3;

/// Features are known by their hash; so wide that two hardly ever meet, and so narrow that a sorted
/// list of them packs into two bytes each.
constexpr int kFeatureHashBits = 27;

struct Feature {
  std::uint32_t hash;
  std::uint32_t count;
};

/// A text's features of each kind, sorted by hash, each once.
using Features = std::array<std::vector<Feature>, kFeatureKinds>;

/// The last word is being typed: its end says nothing yet.
enum class LastWord : std::uint8_t { whole, unfinished };

Features features_of(std::span<const Word> words, LastWord last = LastWord::whole);

/// The hash of a whole word's stem, as among the features of FeatureKind::word.
std::uint32_t word_hash(const std::u32string& word);
/// The hash of a run of letters, as among the features of FeatureKind::run.
std::uint32_t run_hash(const std::u32string& letters);

}  // namespace deskbell
