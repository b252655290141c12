#include "core/answer/features.h"

#include <algorithm>
#include <string_view>

namespace deskbell {
namespace {

struct Lengths {
  std::size_t shortest;
  std::size_t longest;
};
constexpr Lengths kRuns = {2, 4};
// A single character is half a word there.
constexpr Lengths kUnspacedRuns = {1, 3};

std::uint32_t hash_of(FeatureKind kind, std::u32string_view letters) {
  std::uint64_t hash = (static_cast<std::uint64_t>(kind) + 1) * 0x9e3779b97f4a7c15ULL;
  for (const char32_t c : letters) {
    hash = (hash ^ c) * 0x100000001b3ULL;
    hash ^= hash >> 29;
  }
  hash *= 0xbf58476d1ce4e5b9ULL;
  return static_cast<std::uint32_t>(hash >> (64 - kFeatureHashBits));
}

class Collector {
 public:
  void add(FeatureKind kind, std::u32string_view letters) {
    features_[static_cast<std::size_t>(kind)].push_back({hash_of(kind, letters), 1});
  }

  void add_runs(std::u32string_view letters, Lengths lengths) {
    for (std::size_t length = lengths.shortest; length <= lengths.longest; ++length)
      for (std::size_t at = 0; at + length <= letters.size(); ++at)
        add(FeatureKind::run, letters.substr(at, length));
  }

  Features take() && {
    for (std::vector<Feature>& kind : features_) merge(kind);
    return std::move(features_);
  }

 private:
  static void merge(std::vector<Feature>& features) {
    std::sort(features.begin(), features.end(),
              [](const Feature& a, const Feature& b) { return a.hash < b.hash; });
    std::size_t kept = 0;
    for (const Feature feature : features) {
      if (kept > 0 && features[kept - 1].hash == feature.hash)
        features[kept - 1].count += feature.count;
      else
        features[kept++] = feature;
    }
    features.resize(kept);
  }

  Features features_;
};

}  // namespace

Features features_of(std::span<const Word> words, LastWord last) {
  Collector collector;
  std::u32string previous;
  for (const Word& word : words) {
    if (word.unspaced) {
      const std::u32string_view letters = word.letters;
      for (std::size_t i = 0; i < letters.size(); ++i) {
        collector.add(FeatureKind::word, letters.substr(i, 1));
        if (i + 1 < letters.size()) collector.add(FeatureKind::pair, letters.substr(i, 2));
      }
      collector.add_runs(letters, kUnspacedRuns);
      previous.clear();
      continue;
    }
    const bool unfinished = last == LastWord::unfinished && &word == &words.back();
    // An unfinished word's own stem is as good as none, but it may be finished after all.
    const std::u32string stem = light_stem(word.letters);
    collector.add(FeatureKind::word, stem);
    if (!previous.empty()) collector.add(FeatureKind::pair, previous + U' ' + stem);
    previous = stem;
    collector.add_runs(U' ' + word.letters + (unfinished ? U"" : U" "), kRuns);
  }
  return std::move(collector).take();
}

std::uint32_t word_hash(const std::u32string& word) {
  return hash_of(FeatureKind::word, light_stem(word));
}

std::uint32_t run_hash(const std::u32string& letters) {
  return hash_of(FeatureKind::run, letters);
}

}  // namespace deskbell
