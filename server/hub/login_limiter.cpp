#include "server/hub/login_limiter.h"

namespace deskbell {

std::optional<Millis> LoginLimiter::wait_for(const std::string& key, Millis now) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  const Entry& entry = *found->second;
  if (entry.failures < kMaxFailedLogins || entry.window_ends <= now) return std::nullopt;
  return entry.window_ends - now;
}

void LoginLimiter::failed(const std::string& key, Millis now) {
  const auto found = by_key_.find(key);
  Entry entry{key, 0, now + kFailedLoginWindowMs};
  if (found != by_key_.end()) {
    if (found->second->window_ends > now) entry = *found->second;
    entries_.erase(found->second);
  } else if (entries_.size() >= kMaxLimitedKeys) {
    by_key_.erase(entries_.front().key);
    entries_.pop_front();
  }
  ++entry.failures;
  by_key_[key] = entries_.insert(entries_.end(), std::move(entry));
}

void LoginLimiter::succeeded(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  entries_.erase(found->second);
  by_key_.erase(found);
}

}  // namespace deskbell
