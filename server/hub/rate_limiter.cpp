#include "server/hub/rate_limiter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace deskbell {

std::optional<Millis> RateLimiter::wait_for(const std::string& key, Millis now) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  const Entry& entry = *found->second;
  if (entry.times < most_ || entry.window_ends <= now) return std::nullopt;
  return entry.window_ends - now;
}

void RateLimiter::count(const std::string& key, Millis now) {
  const auto found = by_key_.find(key);
  Entry entry{key, 0, now + window_ms_};
  if (found != by_key_.end()) {
    if (found->second->window_ends > now) entry = *found->second;
    entries_.erase(found->second);
  } else if (entries_.size() >= kMaxLimitedKeys) {
    by_key_.erase(entries_.front().key);
    entries_.pop_front();
  }
  ++entry.times;
  by_key_[key] = entries_.insert(entries_.end(), std::move(entry));
}

void RateLimiter::forget(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  entries_.erase(found->second);
  by_key_.erase(found);
}

std::optional<std::string> network_of(const std::string& address) {
  constexpr std::array<unsigned char, 12> kMappedIpv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::array<unsigned char, 16> bytes{};
  const auto ipv4 = [&](const unsigned char* at) -> std::optional<std::string> {
    if (at[0] == 127) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(at), 4);
  };
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return ipv4(bytes.data());
  const std::string without_zone = address.substr(0, address.find('%'));
  if (inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) != 1) return address;
  if (std::equal(kMappedIpv4.begin(), kMappedIpv4.end(), bytes.begin()))
    return ipv4(bytes.data() + kMappedIpv4.size());
  if (std::all_of(bytes.begin(), bytes.end() - 1, [](unsigned char byte) { return byte == 0; }) &&
      bytes.back() == 1)
    return std::nullopt;
  return std::string(reinterpret_cast<const char*>(bytes.data()), 8);
}

}  // namespace deskbell
