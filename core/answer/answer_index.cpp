#include "core/answer/answer_index.h"

#include <algorithm>

#include "core/answer/answer_trainer.h"
#include "core/answer/exact_math.h"
#include "core/answer/folding.h"
#include "core/answer/packed_bytes.h"
#include "core/base/utf8.h"

namespace deskbell {
namespace {

constexpr std::string_view kMagic = "deskbell answers";
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kMaxMended = 8;  // words of one question; more is no slip of the finger
constexpr std::size_t kShortestBeginning = 2;
constexpr std::size_t kMaxEndings = 3;
constexpr float kUsualSpread = 4;  // of scores, with the usual blend of 1
constexpr double kSharpness = 3;
constexpr double kNegligible = -20;

/// What all scores come to, a little above the highest: the more entries come near it, the higher
/// (a smooth maximum, the "energy" of Liu et al. 2020). Score for score the same as they are.
float rivals_of(const std::vector<float>& scored, float unit) {
  const float highest = *std::max_element(scored.begin(), scored.end()) * unit;
  double sum = 0;
  for (const float score : scored) {
    const auto below = static_cast<double>(score * unit - highest) * kSharpness;
    if (below > kNegligible) sum += exact_exp(below);
  }
  return highest + static_cast<float>(exact_log(sum) / kSharpness);
}

std::string utf8(const std::u32string& letters) {
  std::string text;
  for (const char32_t c : letters) append_utf8(c, text);
  return text;
}

}  // namespace

Result<AnswerIndex> AnswerIndex::load(std::string_view bytes) {
  const Error foreign{ErrorCode::storage_failed,
                      "These bytes are no index of answers of this version; it is made anew from "
                      "the answer book."};
  PackedReader from(bytes);
  if (from.text() != kMagic || from.number() != kVersion) return foreign;
  AnswerIndex index;
  index.entries_ = from.number(AnswerTrainer::kMaxEntries);
  index.knows_strangers_ = from.number(1) != 0;
  index.blend_ = from.real();
  index.features_ = FeatureTable::load(from);
  index.word_vectors_ = WordVectors::load(from);
  const std::uint32_t learned = index.entries_ + (index.knows_strangers_ ? 1 : 0);
  if (from.good()) index.weights_ = WeightTable::load(from, learned, index.columns());
  if (from.good()) index.examples_ = ExampleIndex::load(from, learned, index.features_);
  if (from.good()) index.vocabulary_ = Vocabulary::load(from);
  if (!from.good() || !from.at_end()) return foreign;
  return index;
}

std::string AnswerIndex::save() const {
  PackedWriter to;
  to.text(kMagic);
  to.number(kVersion);
  to.number(entries_);
  to.number(knows_strangers_ ? 1 : 0);
  to.real(blend_);
  features_.save(to);
  word_vectors_.save(to);
  weights_.save(to);
  examples_.save(to);
  vocabulary_.save(to);
  return std::move(to).take();
}

AnswerRanking AnswerIndex::ask(std::string_view question, std::size_t limit) const {
  return rank(words_of(question), LastWord::whole, limit);
}

AnswerRanking AnswerIndex::suggest(std::string_view beginning, std::size_t limit) const {
  const bool inside_word = !beginning.empty() && [&] {
    // What ends in a space, or in any other sign between words, has no unfinished word.
    std::string_view rest = beginning;
    char32_t last = 0;
    while (!rest.empty()) last = take_char(rest);
    return char_class(last) != CharClass::other;
  }();
  return rank(words_of(beginning), inside_word ? LastWord::unfinished : LastWord::whole, limit);
}

void AnswerIndex::mend(std::vector<Word>& words, LastWord last, AnswerRanking& ranking) const {
  for (Word& word : words) {
    const bool unfinished = last == LastWord::unfinished && &word == &words.back();
    if (word.unspaced || unfinished || ranking.mended.size() == kMaxMended) continue;
    if (vocabulary_.knows(word.letters)) continue;
    std::u32string mended = vocabulary_.mended(word.letters);
    if (mended.empty()) continue;
    ranking.mended.emplace_back(utf8(word.letters), utf8(mended));
    word.letters = std::move(mended);
  }
}

void AnswerIndex::finish_last_word(std::vector<Word>& words, std::vector<Feature>& plain) const {
  const Word last = words.back();
  if (last.unspaced || last.letters.size() < kShortestBeginning) return;
  for (std::u32string& word : vocabulary_.finished(last.letters, kMaxEndings)) {
    plain.push_back({word_hash(word), 1});
    words.push_back({std::move(word), false});
  }
  std::sort(plain.begin(), plain.end(),
            [](const Feature& a, const Feature& b) { return a.hash < b.hash; });
  plain.erase(std::unique(plain.begin(), plain.end(),
                          [](const Feature& a, const Feature& b) { return a.hash == b.hash; }),
              plain.end());
}

SparseVector AnswerIndex::vector_of(const Features& features) const {
  SparseVector vector = features_.vector_of(features);
  word_vectors_.append_to(vector, features, features_.size());
  return vector;
}

std::vector<float> AnswerIndex::scores(const SparseVector& vector, const Nearness& nearness) const {
  std::vector<float> scores = weights_.scores(vector);
  for (std::size_t entry = 0; entry < scores.size(); ++entry)
    scores[entry] += blend_ * nearness.of_entry[entry];
  return scores;
}

AnswerRanking AnswerIndex::rank(std::vector<Word> words, LastWord last, std::size_t limit) const {
  AnswerRanking ranking;
  if (words.empty() || entries_ == 0) return ranking;
  mend(words, last, ranking);
  Features features = features_of(words, last);
  auto& plain = features[static_cast<std::size_t>(FeatureKind::word)];
  if (last == LastWord::unfinished) finish_last_word(words, plain);
  const SparseVector vector = vector_of(features);
  if (vector.columns.empty()) return ranking;
  const std::uint32_t learned = entries_ + (knows_strangers_ ? 1 : 0);
  const Nearness nearness = examples_.nearest(features_, plain, learned);
  const std::vector<float> scored = scores(vector, nearness);

  std::vector<std::uint32_t> order(entries_);
  for (std::uint32_t entry = 0; entry < entries_; ++entry) order[entry] = entry;
  const std::size_t kept = std::min<std::size_t>(limit, entries_);
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                    [&](std::uint32_t a, std::uint32_t b) {
                      return scored[a] != scored[b] ? scored[a] > scored[b] : a < b;
                    });
  // So that scores mean the same however much the nearest example adds to them.
  const float unit = kUsualSpread / (kUsualSpread - 1 + blend_);
  const float rivals = rivals_of(scored, unit);
  for (std::size_t i = 0; i < kept; ++i) {
    const std::uint32_t entry = order[i];
    const Evidence evidence{scored[entry] * unit, rivals, nearness.likeness[entry],
                            static_cast<float>(plain.size())};
    ranking.matches.push_back({entry, scored[entry], confidence_of(evidence), evidence,
                               nearness.examples[entry], shared_words(words, entry)});
  }
  return ranking;
}

std::vector<std::string> AnswerIndex::shared_words(const std::vector<Word>& words,
                                                   std::uint32_t entry) const {
  struct Shared {
    float rarity;
    std::string text;
  };
  std::vector<Shared> shared;
  const auto look_up = [&](std::uint32_t hash, const std::u32string& letters) {
    const std::uint32_t column = features_.find(hash);
    if (column == features_.size() || !examples_.entry_has(entry, column)) return;
    std::string text = utf8(letters);
    const bool known = std::any_of(shared.begin(), shared.end(),
                                   [&](const Shared& other) { return other.text == text; });
    if (!known) shared.push_back({features_.rarity(column), std::move(text)});
  };
  for (const Word& word : words) {
    if (!word.unspaced) {
      look_up(word_hash(word.letters), word.letters);
      continue;
    }
    for (const char32_t c : word.letters) look_up(word_hash({c}), {c});
  }
  std::stable_sort(shared.begin(), shared.end(),
                   [](const Shared& a, const Shared& b) { return a.rarity > b.rarity; });
  std::vector<std::string> texts;
  for (Shared& one : shared) texts.push_back(std::move(one.text));
  return texts;
}

}  // namespace deskbell
