#include "core/answer/folding.h"

#include <algorithm>
#include <iterator>

namespace deskbell {
namespace {

struct ClassRun {
  std::uint32_t first;
  std::uint32_t count;
  CharClass kind;
};

// Characters `first`, `first + stride`, … that all fold to the one `delta` further on.
struct FoldRun {
  std::uint32_t packed;  // first << 8 | count << 1 | (stride - 1)
  std::int32_t delta;

  constexpr std::uint32_t first() const { return packed >> 8; }
  constexpr std::uint32_t count() const { return packed >> 1 & 0x7f; }
  constexpr std::uint32_t stride() const { return (packed & 1) + 1; }
};

// A character that folds to several.
struct FoldString {
  std::uint32_t code;
  std::uint16_t at;
  std::uint16_t count;
};

#include "answer_unicode.inc"

constexpr char32_t kNoCharacter = 0xfffd;
constexpr char32_t kLastAscii = 0x7f;
// Ideographs, by far the most characters beyond ASCII, fold to themselves.
constexpr char32_t kFirstIdeograph = 0x3400;
constexpr char32_t kEndIdeographs = 0xa000;

/// The last run that begins at or before `c`, or null.
template <class Run, std::size_t count, class First>
const Run* run_at(const Run (&runs)[count], char32_t c, First first) {
  const Run* next = std::upper_bound(
      std::begin(runs), std::end(runs), c,
      [&](char32_t code, const Run& run) { return code < static_cast<char32_t>(first(run)); });
  return next == std::begin(runs) ? nullptr : next - 1;
}

}  // namespace

CharClass char_class(char32_t c) {
  if (c <= kLastAscii) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return CharClass::letter;
    return c >= '0' && c <= '9' ? CharClass::digit : CharClass::other;
  }
  const ClassRun* run = run_at(kClassRuns, c, [](const ClassRun& r) { return r.first; });
  return run && c - run->first < run->count ? run->kind : CharClass::other;
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
  const FoldString* string = run_at(kFoldStrings, c, [](const FoldString& s) { return s.code; });
  if (string && string->code == c) {
    text.append(kFoldPool + string->at, kFoldPool + string->at + string->count);
    return;
  }
  const FoldRun* run = run_at(kFoldRuns, c, [](const FoldRun& r) { return r.first(); });
  const std::uint32_t past = run ? c - run->first() : 0;
  if (run && past < run->count() * run->stride() && past % run->stride() == 0)
    c = static_cast<char32_t>(static_cast<std::int32_t>(c) + run->delta);
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
