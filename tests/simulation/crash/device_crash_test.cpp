// A device dies at its first write, its second, and so on to the end of a story; what it told as
// saved is there when it is opened again, and the story can be told to its end.

#include <boost/test/unit_test.hpp>

#include "core/doctor/store_check.h"
#include "core/sync/engine.h"
#include "tests/simulation/crash/every_change.h"
#include "tests/support/loopback.h"

namespace deskbell::test {
namespace {

constexpr const char* kPath = "phone/store.db";
constexpr Millis kNow = 1'763'770'000'000;

/// A customer's app on a disk, and a hub that never fails.
class Phone {
 public:
  explicit Phone(Disk& disk) : disk_(disk), random_(3), hub_(1) {
    hub_.place_own(SiteUpdated{"Shop", "Welcome"});
    hub_.place_own(AgentUpdated{agent_.id, "Eve"});
  }

  /// Each part of the story is told until it has gone well, so that a part that a crash broke off
  /// is told again from its beginning; nothing in it counts twice.
  void tell() {
    open();
    for (; part_ < std::size(kParts) && !disk_.stopped(); ++part_) {
      const auto part = kParts[part_];  // GCC 12 reads it twice otherwise, once from anywhere
      if (!(this->*part)() || disk_.stopped()) return;
    }
  }
  bool at_end() const { return part_ == std::size(kParts); }

  void close() {
    engine_.reset();
    database_.reset();
  }

  void check() {
    open();
    for (const std::string& id : saved_)
      BOOST_TEST(database_
                     ->integer("SELECT 1 FROM event WHERE id = ?1"
                               " UNION SELECT 1 FROM outbox WHERE id = ?1",
                               id)
                     .has_value(),
                 "lost: " << id);
    for (const Finding& finding : check_store(*database_, {.kind = StoreKind::device}))
      BOOST_ERROR(finding.sentence);
  }

  void check_end() {
    BOOST_TEST(engine_->replica().unsent_count() == 0);
    BOOST_TEST(engine_->replica().hash() == hub_.hash_for(customer_));
    for (const std::string& id : saved_)
      BOOST_TEST(EventLog(hub_.database()).seq_of(id).has_value());
  }

 private:
  void open() {
    if (engine_) return;
    try {
      database_ = std::make_unique<Database>(kPath, kAppStore);
      engine_ = std::make_unique<Engine>(*database_, random_);
    } catch (const StoreError&) {
      close();
    }
  }

  bool adopt() { return engine_ && engine_->replica().adopt({"site", customer_, "secret"}).ok(); }
  bool write() {
    for (int i = 0; i < 3; ++i) {
      const auto id = engine_->replica().post_message("", "message", "", kNow);
      if (!id) return false;
      saved_.push_back(*id);
    }
    return true;
  }
  bool push() {
    const auto events = engine_->replica().next_push(kNow, 100);
    return engine_->replica()
        .apply_push_answer(hub_.push(customer_, encode_push(events)), kNow)
        .ok();
  }
  bool pull() {
    for (bool more = true; more;) {
      const auto cursor = engine_->replica().cursor().value_or(Cursor{hub_.epoch(), 0, 0});
      const Page page = hub_.page(customer_, cursor, 2);
      if (!engine_->replica().apply_page(page, kNow)) return false;
      more = page.more;
    }
    return true;
  }
  bool rename() {
    return engine_->replica().emit("", CustomerUpdated{customer_.id, "Ada", {}}, kNow).ok();
  }
  bool lose_hub() {
    if (!std::exchange(restored_, true)) hub_.restore_to(3);
    return engine_->replica().begin_epoch(hub_.epoch()).ok();
  }

  static constexpr bool (Phone::*kParts[])() = {
      &Phone::adopt, &Phone::write, &Phone::push, &Phone::pull,     &Phone::rename,
      &Phone::write, &Phone::push,  &Phone::pull, &Phone::lose_hub, &Phone::pull,
      &Phone::push,  &Phone::pull,  &Phone::push, &Phone::pull};

  Disk& disk_;
  SeededRandom random_;
  LoopbackHub hub_;
  const Actor customer_{ActorKind::customer, "0193a000-0000-7000-8000-00000000000c"};
  const Actor agent_{ActorKind::agent, "0193a000-0000-7000-8000-00000000000a"};
  std::unique_ptr<Database> database_;
  std::unique_ptr<Engine> engine_;
  std::vector<std::string> saved_;
  std::size_t part_ = 0;
  bool restored_ = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(crash_at_every_write)

BOOST_AUTO_TEST_CASE(of_a_device_loses_nothing_that_was_told_as_saved) {
  const std::uint64_t crashes = crash_at_every_change<Phone>("phone");
  BOOST_TEST(crashes > 100u);  // or the story is too short to prove anything
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell::test
