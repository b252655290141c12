#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/answer/feature_table.h"

namespace deskbell {

class PackedReader;
class PackedWriter;

/// How near the nearest example of each entry is to a question.
struct Nearness {
  static constexpr std::uint32_t kNone = ~0U;
  std::vector<float> of_entry;          ///< 0: nothing in common; 1: all of the question
  std::vector<std::uint32_t> examples;  ///< of each entry the nearest example, or kNone
  /// The cosine between the question and the example most alike of each entry, by their words.
  std::vector<float> likeness;
};

/// The examples by their words, for search by BM25: strong where an entry has few examples and a
/// classifier has little to learn from.
class ExampleIndex {
 public:
  ExampleIndex() = default;

  /// Adds an example, the next in order. `words` are its features of FeatureKind::word.
  void add(std::uint32_t entry, std::span<const Feature> words);
  /// Call once when all are added. The table must hold all words that were added.
  void finish(const FeatureTable& table);

  std::uint32_t examples() const { return static_cast<std::uint32_t>(entries_.size()); }

  Nearness nearest(const FeatureTable& table, std::span<const Feature> words,
                   std::uint32_t entry_count) const;
  /// Whether an example of the entry has the word.
  bool entry_has(std::uint32_t entry, std::uint32_t column) const;

  /// Bytes of memory taken.
  std::size_t memory() const {
    return sizeof(std::uint16_t) * entries_.size() + lengths_.size() + postings_.size() +
           sizeof(std::uint32_t) * (columns_.size() + starts_.size()) +
           sizeof(float) * (norms_.size() + dampings_.size());
  }
  void save(PackedWriter& to) const;
  static ExampleIndex load(PackedReader& from, std::uint32_t entry_count,
                           const FeatureTable& table);

 private:
  struct Posting {
    std::uint32_t example;
    std::uint32_t count;
  };
  struct Added {
    std::uint32_t hash;
    Posting posting;
  };
  /// The postings' bytes of a column, empty if no example has it.
  std::string_view postings_of(std::uint32_t column) const;
  static Posting take(std::string_view& postings, std::uint32_t previous);
  void measure(const FeatureTable& table);

  std::vector<Added> added_;            // until finish()
  std::vector<std::uint16_t> entries_;  // of each example
  std::vector<std::uint8_t> lengths_;   // of each example, in words
  std::vector<std::uint32_t> columns_;  // that have postings, sorted
  std::vector<std::uint32_t> starts_;   // of their postings, and the end
  std::string postings_;                // packed: steps from example to example, and counts
  std::vector<float> norms_;            // of each example, by its words' rarities
  std::vector<float> dampings_;         // by length: BM25's k1 (1 - b + b length / mean)
};

}  // namespace deskbell
