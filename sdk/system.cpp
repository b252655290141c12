#include "sdk/system.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace deskbell::sdk {

void SystemRandom::fill(std::span<std::byte> bytes) {
  constexpr std::size_t kMaxPerCall = 256;  // getentropy's own limit
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(bytes.size(), kMaxPerCall));
    // It fails only where the system has no such call at all; ids and secrets must not be guessed.
    if (::getentropy(piece.data(), piece.size()) != 0) std::abort();
    bytes = bytes.subspan(piece.size());
  }
}

Millis now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace deskbell::sdk
