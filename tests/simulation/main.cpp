// deskbell-simulate: the hub and its devices in virtual time, with everything going wrong that can.

#include <cstdio>
#include <string>

#include "tests/simulation/command_line.h"
#include "tests/simulation/jobs.h"
#include "tests/simulation/report.h"

#ifdef DESKBELL_MUTANTS
#include "tests/simulation/mutants/active.h"
#endif

int main(int count, char** arguments) {
  using namespace deskbell::test;
  const auto options = read_command_line(count, arguments);
  if (!options) return 2;
#ifdef DESKBELL_MUTANTS
  active_mutant = options->mutant;
#else
  if (!options->mutant.empty()) {
    std::fputs("deskbell-simulate: only deskbell-simulate-mutants has mutants\n", stderr);
    return 2;
  }
#endif
  if (options->replay) return replay(*options);
  const Total total =
      run_seeds(*options, [&](const SeedResult& result) { tell(*options, result); });
  std::printf("%llu seeds, %.1f simulated hours, %llu failed\n",
              static_cast<unsigned long long>(total.seeds), total.hours,
              static_cast<unsigned long long>(total.failed));
  return total.failed == 0 ? 0 : 1;
}
