#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/answer/features.h"

namespace deskbell {

class PackedReader;
class PackedWriter;

/// A text as a sparse vector: columns are places in the feature table.
struct SparseVector {
  std::vector<std::uint32_t> columns;
  std::vector<float> values;
};

/// The features that a book's texts have, each with its weight by rarity (inverse document
/// frequency). Turns texts into vectors.
class FeatureTable {
 public:
  FeatureTable() = default;
  /// `hashes`: sorted, each once; `texts_with[i]`: how many of all `texts` have feature i.
  FeatureTable(std::vector<std::uint32_t> hashes, std::span<const std::uint32_t> texts_with,
               std::uint32_t texts);

  std::uint32_t size() const { return static_cast<std::uint32_t>(hashes_.size()); }
  /// The feature's column, or `size()`.
  std::uint32_t find(std::uint32_t hash) const;
  float rarity(std::uint32_t column) const;
  /// The same; for `size()` that of a feature that no text has.
  float rarity_or_unknown(std::uint32_t column) const {
    return column == size() ? unknown_rarity_ : rarity(column);
  }

  /// Each kind of feature is made one long, and weighed against the others. What the book does not
  /// know counts towards the length: half a known question is half as sure.
  SparseVector vector_of(const Features& features) const;

  /// Bytes of memory taken.
  std::size_t memory() const {
    return rarities_.size() + sizeof(std::uint32_t) * (hashes_.size() + directory_.size());
  }
  void save(PackedWriter& to) const;
  static FeatureTable load(PackedReader& from);

 private:
  void make_directory();

  std::vector<std::uint32_t> hashes_;
  std::vector<std::uint8_t> rarities_;
  float unknown_rarity_ = 0;
  // Where the features begin whose hashes have the same first bits.
  std::vector<std::uint32_t> directory_;
};

}  // namespace deskbell
