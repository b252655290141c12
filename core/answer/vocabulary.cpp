#include "core/answer/vocabulary.h"

#include <algorithm>

#include "core/answer/folding.h"
#include "core/answer/packed_bytes.h"

namespace deskbell {
namespace {

constexpr std::size_t kShortestMended = 4;
constexpr std::size_t kLongestMended = 40;
constexpr std::size_t kShortestMend = 3;
constexpr std::uint32_t kMaxWords = 1U << 20;
constexpr std::uint32_t kMaxLetters = 2000;
constexpr std::uint32_t kMaxChar = 0x10ffff;
// Fingers slip less often at a word's first letter.
constexpr std::uint64_t kSameFirstLetter = 3;

bool one_slip_apart(std::u32string_view a, std::u32string_view b) {
  std::size_t from = 0;
  while (from < a.size() && from < b.size() && a[from] == b[from]) ++from;
  std::size_t end_a = a.size();
  std::size_t end_b = b.size();
  while (end_a > from && end_b > from && a[end_a - 1] == b[end_b - 1]) --end_a, --end_b;
  if (end_a - from <= 1 && end_b - from <= 1) return true;
  return end_a - from == 2 && end_b - from == 2 && a[from] == b[from + 1] && a[from + 1] == b[from];
}

}  // namespace

Vocabulary::Vocabulary(const std::map<std::u32string, std::uint32_t>& counts) {
  for (const auto& [word, count] : counts) append(word, count);
}

void Vocabulary::append(std::u32string_view word, std::uint32_t count) {
  letters_ += word;
  starts_.push_back(static_cast<std::uint32_t>(letters_.size()));
  counts_.push_back(count);
}

std::size_t Vocabulary::first_not_before(std::u32string_view wanted) const {
  std::size_t low = 0;
  std::size_t high = size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (word(middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool Vocabulary::knows(std::u32string_view wanted) const {
  const std::size_t at = first_not_before(wanted);
  return at < size() && word(at) == wanted;
}

std::u32string Vocabulary::mended(std::u32string_view wrong) const {
  if (wrong.size() < kShortestMended || wrong.size() > kLongestMended) return {};
  if (std::any_of(wrong.begin(), wrong.end(), [](char32_t c) { return c >= '0' && c <= '9'; }))
    return {};
  std::u32string_view best;
  std::uint64_t best_count = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::size_t length = starts_[i + 1] - starts_[i];
    if (length + 1 < wrong.size() || length > wrong.size() + 1 || length < kShortestMend) continue;
    const std::u32string_view right = word(i);
    std::uint64_t count = counts_[i];
    if (right.front() == wrong.front()) count = count * kSameFirstLetter + 1;
    if (count <= best_count || !one_slip_apart(wrong, right)) continue;
    best_count = count;
    best = right;
  }
  return std::u32string(best);
}

std::vector<std::u32string> Vocabulary::finished(std::u32string_view beginning,
                                                 std::size_t limit) const {
  std::vector<std::size_t> found;
  for (std::size_t i = first_not_before(beginning); i < size(); ++i) {
    if (!word(i).starts_with(beginning)) break;
    found.push_back(i);
  }
  const std::size_t kept = std::min(limit, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    [&](std::size_t a, std::size_t b) {
                      return counts_[a] != counts_[b] ? counts_[a] > counts_[b] : a < b;
                    });
  std::vector<std::u32string> words;
  for (std::size_t i = 0; i < kept; ++i) words.emplace_back(word(found[i]));
  return words;
}

// A word is written as what it shares with the one before and what it adds.
void Vocabulary::save(PackedWriter& to) const {
  to.number(size());
  std::u32string_view before;
  for (std::size_t i = 0; i < size(); ++i) {
    const std::u32string_view now = word(i);
    const auto [end, unused] = std::mismatch(now.begin(), now.end(), before.begin(), before.end());
    const auto shared = static_cast<std::size_t>(end - now.begin());
    to.number(shared);
    to.number(now.size() - shared);
    for (const char32_t c : now.substr(shared)) to.number(c);
    to.number(counts_[i]);
    before = now;
  }
}

Vocabulary Vocabulary::load(PackedReader& from) {
  Vocabulary vocabulary;
  const std::uint32_t size = from.count(kMaxWords);
  std::u32string now;
  std::u32string before;
  for (std::uint32_t i = 0; i < size && from.good(); ++i) {
    now = before.substr(0, from.number(static_cast<std::uint32_t>(before.size())));
    const std::uint32_t added = from.count(kMaxLetters);
    for (std::uint32_t k = 0; k < added; ++k) now += static_cast<char32_t>(from.number(kMaxChar));
    const std::uint32_t count = from.number(~0U);
    if (now.size() > kMaxLetters || now <= before) from.fail();
    vocabulary.append(now, count);
    before.swap(now);
  }
  return vocabulary;
}

}  // namespace deskbell
