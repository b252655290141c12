#pragma once

#include <memory>
#include <set>
#include <string>

#include "core/event/event.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/ledger.h"
#include "tests/simulation/network.h"
#include "tests/simulation/run.h"
#include "tests/simulation/sim_hub.h"

namespace deskbell::test {

/// What every device is in.
struct Surroundings {
  Run& run;
  SimHub& hub;
  Network& network;
  Ledger& ledger;
};

/// Somebody's device: an agent's or customer's app, or a customer's browser.
class SimDevice {
 public:
  SimDevice(Surroundings world, int number, std::string name)
      : world_(world), number_(number), name_(std::move(name)) {}
  virtual ~SimDevice() = default;

  int number() const { return number_; }
  const std::string& name() const { return name_; }
  const Actor& actor() const { return actor_; }

  virtual void start() = 0;
  /// The store to look into; none while the device is off or in the middle of a batch.
  virtual Database* store() = 0;
  virtual void act(SeededRandom random, const std::string& text) = 0;

  virtual void crash(SeededRandom random) = 0;
  virtual void set_full(bool full) = 0;
  /// Back to an earlier state of its store, as if what came later had never been written.
  virtual void roll_back(SeededRandom random) = 0;
  virtual void wipe() = 0;
  /// What `roll_back` may go back to.
  virtual void remember() {}
  /// The network hint of the platform.
  virtual void hint_network(bool available) = 0;
  /// An event of a type that this device's hub does not know, as a newer version left it there.
  virtual void leave_unknown_event() {}
  /// All is to go well from now on: opens what is closed.
  virtual void calm_down() = 0;
  /// Whether there is nothing left to be said: what still waits for its time.
  virtual std::string unrest() = 0;
  /// The state hash without what is unsent, of each of its processes.
  virtual std::vector<std::uint64_t> hashes() = 0;

  void set_clock(Millis skew) { skew_ = skew; }

  /// After each step: what the device has is a whole prefix of what its owner may see, and its
  /// cursor has not moved back.
  void check_step(Database& store);
  std::set<std::string> refused(Database& store);

 protected:
  Run& run() { return world_.run; }
  Millis local_now() { return kEpochStart + world_.run.now() + skew_; }
  /// The store's state is durable and was told.
  void look(Database& store);
  void begin_life();
  /// A store that lost what the hub can give again has an older cursor.
  void forget_cursors();
  int life() const { return life_; }
  void say(const std::string& what) { world_.run.say(name_ + " " + what + "."); }

  static constexpr Millis kEpochStart = 1'763'770'000'000;

  Surroundings world_;
  Actor actor_;

 private:
  int number_;
  std::string name_;
  Millis skew_ = 0;
  int life_ = 0;
  std::map<std::string, Seq> cursors_;  // by epoch
  std::string epoch_;
  std::set<std::string> epochs_left_;
};

}  // namespace deskbell::test
