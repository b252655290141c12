// A thousand devices lose their hub in the same moment, in virtual time. They must not all come
// back in the same moment.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>

#include "server/http/live.h"
#include "tests/support/loopback.h"

namespace deskbell::test {
namespace {

#ifdef DESKBELL_SANITIZE
constexpr std::size_t kDevices = 100;
#else
constexpr std::size_t kDevices = 1'000;
#endif
constexpr Millis kLatency = 20;
constexpr Millis kSecond = 1'000;
constexpr Millis kTenMinutes = 600 * kSecond;

class Herd {
 public:
  Herd() {
    for (std::size_t i = 0; i < kDevices; ++i) {
      devices_.push_back(std::make_unique<Device>(ActorKind::customer, 1'000 + i));
      devices_[i]->engine().start(devices_[i]->now);
      wake_.push_back(devices_[i]->now + static_cast<Millis>(i));  // people come one by one
      queue_.push({wake_[i], i});
    }
    now_ = devices_[0]->now;
  }

  Millis now() const { return now_; }

  /// How the hub's place answers; the hub itself, when there is nothing here.
  std::function<std::optional<Response>(const Request&)> instead;

  /// All streams break in this moment.
  void break_streams() {
    for (const std::size_t i : std::exchange(streaming_, {})) {
      devices_[i]->engine().on_failure(streams_[i], now_);
      settle(i);
    }
  }

  /// All streams are told goodbye, as a hub that stops does it.
  void say_bye() {
    const LiveLimits limits;
    Millis told = 0;
    for (const std::size_t i : std::exchange(streaming_, {})) {
      const Millis after =
          limits.return_after_stop_ms + told++ * kSecond / limits.returns_per_second;
      devices_[i]->engine().on_stream_bytes(
          streams_[i], encode_sse("bye", encode_bye({"stopping", after})), now_);
      settle(i);
    }
  }

  void checkpoint() {
    for (const std::size_t i : streaming_)
      devices_[i]->engine().on_stream_bytes(
          streams_[i],
          encode_sse("checkpoint", encode_checkpoint({*devices_[i]->replica().cursor(), now_})),
          now_);
  }

  void run_until(Millis end) {
    while (!queue_.empty() && queue_.top().first <= end) {
      const auto [at, i] = queue_.top();
      queue_.pop();
      if (wake_[i] != at) continue;  // an older wish
      now_ = std::max(now_, at);
      settle(i);
    }
    now_ = end;
  }

  void run_until_all_listen(Millis bound) {
    const Millis end = now_ + bound;
    while (streaming_.size() < kDevices && now_ < end) run_until(now_ + 100);
    BOOST_REQUIRE_EQUAL(streaming_.size(), kDevices);
  }

  void forget_requests() { requests_.clear(); }

  /// The most requests in any `window` of time.
  std::size_t peak(Millis window) const {
    std::size_t most = 0, first = 0;
    for (std::size_t last = 0; last < requests_.size(); ++last) {
      while (requests_[last] - requests_[first] >= window) ++first;
      most = std::max(most, last - first + 1);
    }
    return most;
  }

  void tell(const char* what) {
    std::sort(requests_.begin(), requests_.end());
    const Millis span = requests_.empty() ? 0 : requests_.back() - requests_.front();
    BOOST_TEST_MESSAGE(what << ": " << requests_.size() << " requests in " << span
                            << " ms, at most " << peak(kSecond) << " a second and " << peak(100)
                            << " in 100 ms");
  }

 private:
  void settle(std::size_t i) {
    Device& device = *devices_[i];
    for (device.now = now_;; device.now += kLatency) {
      const auto wake = device.plan();
      if (device.outgoing.empty()) {
        wake_[i] = wake.value_or(now_ + 365 * 24 * 3'600 * kSecond);
        queue_.push({wake_[i], i});
        return;
      }
      for (const Request& request : std::exchange(device.outgoing, {})) answer(i, request);
    }
  }

  void answer(std::size_t i, const Request& request) {
    Device& device = *devices_[i];
    requests_.push_back(device.now);
    const auto other = instead ? instead(request) : hub_.answer(device.actor(), request);
    if (!other) return device.engine().on_failure(request.id, device.now);
    Response response = *other;
    response.request = request.id;
    device.engine().on_response(response, device.now);
    if (!request.stream || response.status != 200) return;
    streams_[i] = request.id;
    streaming_.insert(i);
  }

  LoopbackHub hub_{1};
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<Millis> wake_;
  std::priority_queue<std::pair<Millis, std::size_t>, std::vector<std::pair<Millis, std::size_t>>,
                      std::greater<>>
      queue_;
  std::map<std::size_t, std::uint64_t> streams_;
  std::set<std::size_t> streaming_;
  std::vector<Millis> requests_;
  Millis now_ = 0;
};

std::optional<Response> nobody(const Request&) {
  return std::nullopt;
}

Response problem(int status, ErrorCode code, std::optional<Millis> retry_after) {
  return {0, status, "application/problem+json", retry_after, encode_problem({{code, ""}, ""})};
}

/// A crowd that has been live for a while.
struct Live : Herd {
  Live() {
    run_until_all_listen(60 * kSecond);
    checkpoint();
    forget_requests();
  }
};

// Two requests bring a device back, a pull and its stream. Evenly spread, a thousand make 667 a
// second over three seconds; bounds leave some room for chance.
constexpr std::size_t kMostPerSecond = 900;
constexpr std::size_t kMostPerTenth = 150;

void check_spread(Herd& herd, const char* what) {
  herd.tell(what);
  BOOST_CHECK_LE(herd.peak(kSecond), kMostPerSecond);
  BOOST_CHECK_LE(herd.peak(kSecond / 10), kMostPerTenth);
}

BOOST_AUTO_TEST_SUITE(herd)

BOOST_FIXTURE_TEST_CASE(a_hub_that_was_killed_and_is_back_at_once_is_not_run_over, Live) {
  break_streams();
  run_until_all_listen(20 * kSecond);
  check_spread(*this, "back at once");
}

BOOST_FIXTURE_TEST_CASE(nor_one_that_is_back_after_some_seconds, Live) {
  instead = nobody;
  break_streams();
  run_until(now() + 8 * kSecond);
  tell("while it is away for 8 s");
  instead = nullptr;
  forget_requests();
  run_until_all_listen(60 * kSecond);
  check_spread(*this, "back after 8 s");
}

BOOST_FIXTURE_TEST_CASE(nor_one_that_is_back_after_ten_minutes, Live) {
  instead = nobody;
  break_streams();
  run_until(now() + kTenMinutes);
  tell("while it is away for ten minutes");
  BOOST_CHECK_LE(peak(kSecond), kDevices * 5 / 4);
  instead = nullptr;
  forget_requests();
  run_until_all_listen(120 * kSecond);
  check_spread(*this, "back after ten minutes");
}

BOOST_FIXTURE_TEST_CASE(nor_one_that_says_goodbye_and_is_back, Live) {
  say_bye();
  run_until_all_listen(60 * kSecond);
  check_spread(*this, "back after goodbye");
}

BOOST_FIXTURE_TEST_CASE(nor_one_that_asks_everybody_to_come_in_five_seconds, Live) {
  instead = [&](const Request&) { return problem(503, ErrorCode::overloaded, 5 * kSecond); };
  break_streams();
  run_until(now() + 4 * kSecond);
  instead = nullptr;
  forget_requests();
  run_until_all_listen(60 * kSecond);
  check_spread(*this, "told to come in 5 s");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell::test
