#include "core/answer/answer_trainer.h"

#include <algorithm>
#include <optional>

#include "core/answer/blend_trial.h"

namespace deskbell {
namespace {

constexpr std::uint32_t kStranger = ~0U;
// On average; above, examples are many and the squared hinge is better and quicker.
constexpr double kFewExamples = 12;
// On average; below, where the nearest example finds more than what was learned from mistakes, the
// mistakes are too few to learn from.
constexpr double kTooFewToErr = 3;
// On average; above, the examples themselves have all the words that count.
constexpr double kExamplesForVectors = 25;
// Texts times entries: the logistic loss takes minutes for a book of thousands of entries.
constexpr double kLargeBook = 2e6;
// The losses score on different scales; so that one blend and one confidence serves both.
constexpr float kLogisticUnit = 0.33F;
constexpr float kMeanUnit = 1.25F;
// The weights an index keeps in all, fewer in a large book, whose questions and words weigh more:
// an index of a thousand entries with ten questions each is to stay below 600 KB on the wire. And
// of each entry, at least and at most.
constexpr std::size_t kMostInAll = 500'000;
constexpr std::size_t kFewestInAll = 150'000;
constexpr std::size_t kLargeBookEntries = 1000;  // from so many on the fewest
constexpr std::size_t kFewestWeights = 64;
constexpr std::size_t kMostWeights = 10'000;
constexpr std::int64_t kVectorCost = 40'000;

/// How many weights of each of `entries` are kept.
std::size_t weights_of_each(std::size_t entries) {
  const std::size_t in_all =
      std::clamp(kFewestInAll * kLargeBookEntries / entries, kFewestInAll, kMostInAll);
  return std::clamp(in_all / entries, kFewestWeights, kMostWeights);
}

float unit_of(Loss loss) {
  if (loss == Loss::none) return kMeanUnit;
  return loss == Loss::logistic ? kLogisticUnit : 1;
}

}  // namespace

struct AnswerTrainer::Work {
  enum class Stage { adding, rows, trial, blocks, done };

  Stage stage = Stage::adding;
  std::vector<std::uint32_t> entry_of;      // of each text
  std::vector<Features> features;           // of each text, until its row is made
  std::vector<std::vector<Feature>> plain;  // of each text the words alone
  std::map<std::u32string, std::uint32_t> words;
  std::map<char32_t, std::uint32_t> characters;  // of scripts without spaces
  WordVectors vectors;
  std::uint32_t entries = 0;
  bool strangers = false;

  AnswerIndex index;
  SparseRows rows;
  Loss loss = Loss::logistic;
  std::uint32_t first_entry = 0;  // of the block under way
  std::optional<LinearSolver> solver;
  std::optional<BlendTrial> trial;

