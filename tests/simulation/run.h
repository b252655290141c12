#pragma once

#include <bitset>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "tests/support/seeded_random.h"

namespace deskbell::test {

/// What can go wrong. A seed turns on some of these (swarm testing: what never happens together
/// with something else finds other things than what always does).
#define DESKBELL_FAULTS(FAULT)                                                                  \
  FAULT(drop)         /* requests and answers vanish */                                         \
  FAULT(duplicate)    /* a request reaches the hub twice, the second time perhaps much later */ \
  FAULT(delay)        /* answers come late and overtake each other */                           \
  FAULT(truncate)     /* an answer or a stream ends in the middle */                            \
  FAULT(partition)    /* a device is cut off for minutes */                                     \
  FAULT(portal)       /* something else answers in the hub's place, with status 200 */          \
  FAULT(buffering)    /* a proxy holds streams back until they end */                           \
  FAULT(hub_crash)    /* the hub dies at some write; its disk keeps everything */               \
  FAULT(power_cut)    /* the same, and what was not synced is kept, lost or torn */             \
  FAULT(hub_full)     /* the hub's disk is full for a while */                                  \
  FAULT(hub_restore)  /* the hub is restored from an older backup: a new epoch */               \
  FAULT(device_crash) /* a device dies at some write */                                         \
  FAULT(device_full)  /* a device's disk, or a browser's quota, is full for a while */          \
  FAULT(rollback)     /* a device's store returns to an earlier state */                        \
  FAULT(wipe)         /* a device's store is gone */                                            \
  FAULT(clone)        /* a backup of a device is restored beside the device itself */           \
  FAULT(clock)        /* devices' clocks are wrong, and jump */                                 \
  FAULT(short_tokens) /* tokens end after two minutes */                                        \
  FAULT(version_skew) /* the hub speaks of things that this version does not know, and a device \
                         has events in its outbox that the hub does not know */

enum class Fault {
#define DESKBELL_FAULT(name) name,
  DESKBELL_FAULTS(DESKBELL_FAULT)
#undef DESKBELL_FAULT
      count
};

using FaultSet = std::bitset<static_cast<std::size_t>(Fault::count)>;

std::string_view fault_name(Fault fault);
std::optional<Fault> fault_from(std::string_view name);
/// About half of all faults, by the seed.
FaultSet swarm(std::uint64_t seed);

/// A random stream of its own for each purpose, so that leaving one step out changes no other.
SeededRandom dice(std::uint64_t seed, std::uint64_t purpose, std::uint64_t number);

/// What was broken, and how.
struct Failure {
  std::string invariant;
  std::string what;
  Millis at = 0;
};

/// How much of its story a run keeps.
enum class Telling { nothing, story, with_requests };

/// One seed's virtual time, and what is known about it. Everything in a simulation happens as an
/// action at its time; actions of the same time happen in the order in which they were asked for.
class Run {
 public:
  Run(std::uint64_t of_seed, FaultSet faults, Millis calm_at, Telling telling)
      : seed(of_seed), faults_(faults), calm_at_(calm_at), telling_(telling) {}

  const std::uint64_t seed;

  Millis now() const { return now_; }
  void at(Millis time, std::function<void()> action);
  void after(Millis delay, std::function<void()> action) { at(now_ + delay, std::move(action)); }
  /// Runs the next action if it is due by `until`; false if there is none.
  bool step(Millis until);

  std::uint64_t next_number() { return ++numbered_; }

  /// Whether a fault may strike now: it is part of the swarm and calm has not come.
  bool faulty(Fault fault) const { return now_ < calm_at_ && includes(fault); }
  bool includes(Fault fault) const { return faults_[static_cast<std::size_t>(fault)]; }
  bool calm() const { return now_ >= calm_at_; }

  /// A line of the story, if somebody listens.
  void say(const std::string& line);
  /// One about a single request, for those who want to know it all.
  void say_detail(const std::string& line);
  bool tells_details() const { return telling_ == Telling::with_requests; }
  const std::vector<std::string>& story() const { return story_; }

  /// Notes the first thing that was broken; the simulation ends.
  void fail(std::string_view invariant, const std::string& what);
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  FaultSet faults_;
  Millis calm_at_;
  Telling telling_;
  Millis now_ = 0;
  int in_this_moment_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t numbered_ = 0;
  std::map<std::pair<Millis, std::uint64_t>, std::function<void()>> actions_;
  std::vector<std::string> story_;
  std::optional<Failure> failure_;
};

/// Hours, minutes, seconds and milliseconds of virtual time.
std::string clock_text(Millis time);

}  // namespace deskbell::test
