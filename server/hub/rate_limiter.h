#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/time.h"

namespace deskbell {

/// Failed logins that one key (a login and an address) has free, in one window.
inline constexpr int kMaxFailedLogins = 10;
inline constexpr Millis kFailedLoginWindowMs = 10 * 60 * 1000;
/// New customers from one network, in one window. Generous, for a whole office, campus or mobile
/// operator may stand behind one address.
inline constexpr int kMaxNewCustomers = 600;
inline constexpr Millis kNewCustomersWindowMs = 10 * 60 * 1000;
/// How often one person may say that he is writing, in one window, from all his devices. Each says
/// so every three seconds.
inline constexpr int kMaxTyping = 120;
inline constexpr Millis kTypingWindowMs = 60 * 1000;
/// Keys remembered; the one counted least recently gives way, so that memory stays bounded.
inline constexpr std::size_t kMaxLimitedKeys = 10'000;

/// Counts what each of many keys does, and says when one has done too much: at most `most` times
/// in a window, which begins with the first of them. One thread.
class RateLimiter {
 public:
  RateLimiter(int most, Millis window_ms) : most_(most), window_ms_(window_ms) {}

  /// How long the key must wait before it may try again; nothing if it may now.
  std::optional<Millis> wait_for(const std::string& key, Millis now) const;
  void count(const std::string& key, Millis now);
  void forget(const std::string& key);

 private:
  struct Entry {
    std::string key;
    int times = 0;
    Millis window_ends = 0;
  };
  const int most_;
  const Millis window_ms_;
  std::list<Entry> entries_;  // least recently counted first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
};

/// What one household or office has of an address: all of IPv4's, the first 64 bits of IPv6's.
/// Nothing for this machine's own, which tells nobody apart: a proxy that does not say whom it
/// speaks for. What is no address is its own network.
std::optional<std::string> network_of(const std::string& address);

}  // namespace deskbell
