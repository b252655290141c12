#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/run.h"
#include "tests/simulation/script.h"

namespace deskbell::test {

/// What to simulate: a seed, and what of it to leave out.
struct Setting {
  std::uint64_t seed = 1;
  FaultSet faults;         ///< Those that strike.
  FaultSet script_faults;  ///< Those that the script was written for; steps keep their numbers.
  std::optional<std::set<int>> steps;  ///< Only these of the script; all when absent.
  Phases phases;
  Telling telling = Telling::nothing;

  bool strikes(Fault fault) const {
    return fault == Fault::count || faults[static_cast<std::size_t>(fault)];
  }
};

struct Outcome {
  std::optional<Failure> failure;
  std::uint64_t hash = 0;  ///< Of what all replicas have in the end.
  Millis simulated = 0;
  std::size_t events = 0;  ///< In the hub's log at the end.
  std::vector<int> steps;  ///< The numbers of the steps that ran.
  std::vector<std::string> story;
};

/// Runs one seed: a hub, a customer's browser with two tabs, a customer's app and two agents' apps.
Outcome simulate(const Setting& setting);

}  // namespace deskbell::test
