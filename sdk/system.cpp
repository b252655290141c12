#include "sdk/system.h"

#include <pthread.h>
#include <signal.h>
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

void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

Millis now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace deskbell::sdk
