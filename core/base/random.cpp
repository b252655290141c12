#include "core/base/random.h"

#include <limits>

namespace deskbell {

std::uint64_t Random::below(std::uint64_t bound) {
  if (bound == 0) return 0;
  // Values of the incomplete last stretch are thrown away, or small results would come more often.
  const std::uint64_t limit = std::numeric_limits<std::uint64_t>::max() / bound * bound;
  std::uint64_t value = 0;
  do fill(std::as_writable_bytes(std::span(&value, 1)));
  while (value >= limit);
  return value % bound;
}

}  // namespace deskbell
