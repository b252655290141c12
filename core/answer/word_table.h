#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

class PackedReader;
class PackedWriter;

/// Vectors of a language's common words: words that mean nearly the same point nearly the same way.
/// Each is packed into ten bytes: for every six of its sixty numbers the nearest of 256 centres
/// (product quantisation, Jégou et al. 2011).
class WordTable {
 public:
  static constexpr std::size_t kDimensions = 60;
  static constexpr std::size_t kPart = 6;
  static constexpr std::size_t kParts = kDimensions / kPart;
  static constexpr std::size_t kCentres = 256;
  using Vector = std::array<float, kDimensions>;

  /// By which of a text's features its words are known (core/answer/features.h).
  enum class Kind : std::uint8_t {
    stems,  ///< FeatureKind::word: of words with spaces between them
    runs,   ///< FeatureKind::run: of characters without
  };

  /// What a table is made of: words with a space between, the commonest first; of each a weight
  /// (rare words say more; 255 is the most) and the numbers of its centres; of each part of a
  /// vector all its centres, in steps.
  struct List {
    std::string_view words;
    std::span<const std::uint8_t> weights;
    std::span<const std::uint8_t> codes;
    std::span<const std::int8_t> centres;
    float step;
  };

  WordTable() = default;
  /// Words of one stem are taken for one, the commonest.
  WordTable(Kind kind, const List& list);

  std::uint32_t size() const { return static_cast<std::uint32_t>(hashes_.size()); }
  /// The place of the word whose feature has this hash, or `size()`.
  std::uint32_t find(std::uint32_t hash) const;
  /// How much the word says, 0 to 1.
  float weight(std::uint32_t word) const;
  /// Adds the word's vector times its weight.
  void add_to(Vector& sum, std::uint32_t word) const;

  /// Bytes of memory taken.
  std::size_t memory() const;
  void save(PackedWriter& to) const;
  static WordTable load(PackedReader& from);

 private:
  std::vector<std::uint32_t> hashes_;  // sorted, each once
  std::vector<std::uint8_t> weights_;
  std::vector<std::uint8_t> codes_;   // kParts for each word
  std::vector<std::int8_t> centres_;  // kPart numbers of each of kCentres, for each part
  float step_ = 0;
};

}  // namespace deskbell
