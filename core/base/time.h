#pragma once

#include <cstdint>

namespace deskbell {

/// Milliseconds since the Unix epoch, UTC. The core never reads a clock: "now" is an argument.
using Millis = std::int64_t;

}  // namespace deskbell
