#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "tests/simulation/sim_device.h"
#include "tests/support/page_log.h"

namespace deskbell::test {

class BrowserTab;

/// A customer's browser: one page log, and some tabs that are all equal, driven as
/// web/src/worker/store.ts drives them.
class BrowserDevice final : public SimDevice {
 public:
  BrowserDevice(Surroundings world, int number, std::string name, std::size_t tabs);
  ~BrowserDevice() override;

  void start() override;
  Database* store() override;
  void act(SeededRandom random, const std::string& text) override;
  /// Kills a tab, or (losing what was relaxed) the whole browser.
  void crash(SeededRandom random) override;
  void set_full(bool full) override;
  void roll_back(SeededRandom random) override;
  void wipe() override;
  void hint_network(bool available) override;
  void calm_down() override;
  std::string unrest() override;
  std::vector<std::uint64_t> hashes() override;

 private:
  friend class BrowserTab;

  void open_tab(std::size_t place);
  void kill_all();
  /// A batch is in the log and its tab knows.
  void batch_kept(BrowserTab& tab);
  void tell_others(const BrowserTab& tab);

  PageLog log_;
  SeededRandom random_;
  std::vector<std::shared_ptr<BrowserTab>> tabs_;
  bool full_ = false;
  bool must_keep_ = false;
  int opened_ = 0;
};

}  // namespace deskbell::test
