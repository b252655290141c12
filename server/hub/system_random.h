#pragma once

#include "core/base/random.h"

namespace deskbell {

/// The system's generator, through libsodium. Any thread.
class SystemRandom final : public Random {
 public:
  /// Sets libsodium up; aborts the process if the system has no generator.
  SystemRandom();
  void fill(std::span<std::byte> bytes) override;
};

}  // namespace deskbell
