// Several tabs of one site on one page log, in any interleaving.

#include <boost/test/unit_test.hpp>

#include "tests/wasm/tab.h"

namespace deskbell::test {
namespace {

using nlohmann::json;

struct World {
  World(std::uint64_t seed, std::size_t tab_count) : random(seed), hub(seed + 1) {
    for (std::size_t i = 0; i < tab_count; ++i)
      tabs.push_back(std::make_unique<Tab>(log, hub, promises, seed * 100 + i));
  }

  Tab& any() { return *tabs[random.below(tabs.size())]; }

  json some_command() {
    switch (random.below(6)) {
      case 0:
        return {{"command", "customer.update"}, {"name", "Ada " + std::to_string(++count)}};
      case 1:
        return {{"command", "panel"}};
      case 2:
        return {{"command", "network"}, {"available", random.chance(70)}};
      case 3:
        return {{"command", "hash"}};
      default:
        return {{"command", "message.post"}, {"text", "message " + std::to_string(++count)}};
    }
  }

  void step() {
    Tab::now += static_cast<Millis>(random.below(2'000));
    Tab& tab = any();
    if (random.chance(3)) return tab.kill();
    if (tab.has_batch()) return random.chance(60) ? tab.append() : void();
    if (random.chance(20) && !tab.is_new()) return tab.catch_up();
    if (random.chance(40)) tab.answer_requests(random.chance(20));
    for (std::uint64_t n = random.below(4); n > 0; --n) tab.queue(some_command());
    tab.run();
  }

  /// Lets every tab finish, the network heal and the outbox drain.
  void settle() {
    for (auto& tab : tabs) {
      if (tab->has_batch()) tab->append();
      tab->queue({{"command", "network"}, {"available", true}});
    }
    for (int round = 0; round < 200; ++round) {
      for (auto& tab : tabs) {
        tab->answer_requests(false);
        tab->run();
        if (tab->has_batch()) tab->append();
        tab->catch_up();
      }
      Tab::now += 1'000;
      if (tabs[0]->ask({{"command", "panel"}})["result"]["unsent"] == 0 && round > 20) break;
    }
    for (auto& tab : tabs) tab->catch_up();
  }

  SeededRandom random;
  LoopbackHub hub;
  PageLog log;
  Promises promises;
  std::vector<std::unique_ptr<Tab>> tabs;
  int count = 0;
};

std::map<std::string, int> texts_on(LoopbackHub& hub) {
  std::map<std::string, int> texts;
  for (Query rows = hub.database().query("SELECT text FROM message"); rows.next();)
    ++texts[std::string(rows.text(0))];
  return texts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tabs)

BOOST_AUTO_TEST_CASE(tabs_agree_and_no_acknowledged_message_is_lost_or_doubled) {
  int conflicts = 0;
  std::size_t promised = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      World world(seed, 2 + seed % 2);
      for (int i = 0; i < 250; ++i) world.step();
      world.settle();

      const auto reference = world.tabs[0]->bytes();
      const json hash = world.tabs[0]->ask({{"command", "hash"}});
      for (auto& tab : world.tabs) {
        BOOST_TEST((tab->bytes() == reference));
        BOOST_TEST(tab->ask({{"command", "hash"}}) == hash);
        conflicts += tab->conflicts();
      }
      Tab fresh(world.log, world.hub, world.promises, seed * 100 + 99);
      BOOST_TEST((fresh.bytes() == reference));

      const auto on_hub = texts_on(world.hub);
      for (const std::string& text : world.promises.texts)
        BOOST_TEST(on_hub.contains(text), "lost: " << text);
      for (const auto& [text, times] : on_hub) BOOST_TEST(times == 1, text << " came twice");
      promised += world.promises.texts.size();
    }
  }
  // Or nothing was tested.
  BOOST_TEST(conflicts > 100);
  BOOST_TEST(promised > 500u);
}

BOOST_AUTO_TEST_CASE(two_tabs_that_open_at_once_become_one_customer) {
  World world(7, 2);
  for (auto& tab : world.tabs) tab->run();
  for (auto& tab : world.tabs) tab->append();
  for (auto& tab : world.tabs) tab->catch_up();
  const auto customer = [&](std::size_t i) {
    return world.tabs[i]->ask({{"command", "panel"}})["result"]["customer"]["id"];
  };
  BOOST_TEST(customer(0) == customer(1));
  BOOST_TEST(world.tabs[1]->conflicts() == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell::test
