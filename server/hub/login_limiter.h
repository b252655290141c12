#pragma once

#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/base/time.h"

namespace deskbell {

/// Failed logins that one key (a login and an address) has free, in one window.
inline constexpr int kMaxFailedLogins = 10;
inline constexpr Millis kFailedLoginWindowMs = 10 * 60 * 1000;
/// Keys remembered; the least recently failed gives way, so that memory stays bounded.
inline constexpr std::size_t kMaxLimitedKeys = 10'000;

/// Slows down who guesses passwords. One thread.
class LoginLimiter {
 public:
  /// How long the key must wait before it may try again; nothing if it may now.
  std::optional<Millis> wait_for(const std::string& key, Millis now) const;
  void failed(const std::string& key, Millis now);
  void succeeded(const std::string& key);

 private:
  struct Entry {
    std::string key;
    int failures = 0;
    Millis window_ends = 0;
  };
  std::list<Entry> entries_;  // least recently failed first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

}  // namespace deskbell
