#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace deskbell {

/// Where the core's randomness comes from: the system's generator in the drivers, a seed in the
/// simulator. It must be fit for secrets wherever an id or a secret leaves the process.
class Random {
 public:
  virtual ~Random() = default;
  /// Fills every byte. Must not fail.
  virtual void fill(std::span<std::byte> bytes) = 0;

  /// Uniform in [0, bound); 0 when bound is 0.
  std::uint64_t below(std::uint64_t bound);
};

}  // namespace deskbell
