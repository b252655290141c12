#pragma once

#include "core/store/database.h"
#include "core/sync/engine.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/sim_device.h"

namespace deskbell::test {

/// A native app on the SDK's way of storing: an SQLite file with a write-ahead log on a disk that
/// fails, driven as the SDK's thread drives it.
class AppDevice final : public SimDevice {
 public:
  AppDevice(Surroundings world, int number, std::string name, const Actor& actor);
  /// A copy of another one's store, on a machine of its own, of the same person.
  AppDevice(Surroundings world, int number, std::string name, const AppDevice& other);
  ~AppDevice() override;

  void start() override;
  Database* store() override;
  void act(SeededRandom random, const std::string& text) override;
  void crash(SeededRandom random) override;
  void set_full(bool full) override;
  void roll_back(SeededRandom random) override;
  void wipe() override;
  void remember() override;
  void hint_network(bool available) override;
  void leave_unknown_event() override;
  void calm_down() override;
  std::string unrest() override;
  std::vector<std::uint64_t> hashes() override;

 private:
  struct Process;

  /// Runs `body` on the running process, then carries out what it wants.
  template <class F>
  void with(F&& body);
  void pump(Process& process);
  void stop(const std::string& why);
  void start_again();
  Result<std::string> carry_out(Replica& replica, const Deed& deed);

  std::string path_;
  Disk disk_;
  SeededRandom random_;
  std::string secret_;
  std::shared_ptr<Process> process_;
  std::vector<Disk::Image> remembered_;
  bool power_cut_ = false;
  bool must_keep_ = false;  // the store was not touched by anything but a crash
};

}  // namespace deskbell::test
