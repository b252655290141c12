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

/// On each of the SDK's threads: signals are the app's, on its own; and a TLS connection that breaks
/// must not end the process by SIGPIPE.
void block_signals();

}  // namespace deskbell::sdk
