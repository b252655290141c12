// The hub's store dies at its first write, its second, and so on to the end of a story; what it has
// acknowledged is there when it is opened again, and whoever asks again gets the same places.

#include <boost/test/unit_test.hpp>

#include "core/doctor/store_check.h"
#include "core/event/id.h"
#include "server/store/sqlite_hub_store.h"
#include "tests/simulation/crash/every_change.h"
#include "tests/support/cheap_hash.h"

namespace deskbell::test {
namespace {

constexpr const char* kPath = "hub/store.db";
constexpr Millis kNow = 1'763'770'000'000;

/// A site's store, and what its people send it.
class Site {
 public:
  explicit Site(Disk& disk) : disk_(disk), random_(5) {
    SeededRandom ids(6);
    for (int i = 0; i < 4; ++i) {
      const std::string conversation = make_id(kNow, ids);
      batches_.push_back({event(ids, conversation, ConversationStarted{}),
                          event(ids, conversation, MessagePosted{"one", {}, ""})});
      batches_.push_back({event(ids, conversation, MessagePosted{"two", {}, ""})});
    }
  }

  void tell() {
    open();
    while (store_ && !disk_.stopped() && !at_end())
      if (!tell_part() || disk_.stopped()) return;
  }
  bool at_end() const { return part_ == batches_.size() + 2; }
  void close() { store_.reset(); }

  void check() {
    open();
    BOOST_REQUIRE(store_);
    for (const auto& [id, seq] : acknowledged_)
      BOOST_TEST((EventLog(store_->writer()).seq_of(id) == seq), "lost or moved: " << id);
    if (part_ > 0) BOOST_TEST(*store_->register_customer(customer_.id, "secret", kNow));
    check_health();
  }

  void check_end() {
    check_health();
    BOOST_TEST(*store_->head() == 13);  // twelve of the customer's, one of the site's
  }

 private:
  std::string event(SeededRandom& ids, const std::string& conversation, Payload payload) {
    const std::string type(type_name(payload));
    return encode_event(
        {make_id(kNow, ids), type, conversation, customer_, kNow, std::move(payload)});
  }

  void open() {
    if (store_) return;
    auto store = SqliteHubStore::open(kPath, random_, kNow, {cheap_hash, kDiskVfs});
    if (store) store_ = std::move(*store);
  }

  bool tell_part() {
    const bool done = part_ == 0   ? store_->register_customer(customer_.id, "secret", kNow).ok()
                      : part_ == 1 ? speak()
                                   : push(batches_[part_ - 2]);
    if (done) ++part_;
    return done;
  }

  // Said once, however often the hub starts again.
  bool speak() {
    const auto hashes = store_->own_hashes();
    if (!hashes) return false;
    if (hashes->contains("site")) return true;
    return store_->place_own(std::vector<OwnEvent>{{"site", "1", SiteUpdated{"Shop", {}}}}, kNow)
        .ok();
  }

  bool push(const std::vector<std::string>& events) {
    const Push push{customer_, {events.begin(), events.end()}};
    const auto placement = store_->place(std::vector<Push>{push});
    if (!placement) return false;
    for (const PushResult& result : placement->answers[0].results) {
      BOOST_TEST((result.outcome == PushOutcome::placed));
      acknowledged_[result.id] = result.seq;
    }
    return true;
  }

  void check_health() {
    for (const Finding& finding :
         check_store(store_->writer(), {.kind = StoreKind::hub, .hash = cheap_hash}))
      BOOST_ERROR(finding.sentence);
  }

  Disk& disk_;
  SeededRandom random_;
  const Actor customer_{ActorKind::customer, "0193a000-0000-7000-8000-00000000000c"};
  std::unique_ptr<SqliteHubStore> store_;
  std::vector<std::vector<std::string>> batches_;
  std::map<std::string, Seq> acknowledged_;
  std::size_t part_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(crash_at_every_write)

BOOST_AUTO_TEST_CASE(of_the_hub_loses_nothing_that_was_acknowledged) {
  const std::uint64_t crashes = crash_at_every_change<Site>("hub");
  BOOST_TEST(crashes > 100u);  // or the story is too short to prove anything
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell::test
