#include "core/answer/answer_search.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/answer/exact_math.h"

namespace deskbell {
namespace {

// A word in the title says most, then one among the keywords.
constexpr float kTitleWeight = 4;
constexpr float kKeywordWeight = 3;
constexpr float kTextWeight = 1;

// BM25's usual two.
constexpr double kSaturation = 1.2;
constexpr double kLengthShare = 0.75;

double rarity(std::size_t answers, std::size_t having) {
  const double without = static_cast<double>(answers - having);
  return exact_log(1 + (without + 0.5) / (static_cast<double>(having) + 0.5));
}

std::size_t count_runs(std::u32string_view text, std::u32string_view run) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(run, at)) != std::u32string_view::npos; ++at) ++count;
  return count;
}

}  // namespace

AnswerSearch::AnswerSearch(std::string_view words) {
  WordReader reader(words);
  for (Word word; terms_.size() < kMaxSearchWords && reader.next(word);) {
    const bool unfinished = reader.at_end();
    if (!word.unspaced || word.letters.size() <= 2) {
      add_term(word.letters, word.unspaced, unfinished);
      continue;
    }
    for (std::size_t at = 0; at + 1 < word.letters.size(); ++at)
      add_term(word.letters.substr(at, 2), true, false);
  }
}

void AnswerSearch::add_term(std::u32string letters, bool unspaced, bool unfinished) {
  const bool known = std::any_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    return term.letters == letters && term.unfinished == unfinished;
  });
  if (!known && terms_.size() < kMaxSearchWords)
    terms_.push_back({std::move(letters), unspaced, unfinished});
}

std::size_t AnswerSearch::count_in(std::string_view text, float weight) {
  std::size_t length = 0;
  WordReader reader(text);
  for (Word word; reader.next(word);) {
    const std::u32string_view letters = word.letters;
    length += word.unspaced ? letters.size() : 1;
    for (std::size_t i = 0; i < terms_.size(); ++i) {
      const Term& term = terms_[i];
      if (term.unspaced != word.unspaced) continue;
      const std::size_t times = term.unspaced     ? count_runs(letters, term.letters)
                                : term.unfinished ? letters.starts_with(term.letters)
                                                  : letters == term.letters;
      if (times == 0) continue;
      counts_[i] += weight * static_cast<float>(times);
      has_any_ = true;
    }
  }
  return length;
}

void AnswerSearch::look_at(std::string_view id, std::string_view title, std::string_view keywords,
                           std::string_view text) {
  counts_.assign(terms_.size(), 0);
  has_any_ = false;
  const std::size_t length = count_in(title, kTitleWeight) + count_in(keywords, kKeywordWeight) +
                             count_in(text, kTextWeight);
  ++seen_;
  total_length_ += length;
  if (!has_any_) return;
  for (std::size_t i = 0; i < terms_.size(); ++i)
    if (counts_[i] > 0) ++terms_[i].answers;
  found_.push_back({std::string(id), std::string(title), counts_, length, 0});
}

std::vector<std::string> AnswerSearch::best(std::size_t limit) && {
  const double usual_length =
      static_cast<double>(total_length_) / static_cast<double>(std::max<std::size_t>(seen_, 1));
  for (Found& answer : found_) {
    const double longer = static_cast<double>(answer.length) / usual_length;
    const double damping = kSaturation * (1 - kLengthShare + kLengthShare * longer);
    for (std::size_t i = 0; i < terms_.size(); ++i)
      answer.score += rarity(seen_, terms_[i].answers) * answer.counts[i] * (kSaturation + 1) /
                      (answer.counts[i] + damping);
  }
  std::sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::tie(b.score, a.title, a.id) < std::tie(a.score, b.title, b.id);
  });
  std::vector<std::string> ids;
  for (Found& answer : found_) {
    if (ids.size() == limit) break;
    ids.push_back(std::move(answer.id));
  }
  return ids;
}

}  // namespace deskbell
