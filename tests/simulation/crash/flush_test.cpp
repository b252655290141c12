// A device waits for its disk for what only it has; for the history, it does not.

#include <boost/test/unit_test.hpp>

#include "core/event/id.h"
#include "core/sync/engine.h"
#include "tests/simulation/disk.h"
#include "tests/support/loopback.h"

namespace deskbell::test {
namespace {

constexpr const char* kPath = "laptop/store.db";
constexpr Millis kNow = 1'763'770'000'000;

/// An agent's device that is signed in, on a disk that counts, and a hub with a history.
struct Laptop {
  explicit Laptop(bool relaxes = true) {
    register_disk_vfs();
    for (int i = 0; i < kEvents; ++i) hub.place_own(SiteUpdated{"Shop", std::to_string(i)});
    open(relaxes);
    BOOST_REQUIRE(replica().adopt({"site", agent, "secret"}).ok());
  }
  ~Laptop() { disk.stop(); }

  void open(bool relaxes) {
    engine.reset();
    database = std::make_unique<Database>(
        kPath, OpenOptions{.relaxes = relaxes, .vfs = kDiskVfs, .pragmas = kAppStore.pragmas});
    engine = std::make_unique<Engine>(*database, random);
  }

  Replica& replica() { return engine->replica(); }

  /// How often `work` waits for the disk.
  template <class F>
  std::uint64_t syncs_of(F work) {
    const std::uint64_t before = disk.syncs();
    work();
    return disk.syncs() - before;
  }

  /// All but the last page of the history, one event a page.
  void pull_all_but_the_end() {
    for (int i = 0; i < kEvents - 1; ++i) BOOST_REQUIRE(pull_page().more);
  }
  Page pull_page() {
    const auto cursor = replica().cursor().value_or(Cursor{hub.epoch(), 0, 0});
    const Page page = hub.page(agent, cursor, 1);
    BOOST_REQUIRE((replica().apply_page(page, kNow).ok()));
    return page;
  }
  void publish() {
    const std::string id = make_id(kNow, random);
    const AnswerPublished answer{id, "Title", "Text", {}, AnswerScope::team, "en"};
    BOOST_REQUIRE(replica().emit("", answer, kNow).ok());
  }

  void lose_power() {
    disk.stop();
    engine.reset();
    database.reset();
    disk.start_again(/*power_was_cut=*/true);
    open(true);
  }

  static constexpr int kEvents = 100;
  Disk disk{"laptop", 7};
  SeededRandom random{3};
  LoopbackHub hub{1};
  const Actor agent{ActorKind::agent, "0193a000-0000-7000-8000-00000000000a"};
  std::unique_ptr<Database> database;
  std::unique_ptr<Engine> engine;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(flushing)

BOOST_AUTO_TEST_CASE(a_page_of_the_history_does_not_wait_for_the_disk) {
  Laptop laptop;
  // The log's own header is the one thing that may be synced meanwhile.
  BOOST_TEST(laptop.syncs_of([&] { laptop.pull_all_but_the_end(); }) <= 1u);
  BOOST_TEST(laptop.syncs_of([&] { laptop.pull_page(); }) == 1u);  // it may carry receipts
}

BOOST_AUTO_TEST_CASE(what_only_the_device_has_waits_for_the_disk) {
  Laptop laptop;
  BOOST_TEST(laptop.syncs_of([&] { laptop.publish(); }) == 1u);
  laptop.pull_page();
  BOOST_TEST(laptop.syncs_of([&] { laptop.publish(); }) == 1u);
  const auto events = laptop.replica().next_push(kNow, 1);
  const PushAnswer answer = laptop.hub.push(laptop.agent, encode_push(events));
  BOOST_TEST(laptop.syncs_of([&] {
    BOOST_REQUIRE(laptop.replica().apply_push_answer(answer, kNow).ok());
  }) == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_written_after_a_page_brings_it_to_the_disk) {
  Laptop laptop;
  laptop.pull_all_but_the_end();
  laptop.publish();
  const auto cursor = laptop.replica().cursor();
  laptop.lose_power();
  BOOST_TEST(laptop.replica().unsent_count() == 1);
  BOOST_REQUIRE(laptop.replica().cursor());
  BOOST_TEST(laptop.replica().cursor()->seq == cursor->seq);
}

BOOST_AUTO_TEST_CASE(a_power_cut_takes_back_pages_that_can_be_had_again) {
  Laptop laptop;
  laptop.publish();
  laptop.pull_all_but_the_end();
  laptop.lose_power();
  BOOST_TEST(laptop.replica().unsent_count() == 1);
  while (laptop.pull_page().more) {
  }
  BOOST_TEST(laptop.replica().cursor()->seq == laptop.hub.head());
  BOOST_TEST(laptop.replica().hash() == laptop.hub.hash_for(laptop.agent));
}

BOOST_AUTO_TEST_CASE(whose_store_does_not_relax_waits_for_each_page) {
  Laptop laptop(/*relaxes=*/false);
  BOOST_TEST(laptop.syncs_of([&] { laptop.pull_all_but_the_end(); }) >= 99u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell::test
