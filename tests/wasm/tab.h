#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/support/loopback.h"
#include "tests/support/page_log.h"
#include "wasm/device.h"

namespace deskbell::test {

/// What people have been told, and what a hub must therefore have in the end.
struct Promises {
  std::set<std::string> texts;
};

/// One tab: the real device on a shared log, driven as web/src/worker/store.ts does, in steps so
/// that tabs can come between each other's.
class Tab {
 public:
  Tab(PageLog& log, LoopbackHub& hub, Promises& promises, std::uint64_t seed);

  /// Something to be run in the next batch: a command, or with `{"input": …}` what happened.
  void queue(nlohmann::json work) { queue_.push_back(std::move(work)); }

  /// Runs what is queued as a batch and takes its record; the log is not touched yet.
  void run();
  bool has_batch() const { return batch_.has_value(); }
  /// Opening wrote the tables, and they are not in the log yet.
  bool is_new() const { return is_new_; }
  /// Appends the record; behind another tab, puts back, applies, runs again, until it is in.
  void append();
  /// Looks what others wrote. Precondition: no batch, not new.
  void catch_up();
  /// The tab is killed, in whatever it was doing, and opened again.
  void kill();
  /// The hub answers what was asked (or, with `fails`, the network does not).
  void answer_requests(bool fails);

  nlohmann::json ask(const nlohmann::json& command);
  std::vector<std::string> bytes() const { return device_->fold(); }
  int conflicts() const { return conflicts_; }
  std::optional<Millis> wake_at() const { return wake_at_; }
  static Millis now;

 private:
  struct Batch {
    std::vector<nlohmann::json> works;
    std::vector<nlohmann::json> answers;
    nlohmann::json effects;
    std::optional<std::string> record;
  };

  void open();
  void give(const std::string& record);
  void execute(Batch& batch);
  void finish();
  void carry_out(const nlohmann::json& effects);

  PageLog& log_;
  LoopbackHub& hub_;
  Promises& promises_;
  SeededRandom random_;
  std::unique_ptr<deskbell::Device> device_;
  std::size_t head_ = 0;
  std::vector<nlohmann::json> queue_;
  std::optional<Batch> batch_;
  std::map<std::uint64_t, nlohmann::json> requests_;
  std::optional<std::uint64_t> stream_;
  std::optional<Millis> wake_at_;
  int conflicts_ = 0;
  bool is_new_ = true;
};

}  // namespace deskbell::test
