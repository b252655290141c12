#pragma once

#include "tests/simulation/simulation.h"

namespace deskbell::test {

/// Leaves out as much of a failing seed as it can while the same invariant stays broken: kinds of
/// faults first, then steps, in ever smaller pieces. Returns what is left.
Setting shrink(const Setting& failing, const Outcome& outcome);

}  // namespace deskbell::test
