#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "tests/simulation/run.h"
#include "tests/simulation/script.h"

namespace deskbell::test {

/// What `deskbell-simulate` was asked for.
struct Options {
  std::string program;
  std::uint64_t seeds = 100;
  std::uint64_t from = 1;
  double hours = 0;                    ///< Real hours to go on for; 0: until the seeds are done.
  unsigned jobs = 0;                   ///< Processes side by side; 0: one for each core.
  bool hashes = false;                 ///< Print each seed's hash.
  bool shrinks = true;                 ///< Make failing seeds small.
  bool until_first = false;            ///< Stop at the first failing seed.
  bool requests = false;               ///< Tell of every request, too.
  bool replay = false;                 ///< Tell the story of one seed.
  std::optional<FaultSet> faults;      ///< Instead of the seed's swarm.
  std::optional<std::set<int>> steps;  ///< Only these.
  std::string mutant;  ///< The deliberate fault to run with, in builds that have any.
};

/// Nothing if the arguments are wrong or help was asked for; it has been said then.
std::optional<Options> read_command_line(int count, char** arguments);

}  // namespace deskbell::test