  std::uint32_t learned() const { return entries + (strangers ? 1 : 0); }
  /// Texts of an entry.
  double average() const {
    return static_cast<double>(entry_of.size()) / std::max<std::uint32_t>(learned(), 1);
  }
};

AnswerTrainer::AnswerTrainer(const WordVectors& vectors) : work_(std::make_unique<Work>()) {
  work_->vectors = vectors;
}
AnswerTrainer::~AnswerTrainer() = default;

Result<void> AnswerTrainer::add(std::uint32_t entry, std::string_view text) {
  Work& work = *work_;
  if (entry != kStranger && entry >= kMaxEntries)
    return Error{ErrorCode::too_large, "An answer book holds at most 60,000 entries."};
  if (work.entry_of.size() >= kMaxTexts)
    return Error{ErrorCode::too_large, "An answer book holds at most 1,000,000 example questions."};
  const std::vector<Word> words = words_of(text);
  for (const Word& word : words) {
    if (!word.unspaced)
      ++work.words[word.letters];
    else
      for (const char32_t c : word.letters) ++work.characters[c];
  }
  work.entry_of.push_back(entry);
  work.features.push_back(features_of(words));
  if (entry == kStranger)
    work.strangers = true;
  else
    work.entries = std::max(work.entries, entry + 1);
  return {};
}

Result<void> AnswerTrainer::add_stranger(std::string_view text) {
  return add(kStranger, text);
}

void AnswerTrainer::make_table() {
  Work& work = *work_;
  std::vector<std::uint32_t> all;
  for (const Features& features : work.features)
    for (const std::vector<Feature>& kind : features)
      for (const Feature& feature : kind) all.push_back(feature.hash);
  std::sort(all.begin(), all.end());
  std::vector<std::uint32_t> hashes;
  std::vector<std::uint32_t> texts_with;
  for (const std::uint32_t hash : all) {
    if (hashes.empty() || hashes.back() != hash) {
      hashes.push_back(hash);
      texts_with.push_back(0);
    }
    ++texts_with.back();
  }
  work.index.features_ =
      FeatureTable(std::move(hashes), texts_with, static_cast<std::uint32_t>(work.entry_of.size()));
  work.index.vocabulary_ = Vocabulary(work.words);
  work.index.entries_ = work.entries;
  work.index.knows_strangers_ = work.strangers;
  work.index.weights_ = WeightTable(work.learned());
  const bool large = static_cast<double>(work.entry_of.size()) * work.learned() > kLargeBook;
  work.loss = work.average() <= kFewExamples && !large ? Loss::logistic : Loss::squared_hinge;
  if (work.average() <= kExamplesForVectors && !large)
    work.index.word_vectors_ = work.vectors.that_know(work.words, work.characters);
}

void AnswerTrainer::make_rows(std::int64_t& budget) {
  Work& work = *work_;
  while (budget > 0 && work.rows.size() < work.entry_of.size()) {
    const std::size_t text = work.rows.size();
    Features features = std::move(work.features[text]);
    const SparseVector vector = work.index.vector_of(features);
    work.rows.columns.insert(work.rows.columns.end(), vector.columns.begin(), vector.columns.end());
    work.rows.values.insert(work.rows.values.end(), vector.values.begin(), vector.values.end());
    work.rows.starts.push_back(static_cast<std::uint32_t>(work.rows.columns.size()));
    std::uint32_t& entry = work.entry_of[text];
    if (entry == kStranger) entry = work.entries;
    work.plain.push_back(std::move(features[static_cast<std::size_t>(FeatureKind::word)]));
    work.index.examples_.add(entry, work.plain.back());
    budget -= kVectorCost;
  }
}

void AnswerTrainer::begin_block() {
  Work& work = *work_;
  work.solver.emplace(work.rows, work.entry_of, work.first_entry, work.learned() - work.first_entry,
                      work.index.columns(), work.loss);
}

void AnswerTrainer::end_block() {
  Work& work = *work_;
  const std::uint32_t left = work.learned() - work.first_entry;
  const auto count = std::min<std::uint32_t>(left, LinearSolver::kLane);
  const KeptWeights kept{work.index.features_.size(), work.index.columns(),
                         weights_of_each(work.learned())};
  work.index.weights_.add(*work.solver, work.first_entry, count, kept, unit_of(work.loss));
  work.solver.reset();
  work.first_entry += count;
}

void AnswerTrainer::finish() {
  Work& work = *work_;
  work.index.weights_.finish(work.index.columns());
  work.stage = Work::Stage::done;
}

bool AnswerTrainer::step(std::int64_t budget) {
  Work& work = *work_;
  if (work.stage == Work::Stage::adding) {
    make_table();
    work.stage = Work::Stage::rows;
  }
  if (work.stage == Work::Stage::rows) {
    make_rows(budget);
    if (work.rows.size() < work.entry_of.size()) return false;
    work.index.examples_.finish(work.index.features_);
    work.trial.emplace(work.index.features_, work.index.columns(), work.rows, work.entry_of,
                       work.plain, work.learned(), work.loss, unit_of(work.loss));
    work.stage = Work::Stage::trial;
  }
  if (work.stage == Work::Stage::trial) {
    if (!work.trial->step(budget)) return false;
    work.index.blend_ = work.trial->blend();
    work.stage = Work::Stage::blocks;
    if (work.trial->nearest_decides() && work.average() < kTooFewToErr) work.loss = Loss::none;
    work.trial.reset();
  }
  while (work.stage == Work::Stage::blocks && budget > 0) {
    if (work.first_entry >= work.learned()) {
      finish();
      break;
    }
    if (!work.solver) begin_block();
    if (work.solver->step(budget)) end_block();
  }
  return work.stage == Work::Stage::done;
}

double AnswerTrainer::progress() const {
  const Work& work = *work_;
  if (work.stage == Work::Stage::done) return 1;
  const std::uint32_t learned = std::max<std::uint32_t>(work.learned(), 1);
  return static_cast<double>(work.first_entry) / learned;
}

AnswerIndex AnswerTrainer::take() && {
  return std::move(work_->index);
}

}  // namespace deskbell
