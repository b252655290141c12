#pragma once

#include "core/base/random.h"
#include "core/base/time.h"

namespace deskbell::sdk {

/// The kernel's generator, fit for secrets.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> bytes) override;
};

/// The system's clock.
Millis now_ms();

}  // namespace deskbell::sdk
