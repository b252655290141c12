#include "core/answer/linear_solver.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/answer/exact_math.h"

namespace deskbell {
namespace {

constexpr float kHingeCost = 1;
constexpr float kLogisticCost = 10;
// Where the classifiers start: an entry is not meant unless something speaks for it. Near to where
// they end, so that few rounds are needed.
constexpr float kHingeStart = -1;
constexpr float kLogisticStart = -4;
constexpr int kMaxRounds = 15;
constexpr float kSmallChange = 0.01F;  // of what a pull may be: then it is done
constexpr float kNoChange = 1e-6F;
constexpr float kQuietShare = 0.2F;

float start_of(Loss loss) {
  if (loss == Loss::none) return 0;
  return loss == Loss::logistic ? kLogisticStart : kHingeStart;
}

}  // namespace

LinearSolver::LinearSolver(const SparseRows& rows, std::span<const std::uint32_t> entry_of,
                           std::uint32_t first_entry, std::size_t entries, std::uint32_t columns,
                           Loss loss)
    : rows_(rows),
      entry_of_(entry_of),
      first_entry_(first_entry),
      lanes_(std::min(entries, kLane)),
      columns_(columns),
      loss_(loss),
      weights_((columns + 1) * kLane, 0.0F),
      squares_(rows.size()),
      active_(rows.size()),
      quiet_(rows.size(), 0) {
  std::fill_n(weights_.end() - kLane, kLane, start_of(loss));
  if (loss == Loss::none) {
    take_means();
    return;
  }
  pulls_.assign(rows.size() * kLane, 0.0F);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    float square = 1;  // the constant
    for (std::uint32_t i = rows.starts[row]; i < rows.starts[row + 1]; ++i)
      square += rows.values[i] * rows.values[i];
    squares_[row] = square;
  }
  std::iota(active_.begin(), active_.end(), 0U);
  begin_round();
}

void LinearSolver::take_means() {
  active_.clear();  // nothing is left to be done
  std::vector<float> rows_of(lanes_, 0.0F);
  const auto lane_of = [&](std::size_t row) -> std::size_t {
    return entry_of_[row] - first_entry_;
  };
  for (std::size_t row = 0; row < rows_.size(); ++row)
    if (lane_of(row) < lanes_) ++rows_of[lane_of(row)];
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    const std::size_t lane = lane_of(row);
    if (lane >= lanes_) continue;
    for (std::uint32_t i = rows_.starts[row]; i < rows_.starts[row + 1]; ++i)
      weights_[rows_.columns[i] * kLane + lane] += rows_.values[i] / rows_of[lane];
  }
}

std::uint32_t LinearSolver::next_random() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<std::uint32_t>(random_ >> 32);
}

void LinearSolver::begin_round() {
  for (std::size_t i = 0; i + 1 < active_.size(); ++i)
    std::swap(active_[i], active_[i + next_random() % (active_.size() - i)]);
  at_ = 0;
  kept_ = 0;
  largest_change_ = 0;
}

bool LinearSolver::step(std::int64_t& budget) {
  while (budget > 0) {
    if (at_ == active_.size()) {
      active_.resize(kept_);
      if (active_.empty() || largest_change_ < kSmallChange || ++round_ == kMaxRounds) return true;
      begin_round();
    }
    const std::uint32_t row = active_[at_++];
    const float change = visit(row);
    largest_change_ = std::max(largest_change_, change);
    // A row that changes nothing twice in a row has had its say.
    const bool silent = change <= kSmallChange * kQuietShare;
    const bool was_silent = quiet_[row] != 0;
    quiet_[row] = silent;
    if (!silent || !was_silent) active_[kept_++] = row;
    budget -=
        2 * static_cast<std::int64_t>(kLane) * (rows_.starts[row + 1] - rows_.starts[row] + 1);
  }
  return false;
}

