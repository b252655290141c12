#include "tests/simulation/script.h"

#include <algorithm>
#include <array>

namespace deskbell::test {
namespace {

constexpr std::uint64_t kScriptPurpose = 6;
constexpr Millis kMinute = 60'000;

/// How often a kind of step comes in an hour, and which fault it belongs to (count: always).
struct Plan {
  StepKind kind;
  Fault fault;
  int an_hour;
};

constexpr std::array<Plan, 17> kPlans = {{
    {StepKind::hub_speaks, Fault::count, 6},
    {StepKind::back_up_hub, Fault::hub_restore, 3},
    {StepKind::crash_hub, Fault::hub_crash, 8},
    {StepKind::cut_hub_power, Fault::power_cut, 8},
    {StepKind::fill_hub, Fault::hub_full, 2},
    {StepKind::restore_hub, Fault::hub_restore, 2},
    {StepKind::unknown_from_hub, Fault::version_skew, 3},
    {StepKind::partition, Fault::partition, 6},
    {StepKind::portal, Fault::portal, 3},
    {StepKind::crash_device, Fault::device_crash, 10},
    {StepKind::fill_device, Fault::device_full, 3},
    {StepKind::remember_device, Fault::rollback, 6},
    {StepKind::roll_back_device, Fault::rollback, 3},
    {StepKind::wipe_device, Fault::wipe, 1},
    {StepKind::clone_device, Fault::clone, 1},
    {StepKind::set_clock, Fault::clock, 6},
    {StepKind::unknown_on_device, Fault::version_skew, 2},
}};

bool included(const FaultSet& faults, Fault fault) {
  return fault == Fault::count || faults[static_cast<std::size_t>(fault)];
}

}  // namespace

std::vector<Step> write_script(std::uint64_t seed, const FaultSet& faults, const Phases& phases,
                               int devices) {
  SeededRandom random = dice(seed, kScriptPurpose, 0);
  std::vector<Step> steps;
  const auto add = [&](StepKind kind, Fault fault, int an_hour) {
    // Up to twice as many, so that each seed has its own measure.
    const auto most = static_cast<std::uint64_t>(an_hour * 2 * phases.calm_at / (60 * kMinute) + 1);
    for (std::uint64_t n = random.below(most + 1); n > 0; --n)
      steps.push_back(
          {0, static_cast<Millis>(random.below(static_cast<std::uint64_t>(phases.calm_at))), kind,
           static_cast<int>(random.below(static_cast<std::uint64_t>(devices))), fault});
  };
  // People have lively hours and quiet ones.
  add(StepKind::act, Fault::count, 60 + static_cast<int>(random.below(100)));
  for (const Plan& plan : kPlans)
    if (included(faults, plan.fault)) add(plan.kind, plan.fault, plan.an_hour);
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Step& a, const Step& b) { return a.at < b.at; });
  for (std::size_t i = 0; i < steps.size(); ++i) steps[i].number = static_cast<int>(i + 1);
  return steps;
}

}  // namespace deskbell::test
