#include "core/answer/feature_table.h"

#include <algorithm>
#include <cmath>

#include "core/answer/exact_math.h"
#include "core/answer/packed_bytes.h"

namespace deskbell {
namespace {

constexpr std::array<float, kFeatureKinds> kKindWeights = {1.0F, 0.7F, 1.0F};
constexpr double kRarityPower = 0.7;
constexpr float kRaritySteps = 50;  // a step is far below what a rank depends on
constexpr float kUnknownShare = 0.5F;
constexpr int kDirectoryBits = 12;
constexpr int kDirectoryShift = kFeatureHashBits - kDirectoryBits;
constexpr std::uint32_t kMaxFeatures = 1U << 22;
constexpr std::uint32_t kMaxHash = (1U << kFeatureHashBits) - 1;
constexpr std::size_t kCountsKnown = 8;

float rarity_of(std::uint32_t texts_with, std::uint32_t texts) {
  const double idf = exact_log((1.0 + texts) / (1.0 + texts_with)) + 1;
  return static_cast<float>(exact_exp(kRarityPower * exact_log(idf)));
}

// A word said twice is not twice as telling.
float damped(std::uint32_t count) {
  static constexpr std::array<float, kCountsKnown> kDamped = [] {
    std::array<float, kCountsKnown> values{};
    for (std::size_t i = 0; i < kCountsKnown; ++i)
      values[i] = static_cast<float>(1 + exact_log(static_cast<double>(i + 1)));
    return values;
  }();
  return kDamped[std::min<std::size_t>(count, kCountsKnown) - 1];
}

}  // namespace

FeatureTable::FeatureTable(std::vector<std::uint32_t> hashes,
                           std::span<const std::uint32_t> texts_with, std::uint32_t texts)
    : hashes_(std::move(hashes)), unknown_rarity_(rarity_of(0, texts)) {
  rarities_.reserve(hashes_.size());
  for (const std::uint32_t with : texts_with) {
    const float steps = rarity_of(with, texts) * kRaritySteps + 0.5F;
    rarities_.push_back(static_cast<std::uint8_t>(std::min(steps, 255.0F)));
  }
  make_directory();
}

void FeatureTable::make_directory() {
  directory_.assign((1U << kDirectoryBits) + 1, size());
  std::uint32_t bucket = 0;
  for (std::uint32_t column = 0; column < size(); ++column)
    while (bucket <= hashes_[column] >> kDirectoryShift) directory_[bucket++] = column;
}

std::uint32_t FeatureTable::find(std::uint32_t hash) const {
  const std::uint32_t bucket = hash >> kDirectoryShift;
  if (hashes_.empty()) return size();
  const auto from = hashes_.begin() + static_cast<std::ptrdiff_t>(directory_[bucket]);
  const auto to = hashes_.begin() + static_cast<std::ptrdiff_t>(directory_[bucket + 1]);
  const auto found = std::lower_bound(from, to, hash);
  return found != to && *found == hash ? static_cast<std::uint32_t>(found - hashes_.begin())
                                       : size();
}

float FeatureTable::rarity(std::uint32_t column) const {
  return static_cast<float>(rarities_[column]) / kRaritySteps;
}

SparseVector FeatureTable::vector_of(const Features& features) const {
  SparseVector vector;
  for (std::size_t kind = 0; kind < kFeatureKinds; ++kind) {
    const std::size_t first = vector.values.size();
    float square = 0;
    float unknown = 0;
    for (const Feature& feature : features[kind]) {
      const std::uint32_t column = find(feature.hash);
      if (column == size()) {
        ++unknown;
        continue;
      }
      const float value = damped(feature.count) * rarity(column);
      vector.columns.push_back(column);
      vector.values.push_back(value);
      square += value * value;
    }
    square += kUnknownShare * unknown * unknown_rarity_ * unknown_rarity_;
    const float scale = square > 0 ? kKindWeights[kind] / std::sqrt(square) : 0;
    for (std::size_t i = first; i < vector.values.size(); ++i) vector.values[i] *= scale;
  }
  return vector;
}

void FeatureTable::save(PackedWriter& to) const {
  to.number(size());
  to.real(unknown_rarity_);
  std::uint32_t previous = 0;
  for (const std::uint32_t hash : hashes_) {
    to.number(hash - previous);
    previous = hash;
  }
  for (const std::uint8_t rarity : rarities_) to.number(rarity);
}

FeatureTable FeatureTable::load(PackedReader& from) {
  FeatureTable table;
  const std::uint32_t size = from.count(kMaxFeatures);
  table.unknown_rarity_ = from.real();
  table.hashes_.reserve(size);
  std::uint32_t hash = 0;
  for (std::uint32_t i = 0; i < size && from.good(); ++i) {
    const std::uint32_t step = from.number(kMaxHash - hash);
    if (i > 0 && step == 0) from.fail();
    hash += step;
    table.hashes_.push_back(hash);
  }
  table.rarities_.reserve(size);
  for (std::uint32_t i = 0; i < size && from.good(); ++i)
    table.rarities_.push_back(static_cast<std::uint8_t>(from.number(255)));
  if (from.good()) table.make_directory();
  return table;
}

}  // namespace deskbell