void LinearSolver::score(std::uint32_t row, float* scores) const {
  float sums[kLane];
  std::copy_n(&weights_[columns_ * kLane], kLane, sums);
  for (std::uint32_t i = rows_.starts[row]; i < rows_.starts[row + 1]; ++i) {
    const float* weights = &weights_[rows_.columns[i] * kLane];
    const float value = rows_.values[i];
    for (std::size_t lane = 0; lane < kLane; ++lane) sums[lane] += weights[lane] * value;
  }
  std::copy_n(sums, kLane, scores);
}

float LinearSolver::visit(std::uint32_t row) {
  float scores[kLane];
  float changes[kLane] = {};
  score(row, scores);
  const std::size_t own = entry_of_[row] - first_entry_;  // far beyond the lanes for others' rows
  if (loss_ == Loss::squared_hinge)
    descend_hinge(row, own, scores, changes);
  else
    descend_logistic(row, own, scores, changes);
  float largest = 0;
  for (const float change : changes) largest = std::max(largest, std::fabs(change));
  if (largest <= kNoChange) return 0;
  for (std::uint32_t i = rows_.starts[row]; i < rows_.starts[row + 1]; ++i) {
    float* weights = &weights_[rows_.columns[i] * kLane];
    const float value = rows_.values[i];
    for (std::size_t lane = 0; lane < kLane; ++lane) weights[lane] += changes[lane] * value;
  }
  float* constant = &weights_[columns_ * kLane];
  for (std::size_t lane = 0; lane < kLane; ++lane) constant[lane] += changes[lane];
  return loss_ == Loss::squared_hinge ? largest : largest * (10 / kLogisticCost);
}

void LinearSolver::descend_hinge(std::uint32_t row, std::size_t own, const float* scores,
                                 float* changes) {
  constexpr float kSlack = 1 / (2 * kHingeCost);
  const float step = 1 / (squares_[row] + kSlack);
  float side[kLane];
  std::fill_n(side, kLane, -1.0F);
  if (own < kLane) side[own] = 1;
  float* pulls = &pulls_[row * kLane];
  for (std::size_t lane = 0; lane < kLane; ++lane) {
    const float slope = side[lane] * scores[lane] - 1 + pulls[lane] * kSlack;
    const float moved = std::max(pulls[lane] - slope * step, 0.0F);
    changes[lane] = (moved - pulls[lane]) * side[lane];
    pulls[lane] = moved;
  }
}

// One variable at a time by Newton's method, between the bounds 0 and C.
void LinearSolver::descend_logistic(std::uint32_t row, std::size_t own, const float* scores,
                                    float* changes) {
  constexpr double kC = kLogisticCost;
  constexpr double kEdge = 1e-7 * kC;
  constexpr double kClose = 1e-4 * kC;
  constexpr int kMaxSteps = 4;
  const double square = squares_[row];
  float* pulls = &pulls_[row * kLane];
  for (std::size_t lane = 0; lane < lanes_; ++lane) {
    const double side = lane == own ? 1 : -1;
    const double margin = side * static_cast<double>(scores[lane]);
    const double old = pulls[lane];
    double pull = old;
    if (old <= 0) pull = side > 0 ? kC / 2 : kC / (1 + exact_exp(std::clamp(margin, -20., 20.)));
    pull = std::clamp(pull, kEdge, kC - kEdge);
    for (int i = 0; i < kMaxSteps; ++i) {
      const double slope = square * (pull - old) + margin + exact_log(pull / (kC - pull));
      const double curve = square + kC / ((kC - pull) * pull);
      double next = pull - slope / curve;
      if (next <= 0) next = pull * 0.1;
      if (next >= kC) next = kC - (kC - pull) * 0.1;
      const bool close = std::fabs(next - pull) < kClose;
      pull = next;
      if (close) break;
    }
    changes[lane] = static_cast<float>((pull - old) * side);
    pulls[lane] = static_cast<float>(pull);
  }
}

}  // namespace deskbell
