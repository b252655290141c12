#pragma once

#include <functional>
#include <string>

#include "tests/simulation/command_line.h"
#include "tests/simulation/simulation.h"

namespace deskbell::test {

/// What came of one seed, in a form that crosses from one process to another.
struct SeedResult {
  std::uint64_t seed = 0;
  bool failed = false;
  std::uint64_t hash = 0;
  Millis simulated = 0;
  std::string report;  ///< For people, of a seed that failed.
};

struct Total {
  std::uint64_t seeds = 0;
  double hours = 0;
  std::uint64_t failed = 0;
};

/// Runs the seeds in several processes, so that one that crashes is a seed that failed; tells of
/// each in the order in which they end.
Total run_seeds(const Options& options, const std::function<void(const SeedResult&)>& on_result);

/// One seed, here.
SeedResult run_seed(const Options& options, std::uint64_t seed);

/// The setting that the options describe for a seed.
Setting setting_of(const Options& options, std::uint64_t seed);

}  // namespace deskbell::test
