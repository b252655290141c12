#include "core/answer/folding.h"

#include <algorithm>
#include <vector>

#include "core/answer/packed_bytes.h"

namespace deskbell {
namespace {

#include "answer_unicode.inc"

/// Characters from `first` on.
struct Run {
  char32_t first;
  std::uint32_t count;
  std::int32_t value;
};

struct Tables {
  std::vector<Run> classes;  ///< the CharClass of each
  /// Each folds to the one `value` further on. The count is twice theirs, and one more if it is
  /// every second character.
  std::vector<Run> moved;
  std::vector<Run> spelled;  ///< one that folds to `count` of the letters, from `value` on
  std::u16string letters;
};

/// A column of differences, which may be negative.
template <class Set>
void read_differences(PackedReader& from, std::vector<Run>& runs, Set set) {
  std::int64_t last = 0;
  for (Run& run : runs) {
    const auto packed = static_cast<std::int64_t>(from.number());
    last += (packed & 1) != 0 ? -(packed + 1) / 2 : packed / 2;
    set(run, last);
  }
}

std::vector<Run> read_runs(PackedReader& from) {
  std::vector<Run> runs(static_cast<std::size_t>(from.number()));
  read_differences(from, runs,
                   [](Run& run, std::int64_t c) { run.first = static_cast<char32_t>(c); });
  for (Run& run : runs) run.count = static_cast<std::uint32_t>(from.number());
  read_differences(from, runs, [](Run& run, std::int64_t value) {
    run.value = static_cast<std::int32_t>(value);
  });
  return runs;
}

Tables unpacked() {
  PackedReader from({reinterpret_cast<const char*>(kUnicode), sizeof kUnicode});
  Tables tables;
  tables.classes = read_runs(from);
  tables.moved = read_runs(from);
  tables.spelled = read_runs(from);
  tables.letters.resize(static_cast<std::size_t>(from.number()));
  for (char16_t& letter : tables.letters) letter = static_cast<char16_t>(from.number());
  return tables;
}

const Tables& tables() {
  static const Tables kTables = unpacked();
  return kTables;
}

constexpr char32_t kNoCharacter = 0xfffd;
constexpr char32_t kLastAscii = 0x7f;
// Ideographs, by far the most characters beyond ASCII, fold to themselves.
constexpr char32_t kFirstIdeograph = 0x3400;
constexpr char32_t kEndIdeographs = 0xa000;

/// The last run that begins at or before `c`, or null.
const Run* run_at(const std::vector<Run>& runs, char32_t c) {
  const auto next = std::upper_bound(
      runs.begin(), runs.end(), c, [](char32_t code, const Run& run) { return code < run.first; });
  return next == runs.begin() ? nullptr : &*(next - 1);
}

}  // namespace

CharClass char_class(char32_t c) {
  if (c <= kLastAscii) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharClass::letter;
    return c >= '0' && c <= '9' ? CharClass::digit : CharClass::other;
  }
  const Run* run = run_at(tables().classes, c);
  return run && c - run->first < run->count ? static_cast<CharClass>(run->value) : CharClass::other;
}

void append_folded(char32_t c, std::u32string& text) {
  if (c <= kLastAscii) {
    text += c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    return;
  }
  if (c >= kFirstIdeograph && c < kEndIdeographs) {
    text += c;
    return;
  }
  const Run* spelled = run_at(tables().spelled, c);
  if (spelled && spelled->first == c) {
    const char16_t* letters = tables().letters.data() + spelled->value;
    text.append(letters, letters + spelled->count);
    return;
  }
  const Run* moved = run_at(tables().moved, c);
  const std::uint32_t past = moved ? c - moved->first : 0;
  const std::uint32_t stride = moved ? (moved->count & 1) + 1 : 1;
  if (moved && past < (moved->count >> 1) * stride && past % stride == 0)
    c = static_cast<char32_t>(static_cast<std::int32_t>(c) + moved->value);
  text += c;
}

char32_t take_char(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < more) return kNoCharacter;
  char32_t c = lead & (0x3f >> more);
  for (std::size_t i = 0; i < more; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return kNoCharacter;
    c = c << 6 | (byte & 0x3f);
  }
  text.remove_prefix(more);
  return c;
}

}  // namespace deskbell
