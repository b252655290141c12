#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tests/simulation/ledger.h"
#include "tests/simulation/sim_device.h"
#include "tests/simulation/sim_hub.h"

namespace deskbell::test {

/// With the faults over and the queues drained: everything that was promised has come, nothing
/// twice, and all that see the same agree, also with a recount by other code. Returns a hash of it
/// all.
std::uint64_t check_end(Run& run, SimHub& hub, Ledger& ledger,
                        const std::vector<std::unique_ptr<SimDevice>>& devices);

}  // namespace deskbell::test
