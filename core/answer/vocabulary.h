#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

class PackedReader;
class PackedWriter;

/// The words of a book as they are written (folded), with how often: for mending what is mistyped
/// and finishing what is half typed.
class Vocabulary {
 public:
  Vocabulary() = default;
  explicit Vocabulary(const std::map<std::u32string, std::uint32_t>& counts);

  bool knows(std::u32string_view word) const;
  /// The commonest word of the book at one slip of the finger from this one: a letter too many, too
  /// few, wrong, or two the wrong way round. Empty if there is none, or the word is too short or no
  /// word at all (a number) for a guess.
  std::u32string mended(std::u32string_view word) const;
  /// The commonest words that begin like this, commonest first, at most `limit`.
  std::vector<std::u32string> finished(std::u32string_view beginning, std::size_t limit) const;

  /// Bytes of memory taken.
  std::size_t memory() const {
    return sizeof(std::uint32_t) * (letters_.size() + starts_.size() + counts_.size());
  }
  void save(PackedWriter& to) const;
  static Vocabulary load(PackedReader& from);

 private:
  std::size_t size() const { return counts_.size(); }
  std::u32string_view word(std::size_t i) const {
    return std::u32string_view(letters_).substr(starts_[i], starts_[i + 1] - starts_[i]);
  }
  void append(std::u32string_view word, std::uint32_t count);
  std::size_t first_not_before(std::u32string_view word) const;

  std::u32string letters_;  // of all words, sorted
  std::vector<std::uint32_t> starts_ = {0};
  std::vector<std::uint32_t> counts_;
};

}  // namespace deskbell
