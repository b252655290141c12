#pragma once

#include <cstdint>
#include <vector>

#include "core/answer/feature_table.h"

namespace deskbell {

class LinearSolver;
class PackedReader;
class PackedWriter;

/// Which weights of an entry are kept: of the first `pruned` columns the `most` largest, of those
/// from there up to `all` every one.
struct KeptWeights {
  std::uint32_t pruned;
  std::uint32_t all;
  std::size_t most;
};

/// What a classifier has learned, made small: of each entry the largest weights alone, a byte each.
class WeightTable {
 public:
  WeightTable() = default;
  explicit WeightTable(std::uint32_t entries) : scales_(entries, 0.0F), constants_(entries, 0.0F) {}

  /// Takes over the weights of `count` entries, multiplied by `unit`.
  void add(const LinearSolver& solver, std::uint32_t first_entry, std::uint32_t count,
           const KeptWeights& kept, float unit);
  /// Call once when all are added.
  void finish(std::uint32_t columns);

  bool empty() const { return values_.empty(); }
  /// The score of every entry.
  std::vector<float> scores(const SparseVector& vector) const;

  /// Bytes of memory taken.
  std::size_t memory() const {
    return sizeof(std::uint32_t) * starts_.size() + sizeof(std::uint16_t) * entries_.size() +
           values_.size() + sizeof(float) * (scales_.size() + constants_.size());
  }
  void save(PackedWriter& to) const;
  static WeightTable load(PackedReader& from, std::uint32_t entries, std::uint32_t columns);

 private:
  struct Added {
    std::uint32_t column;
    std::uint16_t entry;
    std::int8_t value;
  };

  std::vector<Added> added_;           // until finish()
  std::vector<std::uint32_t> starts_;  // of each column, and the end
  std::vector<std::uint16_t> entries_;
  std::vector<std::int8_t> values_;
  std::vector<float> scales_;     // of each entry: what one step of a value is
  std::vector<float> constants_;  // of each entry
};

}  // namespace deskbell
