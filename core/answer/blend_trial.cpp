#include "core/answer/blend_trial.h"

#include <algorithm>
#include <array>

namespace deskbell {
namespace {

// With the last the nearest example decides.
constexpr std::array<float, 6> kBlends = {0, 0.5, 1, 2, 4, 8};
constexpr std::size_t kUsualBlend = 2;
constexpr std::size_t kMostRows = 2500;
constexpr std::uint32_t kOneOf = 4;  // texts of an entry is kept back; one at least
constexpr std::uint32_t kMostTextsOfEntry = 24;

void append_row(const SparseRows& from, std::uint32_t row, SparseRows& to) {
  const auto begin = static_cast<std::ptrdiff_t>(from.starts[row]);
  const auto end = static_cast<std::ptrdiff_t>(from.starts[row + 1]);
  to.columns.insert(to.columns.end(), from.columns.begin() + begin, from.columns.begin() + end);
  to.values.insert(to.values.end(), from.values.begin() + begin, from.values.begin() + end);
  to.starts.push_back(static_cast<std::uint32_t>(to.columns.size()));
}

}  // namespace

BlendTrial::BlendTrial(const FeatureTable& table, std::uint32_t columns, const SparseRows& rows,
                       std::span<const std::uint32_t> entry_of,
                       std::span<const std::vector<Feature>> words, std::uint32_t entries,
                       Loss loss, float unit)
    : table_(table), columns_(columns), all_rows_(rows), words_(words), loss_(loss), unit_(unit) {
  choose_texts(entry_of, entries);
  examples_.finish(table_);
  scores_.assign(kept_back_.size() * entries_, 0.0F);
}

void BlendTrial::choose_texts(std::span<const std::uint32_t> entry_of, std::uint32_t entries) {
  std::vector<std::vector<std::uint32_t>> texts_of(entries);
  std::size_t total = 0;
  for (std::uint32_t row = 0; row < entry_of.size(); ++row) {
    std::vector<std::uint32_t>& texts = texts_of[entry_of[row]];
    if (texts.size() == kMostTextsOfEntry) continue;
    texts.push_back(row);
    ++total;
  }
  // Of a large book every so many-th entry.
  const std::size_t step = total / kMostRows + 1;
  for (std::size_t entry = 0; entry < entries; entry += step) {
    const std::vector<std::uint32_t>& texts = texts_of[entry];
    if (texts.empty()) continue;
    const auto size = static_cast<std::uint32_t>(texts.size());
    const std::uint32_t back = size < 2 ? 0 : std::max(1U, size / kOneOf);
    for (std::uint32_t i = 0; i < size; ++i) {
      if (i < back) {
        kept_back_.push_back(texts[i]);
        own_.push_back(entries_);
        continue;
      }
      append_row(all_rows_, texts[i], rows_);
      entry_of_.push_back(entries_);
      examples_.add(entries_, words_[texts[i]]);
    }
    ++entries_;
  }
}

void BlendTrial::begin_block() {
  solver_.emplace(rows_, entry_of_, first_entry_, entries_ - first_entry_, columns_, loss_);
}

void BlendTrial::end_block() {
  const std::uint32_t count = std::min<std::uint32_t>(entries_ - first_entry_, LinearSolver::kLane);
  for (std::size_t i = 0; i < kept_back_.size(); ++i) {
    float* scores = &scores_[i * entries_ + first_entry_];
    for (std::uint32_t lane = 0; lane < count; ++lane)
      scores[lane] = solver_->weight(columns_, lane) * unit_;
    const std::uint32_t row = kept_back_[i];
    for (std::uint32_t at = all_rows_.starts[row]; at < all_rows_.starts[row + 1]; ++at)
      for (std::uint32_t lane = 0; lane < count; ++lane)
        scores[lane] += solver_->weight(all_rows_.columns[at], lane) * all_rows_.values[at] * unit_;
  }
  solver_.reset();
  first_entry_ += count;
}

void BlendTrial::judge() {
  std::array<double, kBlends.size()> gained{};  // over the usual blend
  std::array<double, kBlends.size()> squares{};
  for (std::size_t i = 0; i < kept_back_.size(); ++i) {
    const Nearness nearness = examples_.nearest(table_, words_[kept_back_[i]], entries_);
    const float* scores = &scores_[i * entries_];
    std::array<double, kBlends.size()> reciprocal_ranks{};
    for (std::size_t blend = 0; blend < kBlends.size(); ++blend) {
      const auto score = [&](std::uint32_t entry) {
        return scores[entry] + kBlends[blend] * nearness.of_entry[entry];
      };
      std::uint32_t better = 0;
      for (std::uint32_t entry = 0; entry < entries_; ++entry)
        better += entry != own_[i] && score(entry) >= score(own_[i]);
      reciprocal_ranks[blend] = 1.0 / (1 + better);
    }
    for (std::size_t blend = 0; blend < kBlends.size(); ++blend) {
      const double gain = reciprocal_ranks[blend] - reciprocal_ranks[kUsualBlend];
      gained[blend] += gain;
      squares[blend] += gain * gain;
    }
  }
  std::size_t best = kUsualBlend;
  for (std::size_t blend = 0; blend < kBlends.size(); ++blend) {
    // Less than the standard error may be luck.
    if (gained[blend] > gained[best] && gained[blend] * gained[blend] > squares[blend])
      best = blend;
  }
  blend_ = kBlends[best];
  nearest_decides_ = best + 1 == kBlends.size();
}

bool BlendTrial::step(std::int64_t& budget) {
  while (budget > 0 && first_entry_ < entries_ && !kept_back_.empty()) {
    if (!solver_) begin_block();
    if (!solver_->step(budget)) break;
    end_block();
    if (first_entry_ >= entries_) judge();
  }
  return kept_back_.empty() || first_entry_ >= entries_;
}

}  // namespace deskbell
