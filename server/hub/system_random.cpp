#include "server/hub/system_random.h"

#include <sodium.h>

#include <cstdlib>

namespace deskbell {

SystemRandom::SystemRandom() {
  if (sodium_init() < 0) std::abort();
}

void SystemRandom::fill(std::span<std::byte> bytes) {
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace deskbell
