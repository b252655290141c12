// Many customers' devices in one process: the real engine of each on a store in memory, and real
// HTTP to a real hub. It says how many are live whenever that changes, and counts requests.
//
//   network-crowd HUB SITE COUNT
//
//   mark      forget what was counted
//   report    {"live", "requests", "failures", "peak_per_second", "signed_out"}: since the mark

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/event/id.h"
#include "core/store/database.h"
#include "core/sync/engine.h"
#include "sdk/http_client.h"
#include "sdk/system.h"

namespace {

using namespace deskbell;
using sdk::HttpClient;
using sdk::now_ms;

constexpr unsigned kDeviceShift = 32;
constexpr Millis kLongestSleep = 100;

struct Device {
  Device(Random& random, const std::string& site)
      : database(":memory:", {}), engine(database, random) {
    const Actor actor{ActorKind::customer, make_id(now_ms(), random)};
    if (!engine.replica().adopt({site, actor, random_hex(32, random)}).ok()) std::abort();
    engine.start(now_ms());
  }
  Database database;
  Engine engine;
  Millis wake_at = 0;
};

class Crowd final : HttpClient::Listener {
 public:
  Crowd(const std::string& hub, const std::string& site, std::size_t count)
      : http_(HttpClient::check_hub(hub).value(), *this) {
    for (std::size_t i = 0; i < count; ++i) {
      devices_.push_back(std::make_unique<Device>(random_, site));
      settle(i);
    }
  }

  void run_once() {
    Millis wake = now_ms() + kLongestSleep;
    for (const auto& device : devices_) wake = std::min(wake, device->wake_at);
    http_.run(std::max<Millis>(0, wake - now_ms()));
    for (std::size_t i = 0; i < devices_.size(); ++i)
      if (devices_[i]->wake_at <= now_ms()) touched_.insert(i);
    for (const std::size_t i : std::exchange(touched_, {})) settle(i);
    const std::size_t live = count(Connection::live);
    if (live != told_live_) std::cout << "live " << (told_live_ = live) << std::endl;
  }

  void obey(const std::string& line) {
    if (line == "mark") {
      requests_.clear();
      failures_.clear();
    } else if (line == "report") {
      std::cout << nlohmann::json{{"live", count(Connection::live)},
                                  {"requests", requests_.size()},
                                  {"failures", failures_},
                                  {"peak_per_second", peak_per_second()},
                                  {"signed_out", count(Connection::signed_out)}}
                << std::endl;
    }
  }

 private:
  void on_response(const Response& response) override {
    Response own = response;
    own.request = response.request & ((std::uint64_t{1} << kDeviceShift) - 1);
    of(response.request).engine.on_response(own, now_ms());
  }
  void on_stream_bytes(std::uint64_t request, std::string_view bytes) override {
    of(request).engine.on_stream_bytes(request & 0xffff'ffff, bytes, now_ms());
  }
  void on_failure(std::uint64_t request, const std::string& reason) override {
    ++failures_[reason];
    of(request).engine.on_failure(request & 0xffff'ffff, now_ms());
  }

  Device& of(std::uint64_t request) {
    const auto index = static_cast<std::size_t>(request >> kDeviceShift);
    touched_.insert(index);
    return *devices_[index];
  }

  void settle(std::size_t index) {
    const std::uint64_t high = std::uint64_t{index} << kDeviceShift;
    const Effects effects = devices_[index]->engine.take_effects(now_ms());
    devices_[index]->wake_at = effects.link.wake_at.value_or(now_ms() + 3'600'000);
    for (const std::uint64_t id : effects.link.cancelled) http_.cancel(high | id);
    for (Request request : effects.link.requests) {
      request.id |= high;
      requests_.push_back(now_ms());
      http_.send(request);
    }
  }

  std::size_t count(Connection connection) const {
    return static_cast<std::size_t>(std::count_if(
        devices_.begin(), devices_.end(),
        [&](const auto& device) { return device->engine.connection() == connection; }));
  }

  /// The most requests that began within any second.
  std::size_t peak_per_second() const {
    std::size_t peak = 0, first = 0;
    for (std::size_t last = 0; last < requests_.size(); ++last) {
      while (requests_[last] - requests_[first] >= 1000) ++first;
      peak = std::max(peak, last - first + 1);
    }
    return peak;
  }

  sdk::SystemRandom random_;
  HttpClient http_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::set<std::size_t> touched_;
  std::deque<Millis> requests_;
  std::map<std::string, std::size_t> failures_;
  std::size_t told_live_ = 0;
};

/// The whole lines that have come by now; false at the end of the input.
bool take_lines(std::string& half, std::vector<std::string>& lines) {
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  while (::poll(&input, 1, 0) > 0) {
    char bytes[256];
    const auto count = ::read(STDIN_FILENO, bytes, sizeof bytes);
    if (count <= 0) return false;
    half.append(bytes, static_cast<std::size_t>(count));
  }
  for (std::size_t end; (end = half.find('\n')) != std::string::npos; half.erase(0, end + 1))
    lines.push_back(half.substr(0, end));
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  Crowd crowd(argv[1], argv[2], std::stoul(argv[3]));
  std::string half;
  for (;;) {
    std::vector<std::string> lines;
    if (!take_lines(half, lines)) return 0;
    for (const std::string& line : lines) crowd.obey(line);
    crowd.run_once();
  }
}
