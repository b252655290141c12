#include "sdk/change_queue.h"

#include <algorithm>

namespace deskbell::sdk {

void ChangeQueue::add(const std::vector<Change>& changes) {
  if (changes.empty()) return;
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = queue_.empty();
    for (const Change& change : changes) add_one(change);
  }
  changed_.notify_all();
  if (!was_empty || !on_change_) return;
  try {
    on_change_();
  } catch (...) {
    // The app's own failure to wake itself; it must not take the device down. The change stays.
  }
}

void ChangeQueue::add_one(const Change& change) {
  if (queued_.contains({change.subject, ""})) return;
  if (!queued_.emplace(change.subject, change.id).second) return;
  const auto of_subject = [&](const Change& other) { return other.subject == change.subject; };
  const auto count = std::count_if(queue_.begin(), queue_.end(), of_subject);
  if (!change.id.empty() && count < static_cast<std::ptrdiff_t>(kMaxOfOneSubject)) {
    queue_.push_back(change);
    return;
  }
  std::erase_if(queue_, of_subject);
  std::erase_if(queued_, [&](const auto& entry) { return entry.first == change.subject; });
  queue_.push_back({change.subject, ""});
  queued_.emplace(change.subject, "");
}

std::optional<Change> ChangeQueue::poll() {
  const std::lock_guard lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  Change change = std::move(queue_.front());
  queue_.pop_front();
  queued_.erase({change.subject, change.id});
  return change;
}

bool ChangeQueue::wait(std::optional<std::chrono::milliseconds> timeout) {
  std::unique_lock lock(mutex_);
  const auto some = [&] { return !queue_.empty(); };
  if (timeout) return changed_.wait_for(lock, *timeout, some);
  changed_.wait(lock, some);
  return true;
}

}  // namespace deskbell::sdk
