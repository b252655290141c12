#include "tests/simulation/shrink.h"

#include <algorithm>

namespace deskbell::test {
namespace {

bool still_fails(const Setting& setting, const Failure& failure) {
  const Outcome outcome = simulate(setting);
  return outcome.failure && outcome.failure->invariant == failure.invariant;
}

std::set<int> without(const std::vector<int>& steps, std::size_t from, std::size_t count) {
  std::set<int> rest(steps.begin(), steps.end());
  for (std::size_t i = from; i < std::min(from + count, steps.size()); ++i) rest.erase(steps[i]);
  return rest;
}

void leave_out_faults(Setting& setting, const Failure& failure) {
  for (std::size_t i = 0; i < setting.faults.size(); ++i) {
    if (!setting.faults[i]) continue;
    Setting smaller = setting;
    smaller.faults[i] = false;
    if (still_fails(smaller, failure)) setting = smaller;
  }
}

}  // namespace

Setting shrink(const Setting& failing, const Outcome& outcome) {
  Setting best = failing;
  // The script is written from all the faults of the swarm: what stays of it keeps its numbers.
  best.steps = std::set<int>(outcome.steps.begin(), outcome.steps.end());
  leave_out_faults(best, *outcome.failure);
  for (std::size_t piece = std::max<std::size_t>(1, best.steps->size() / 2);;) {
    bool left_out = false;
    for (std::size_t from = 0; from < best.steps->size();) {
      const std::vector<int> steps(best.steps->begin(), best.steps->end());
      Setting smaller = best;
      smaller.steps = without(steps, from, piece);
      if (still_fails(smaller, *outcome.failure)) {
        best = smaller;
        left_out = true;
      } else {
        from += piece;
      }
    }
    if (piece == 1 && !left_out) break;
    piece = std::max<std::size_t>(1, piece / 2);
  }
  leave_out_faults(best, *outcome.failure);
  return best;
}

}  // namespace deskbell::test
