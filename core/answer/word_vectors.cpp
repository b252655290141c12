#include "core/answer/word_vectors.h"

#include <cmath>

#include "core/answer/packed_bytes.h"

namespace deskbell {
namespace {

constexpr double kLeastKnown = 0.75;
constexpr float kLength = 1;  // beside the other kinds of features (feature_table.cpp)

/// Sums up the vectors of a text's words.
struct Sum {
  WordTable::Vector vector{};
  float known = 0;
  float unknown = 0;

  void add(const WordTable& table, const std::vector<Feature>& features) {
    for (const Feature& feature : features) {
      const std::uint32_t word = table.find(feature.hash);
      if (word == table.size()) {
        ++unknown;
        continue;
      }
      table.add_to(vector, word);
      known += table.weight(word);
    }
  }
};

template <class Counts, class Hash>
bool knows_most(const WordTable& table, const Counts& counts, Hash&& hash) {
  std::uint64_t known = 0;
  std::uint64_t all = 0;
  for (const auto& [word, count] : counts) {
    all += count;
    if (table.find(hash(word)) < table.size()) known += count;
  }
  return static_cast<double>(known) > kLeastKnown * static_cast<double>(all);
}

void save_table(const WordTable* table, PackedWriter& to) {
  to.number(table ? 1 : 0);
  if (table) table->save(to);
}

std::shared_ptr<const WordTable> load_table(PackedReader& from) {
  if (from.number(1) == 0) return nullptr;
  return std::make_shared<const WordTable>(WordTable::load(from));
}

}  // namespace

WordVectors WordVectors::that_know(const std::map<std::u32string, std::uint32_t>& words,
                                   const std::map<char32_t, std::uint32_t>& characters) const {
  const auto of_character = [](char32_t c) { return run_hash(std::u32string(1, c)); };
  return {stems_ && knows_most(*stems_, words, word_hash) ? stems_ : nullptr,
          runs_ && knows_most(*runs_, characters, of_character) ? runs_ : nullptr};
}

void WordVectors::append_to(SparseVector& vector, const Features& features,
                            std::uint32_t first) const {
  Sum sum;
  if (runs_) {
    sum.add(*runs_, features[static_cast<std::size_t>(FeatureKind::run)]);
    // Most runs of characters are no words: they say nothing of how much is known.
    sum.unknown = 0;
  }
  const bool unspaced = sum.known > 0;
  if (stems_) sum.add(*stems_, features[static_cast<std::size_t>(FeatureKind::word)]);
  // Among these are the single characters of scripts without spaces.
  if (unspaced) sum.unknown = 0;
  float square = 0;
  for (const float value : sum.vector) square += value * value;
  if (square <= 0) return;
  const float scale = kLength * std::sqrt(sum.known / (sum.known + sum.unknown) / square);
  for (std::uint32_t i = 0; i < WordTable::kDimensions; ++i) {
    vector.columns.push_back(first + i);
    vector.values.push_back(sum.vector[i] * scale);
  }
}

std::size_t WordVectors::memory() const {
  return (stems_ ? stems_->memory() : 0) + (runs_ ? runs_->memory() : 0);
}

void WordVectors::save(PackedWriter& to) const {
  save_table(stems_.get(), to);
  save_table(runs_.get(), to);
}

WordVectors WordVectors::load(PackedReader& from) {
  auto stems = load_table(from);
  auto runs = load_table(from);
  return {std::move(stems), std::move(runs)};
}

}  // namespace deskbell
