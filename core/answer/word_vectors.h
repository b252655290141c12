#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/answer/feature_table.h"
#include "core/answer/word_table.h"

namespace deskbell {

/// What a book's words mean, from tables of the languages that it is written in: so that a question
/// finds its answer by a word that the book has not, but one much like it. Cheap to copy: copies
/// share the tables, which nobody changes.
class WordVectors {
 public:
  WordVectors() = default;
  WordVectors(std::shared_ptr<const WordTable> stems, std::shared_ptr<const WordTable> runs)
      : stems_(std::move(stems)), runs_(std::move(runs)) {}

  /// Only the tables that know most of a book's words; the others would mistake foreign words for
  /// those that they know. `words`, and the `characters` of scripts without spaces, with how often.
  WordVectors that_know(const std::map<std::u32string, std::uint32_t>& words,
                        const std::map<char32_t, std::uint32_t>& characters) const;

  /// How many columns of its own it has in a text's vector: 0 if it knows nothing.
  std::uint32_t dimensions() const {
    return stems_ || runs_ ? static_cast<std::uint32_t>(WordTable::kDimensions) : 0;
  }
  /// Adds to a text's vector the weighted mean of its words' vectors, in the columns from `first`
  /// on; shorter where it does not know all of them.
  void append_to(SparseVector& vector, const Features& features, std::uint32_t first) const;

  /// Bytes of memory taken.
  std::size_t memory() const;
  void save(PackedWriter& to) const;
  static WordVectors load(PackedReader& from);

 private:
  std::shared_ptr<const WordTable> stems_;
  std::shared_ptr<const WordTable> runs_;
};

}  // namespace deskbell
