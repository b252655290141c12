#pragma once

#include <deskbell/types.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace deskbell::sdk {

/// Changes on their way from the SDK's thread to the app's. Each is kept once until it is taken,
/// and many of one subject melt into "any of them", so that an app that never looks costs nothing.
class ChangeQueue {
 public:
  /// Called by `add`, on its thread, when there were no changes before.
  explicit ChangeQueue(std::function<void()> on_change) : on_change_(std::move(on_change)) {}

  void add(const std::vector<Change>& changes);

  std::optional<Change> poll();
  /// Waits for a change until the timeout, or for ever without one. True when there is one.
  bool wait(std::optional<std::chrono::milliseconds> timeout);

 private:
  static constexpr std::size_t kMaxOfOneSubject = 512;

  void add_one(const Change& change);  // with the lock held

  std::function<void()> on_change_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Change> queue_;
  std::set<std::pair<Subject, std::string>> queued_;
};

}  // namespace deskbell::sdk
