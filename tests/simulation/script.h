#pragma once

#include <string>
#include <vector>

#include "core/base/time.h"
#include "tests/simulation/run.h"

namespace deskbell::test {

/// What is made to happen at a time, to whom. Everything else follows from these and from the
/// network's dice.
enum class StepKind {
  act,
  hub_speaks,
  crash_hub,
  cut_hub_power,
  fill_hub,
  back_up_hub,
  restore_hub,
  unknown_from_hub,
  partition,
  portal,
  crash_device,
  fill_device,
  remember_device,
  roll_back_device,
  wipe_device,
  clone_device,
  set_clock,
  unknown_on_device,
};

struct Step {
  int number = 0;  ///< Names it, for `--steps`.
  Millis at = 0;
  StepKind kind = StepKind::act;
  int device = 0;
  Fault fault = Fault::count;  ///< What it belongs to; `count`: nothing that goes wrong.
};

/// How long each phase takes: first with faults, then without, when all must drain and agree.
struct Phases {
  Millis calm_at = 45 * 60'000;
  Millis end = 60 * 60'000;
};

/// The steps of a seed in their order, for so many devices.
std::vector<Step> write_script(std::uint64_t seed, const FaultSet& faults, const Phases& phases,
                               int devices);

}  // namespace deskbell::test
