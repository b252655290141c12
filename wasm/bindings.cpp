// The core in a browser, as JavaScript sees it.
//
// The whole border is one class with ten methods. Text goes in and comes out as JSON in UTF-8
// (core/border/border.h says what it holds); records go in and come out as bytes. There is no logic
// here: what a method means is said in wasm/device.h and tested there without a browser. Three
// things are this file's own:
//
// - Bytes that come out are copied into a Uint8Array with a buffer of its own. A view into the
//   module's memory would dangle as soon as that memory grows, and handing one to IndexedDB would
//   store the whole heap.
// - Time comes in as a double, because a 64-bit integer would be a BigInt in JavaScript. It holds
//   milliseconds exactly for the next 280,000 years.
// - Randomness is getentropy, which Emscripten takes from `crypto.getRandomValues`.
//
// Nothing throws across. What Device cannot turn into an error (no memory for the error itself)
// ends the module, and the worker starts another one from the log.
//
// The names below are those of `CoreDevice` in web/src/worker/core.ts; a test holds the two
// against each other.

#include <emscripten/bind.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "core/base/random.h"
#include "wasm/device.h"

namespace {

using deskbell::Device;
using deskbell::Millis;
using emscripten::val;

class SystemRandom : public deskbell::Random {
 public:
  void fill(std::span<std::byte> bytes) override {
    while (!bytes.empty()) {
      const std::span<std::byte> part = bytes.first(std::min<std::size_t>(bytes.size(), 256));
      // Without randomness there can be no ids and no secrets: better no widget at all.
      if (getentropy(part.data(), part.size()) != 0) std::abort();
      bytes = bytes.subspan(part.size());
    }
  }
};

SystemRandom g_random;

val bytes_of(const std::string& bytes) {
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  return val(emscripten::typed_memory_view(bytes.size(), data)).call<val>("slice");
}

class CoreDevice {
 public:
  CoreDevice() : device_("device", g_random) {}

  std::string open() { return device_.open(); }
  std::string send(const std::string& command, double now) {
    return device_.send(command, static_cast<Millis>(now));
  }
  std::string receive(const std::string& input, double now) {
    return device_.receive(input, static_cast<Millis>(now));
  }
  std::string effects(double now) { return device_.effects(static_cast<Millis>(now)); }

  val take() {
    const std::optional<std::string> record = device_.take();
    return record ? bytes_of(*record) : val::null();
  }
  void hold() { device_.hold(); }
  void settle(bool keep) { device_.settle(keep); }
  std::string give(const std::string& record) { return device_.give(record); }
  val fold() {
    val chunks = val::array();
    for (const std::string& chunk : device_.fold()) chunks.call<void>("push", bytes_of(chunk));
    return chunks;
  }

 private:
  Device device_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(deskbell) {
  emscripten::class_<CoreDevice>("CoreDevice")
      .constructor<>()
      .function("open", &CoreDevice::open)
      .function("send", &CoreDevice::send)
      .function("receive", &CoreDevice::receive)
      .function("effects", &CoreDevice::effects)
      .function("take", &CoreDevice::take)
      .function("hold", &CoreDevice::hold)
      .function("settle", &CoreDevice::settle)
      .function("give", &CoreDevice::give)
      .function("fold", &CoreDevice::fold);
}
