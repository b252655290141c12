#include "core/sync/patience.h"

#include <algorithm>

#include "core/base/random.h"

namespace deskbell {
namespace {

constexpr Millis kFirstBackOff = 500;
constexpr Millis kLongestBackOff = 60'000;
// More than that is a mistake of whoever says it: a person may be waiting.
constexpr Millis kLongestRetryAfter = 15 * 60'000;

// When a hub dies, all its streams end in the same moment. A thousand devices that come back over
// three seconds are what a hub bears easily; who has something to send does not wait for it.
constexpr Millis kSpreadAfterLoss = 3'000;
constexpr Millis kLongestRest = 8'000;

constexpr int kMostCounted = 1000;

Millis ceiling_after(int times, Millis longest) {
  return std::min(longest, kFirstBackOff << std::clamp(times - 1, 0, 10));
}

Millis random_below(Random& random, Millis bound) {
  return static_cast<Millis>(random.below(static_cast<std::uint64_t>(bound)));
}

}  // namespace

void Patience::renew(Millis now) {
  *this = Patience();
  ask_at_ = touch_at_ = vain_at_ = now;
}

void Patience::failed(Random& random, std::optional<Millis> retry_after_ms, Millis now) {
  if (failures_ == 0 || now >= ask_at_) failures_ = std::min(failures_ + 1, kMostCounted);
  const Millis ceiling = ceiling_after(failures_, kLongestBackOff);
  // Half fixed, half random: neither at once nor all together.
  Millis delay = ceiling / 2 + random_below(random, ceiling) / 2;
  if (retry_after_ms) {
    // Many were told the same number in the same moment: they come over half as long again.
    const Millis asked = std::clamp(*retry_after_ms, Millis{0}, kLongestRetryAfter);
    delay = std::max(delay, asked + random_below(random, std::max(ceiling, asked / 2)));
  }
  ask_at_ = std::max(ask_at_, now + delay);
}

bool Patience::forgives_once() {
  if (failures_ > 0) return false;
  failures_ = 1;
  return true;
}

void Patience::lost_touch(Random& random, Millis now) {
  touch_at_ = std::max(touch_at_, now + random_below(random, kSpreadAfterLoss));
}

void Patience::read_in_vain(Random& random, Millis now) {
  vain_ = std::min(vain_ + 1, kMostCounted);
  const Millis ceiling = ceiling_after(vain_, kLongestRest);
  vain_at_ = std::max(vain_at_, now + random_below(random, ceiling));
}

void Patience::hold(Millis until) {
  ask_at_ = std::max(ask_at_, until);
}

Millis Patience::read_at() const {
  return std::max({ask_at_, touch_at_, vain_at_});
}

void Patience::shift(Millis by) {
  ask_at_ += by;
  touch_at_ += by;
  vain_at_ += by;
}

}  // namespace deskbell
