#pragma once

#include "core/base/time.h"

namespace deskbell {

/// Now, by the system's clock. Any thread.
Millis wall_clock_now();

}  // namespace deskbell
