#pragma once

#include <string>

#include "tests/simulation/command_line.h"
#include "tests/simulation/jobs.h"
#include "tests/simulation/simulation.h"

namespace deskbell::test {

/// What people are told of a seed that failed: what broke, how to see it again, and a short story
/// of how it came about.
std::string report(const Options& options, const Setting& setting, const Outcome& outcome);

/// The same for a seed whose process died.
std::string crash_report(const Options& options, std::uint64_t seed);

/// Prints what is to be said of a seed.
void tell(const Options& options, const SeedResult& result);

/// `--replay`: runs one seed and prints its story. Returns the exit code.
int replay(const Options& options);

}  // namespace deskbell::test
