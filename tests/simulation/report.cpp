#include "tests/simulation/report.h"

#include <cinttypes>
#include <cstdio>

#include "tests/simulation/shrink.h"

namespace deskbell::test {
namespace {

std::string names_of(const FaultSet& faults) {
  std::string names;
  for (std::size_t i = 0; i < faults.size(); ++i)
    if (faults[i])
      names += (names.empty() ? "" : ",") + std::string(fault_name(static_cast<Fault>(i)));
  return names.empty() ? "none" : names;
}

std::string replay_command(const Options& options, const Setting& setting) {
  std::string command = options.program + " --replay " + std::to_string(setting.seed);
  if (!options.mutant.empty()) command += " --mutant " + options.mutant;
  if (setting.faults != swarm(setting.seed)) command += " --faults " + names_of(setting.faults);
  if (!setting.steps) return command;
  command += " --steps ";
  bool first = true;
  for (const int step : *setting.steps) {
    command += (first ? "" : ",") + std::to_string(step);
    first = false;
  }
  return command;
}

}  // namespace

std::string report(const Options& options, const Setting& setting, const Outcome& outcome) {
  std::string text = "seed " + std::to_string(setting.seed) + " failed at " +
                     clock_text(outcome.failure->at) + ": " + outcome.failure->invariant + "\n  " +
                     outcome.failure->what + "\n  replay: " + replay_command(options, setting) +
                     "\n";
  if (!options.shrinks) return text;
  Setting small = shrink(setting, outcome);
  small.telling = Telling::story;
  const Outcome again = simulate(small);
  text += "  the shortest way there that was found (" + std::to_string(small.steps->size()) +
          " steps, faults: " + names_of(small.faults) + "):\n";
  for (const std::string& line : again.story) text += "    " + line + "\n";
  return text + "  replay: " + replay_command(options, small) + "\n";
}

std::string crash_report(const Options& options, std::uint64_t seed) {
  return "seed " + std::to_string(seed) + " failed: the process died\n  replay: " +
         replay_command(options, setting_of(options, seed)) + "\n";
}

void tell(const Options& options, const SeedResult& result) {
  if (result.failed) std::fputs(result.report.c_str(), stdout);
  if (options.hashes) std::printf("%" PRIu64 " %016" PRIx64 "\n", result.seed, result.hash);
  std::fflush(stdout);
}

int replay(const Options& options) {
  Setting setting = setting_of(options, options.from);
  setting.telling = options.requests ? Telling::with_requests : Telling::story;
  const Outcome outcome = simulate(setting);
  std::printf("seed %" PRIu64 ", faults: %s\n", options.from, names_of(setting.faults).c_str());
  for (const std::string& line : outcome.story) std::puts(line.c_str());
  std::printf("%zu events in the hub's log, state %016" PRIx64 ", %s\n", outcome.events,
              outcome.hash, outcome.failure ? "FAILED" : "all well");
  return outcome.failure ? 1 : 0;
}

}  // namespace deskbell::test
