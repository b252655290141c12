// libFuzzer's door to one target, the one that the build names.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  try {
    deskbell::fuzz::DESKBELL_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), size});
  } catch (const deskbell::fuzz::Broken& broken) {
    std::fprintf(stderr, "BROKEN PROMISE: %s\n", broken.promise.c_str());
    std::abort();
  }
  return 0;
}
