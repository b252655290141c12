#include <boost/test/unit_test.hpp>
#include <future>

#include "server/hub/commit_queue.h"
#include "server/hub/worker_pool.h"
#include "tests/server/hub_fixture.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

/// Counts commits, and fails the ones that hold a certain event.
class CountingStore final : public HubStore {
 public:
  explicit CountingStore(HubStore& store) : store_(store) {}

  Result<Placement> place(std::span<const Push> pushes) override {
    ++commits;
    for (const Push& push : pushes)
      for (const std::string_view event : push.events)
        if (!poison.empty() && event.find(poison) != std::string_view::npos)
          return Error{ErrorCode::storage_failed, "poisoned"};
    return store_.place(pushes);
  }

  const std::string& epoch() const override { return store_.epoch(); }
  Result<std::vector<Visibility>> place_own(std::span<const OwnEvent> e, Millis n) override {
    return store_.place_own(e, n);
  }
  Result<void> set_origins(const std::vector<std::string>& o) override {
    return store_.set_origins(o);
  }
  Result<void> put_account(const AgentAccount& a) override { return store_.put_account(a); }
  Result<bool> remove_account(const std::string& l) override { return store_.remove_account(l); }
  Result<SiteView> site() override { return store_.site(); }
  Result<BookToLearn> book_to_learn() override { return store_.book_to_learn(); }
  Result<std::vector<AgentAccount>> accounts() override { return store_.accounts(); }
  Result<std::int64_t> session_count(const std::string& a) override {
    return store_.session_count(a);
  }
  Result<void> add_session(const std::string& a, const std::string& s, Millis n) override {
    return store_.add_session(a, s, n);
  }
  Result<bool> register_customer(const std::string& i, const std::string& s, Millis n) override {
    return store_.register_customer(i, s, n);
  }
  Result<Introduced> introduce(const Introduction& i, Millis n) override {
    return store_.introduce(i, n);
  }
  Result<void> end_session(const Actor& a, const std::string& s, Millis n) override {
    return store_.end_session(a, s, n);
  }
  Result<void> set_identity_secret(const std::string& s) override {
    return store_.set_identity_secret(s);
  }
  Result<bool> has_person_session(const std::string& c, const std::string& s) override {
    return store_.has_person_session(c, s);
  }
  Result<Millis> tokens_void_before(const std::string& c) override {
    return store_.tokens_void_before(c);
  }
  Result<std::string> identity_secret() override { return store_.identity_secret(); }
  Result<Seq> head() override { return store_.head(); }
  Result<Page> read(const Actor& r, Seq a, std::size_t l, std::size_t b, Millis n) override {
    return store_.read(r, a, l, b, n);
  }
  Result<std::map<std::string, std::string>> own_hashes() override { return store_.own_hashes(); }
  Result<std::vector<std::string>> origins() override { return store_.origins(); }
  Result<std::optional<AgentAccount>> account(const std::string& l) override {
    return store_.account(l);
  }
  Result<bool> has_session(const std::string& a, const std::string& s) override {
    return store_.has_session(a, s);
  }
  Result<std::optional<std::string>> customer_of(const std::string& c) override {
    return store_.customer_of(c);
  }
  Result<std::string> attachments_of(const Actor& r, const std::string& m) override {
    return store_.attachments_of(r, m);
  }
  Result<std::string> attachments_of_answer(const Actor& r, const std::string& a) override {
    return store_.attachments_of_answer(r, a);
  }
  Result<std::optional<std::string>> customer_secret_hash(const std::string& i) override {
    return store_.customer_secret_hash(i);
  }

  int commits = 0;
  std::string poison;

 private:
  HubStore& store_;
};

struct QueueFixture {
  TemporaryFolder folder;
  std::unique_ptr<SqliteHubStore> real = open_store(folder / "hub.db");
  CountingStore store{*real};
  std::vector<Visibility> told;

  static std::string body(const std::vector<std::string>& events) { return encode_push(events); }

  /// Runs `fill` while the writing thread is held up, so that all it queues is there at once.
  template <class F>
  void with_held_queue(F&& fill) {
    CommitQueue queue([this](HubStore&, std::vector<Visibility> placed) {
      told.insert(told.end(), placed.begin(), placed.end());
    });
    std::promise<void> begun;
    std::promise<void> go;
    BOOST_REQUIRE(queue.run([&begun, held = go.get_future().share()] {
      begun.set_value();
      held.wait();
    }));
    begun.get_future().wait();
    fill(queue);
    go.set_value();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(commit_queue, QueueFixture)

BOOST_AUTO_TEST_CASE(pushes_that_queued_up_share_one_commit) {
  std::vector<Seq> seqs;
  with_held_queue([&](CommitQueue& queue) {
    for (int i = 1; i <= 20; ++i)
      BOOST_REQUIRE(queue.push(
          store, customer(i), body({started(i, customer(i), i)}),
          [&](Result<PushAnswer> answer) { seqs.push_back(answer.value().results.at(0).seq); }));
  });
  BOOST_CHECK_EQUAL(store.commits, 1);
  BOOST_REQUIRE_EQUAL(seqs.size(), 20u);
  for (std::size_t i = 0; i < seqs.size(); ++i) BOOST_CHECK_EQUAL(seqs[i], static_cast<Seq>(i + 1));
  BOOST_CHECK_EQUAL(told.size(), 20u);
}

BOOST_AUTO_TEST_CASE(a_push_that_the_store_cannot_bear_does_not_take_others_with_it) {
  store.poison = "poison";
  int failed = 0;
  int placed = 0;
  const auto count = [&](Result<PushAnswer> answer) { ++(answer ? placed : failed); };
  with_held_queue([&](CommitQueue& queue) {
    BOOST_REQUIRE(queue.push(store, customer(1), body({started(1, customer(1), 1)}), count));
    BOOST_REQUIRE(
        queue.push(store, customer(1), body({posted(2, customer(1), 1, "poison")}), count));
    BOOST_REQUIRE(queue.push(store, customer(1), body({posted(3, customer(1), 1, "good")}), count));
  });
  BOOST_CHECK_EQUAL(failed, 1);
  BOOST_CHECK_EQUAL(placed, 2);
  BOOST_CHECK_EQUAL(store.head().value(), 2);
}

BOOST_AUTO_TEST_CASE(a_push_that_cannot_be_read_is_answered_by_itself) {
  Result<PushAnswer> bad = PushAnswer{};
  Result<PushAnswer> good = PushAnswer{};
  with_held_queue([&](CommitQueue& queue) {
    BOOST_REQUIRE(
        queue.push(store, customer(1), "{\"events\":[", [&](auto answer) { bad = answer; }));
    BOOST_REQUIRE(queue.push(store, customer(1), body({started(1, customer(1), 1)}),
                             [&](auto answer) { good = answer; }));
  });
  BOOST_REQUIRE(!bad.ok());
  BOOST_CHECK(bad.error().code == ErrorCode::invalid_json);
  BOOST_REQUIRE(good.ok());
  BOOST_CHECK_EQUAL(good->results.at(0).seq, 1);
}

BOOST_AUTO_TEST_CASE(other_writes_keep_their_place_among_the_pushes) {
  std::vector<std::string> order;
  with_held_queue([&](CommitQueue& queue) {
    BOOST_REQUIRE(queue.push(store, customer(1), body({started(1, customer(1), 1)}),
                             [&](auto) { order.push_back("first"); }));
    BOOST_REQUIRE(queue.run([&] { order.push_back("job"); }));
    BOOST_REQUIRE(queue.push(store, customer(1), body({posted(2, customer(1), 1, "x")}),
                             [&](auto) { order.push_back("second"); }));
  });
  const std::vector<std::string> expected = {"first", "job", "second"};
  BOOST_TEST(order == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(too_much_is_turned_away_and_the_rest_is_done) {
  std::size_t accepted = 0;
  std::size_t answered = 0;
  with_held_queue([&](CommitQueue& queue) {
    while (queue.push(store, customer(1), "{}", [&](auto) { ++answered; })) ++accepted;
  });
  BOOST_CHECK_EQUAL(accepted, kMaxQueuedJobs);
  BOOST_CHECK_EQUAL(answered, accepted);
}

BOOST_AUTO_TEST_CASE(the_queue_is_bounded_in_bytes_too) {
  std::size_t accepted = 0;
  with_held_queue([&](CommitQueue& queue) {
    while (queue.push(store, customer(1), std::string(1024 * 1024, ' '), [](auto) {})) ++accepted;
  });
  BOOST_CHECK_EQUAL(accepted, kMaxQueuedBytes / (1024 * 1024));
}

BOOST_AUTO_TEST_CASE(a_worker_pool_runs_jobs_and_turns_away_what_is_too_much) {
  std::promise<void> go;
  const std::shared_future<void> held = go.get_future().share();
  std::promise<void> begun;
  std::atomic<int> done = 0;
  std::promise<void> all_done;
  WorkerPool pool(1, 2);
  BOOST_REQUIRE(pool.run([&] {
    begun.set_value();
    held.wait();
    ++done;
  }));
  begun.get_future().wait();
  BOOST_CHECK(pool.run([&] { ++done; }));
  BOOST_CHECK(pool.run([&] {
    ++done;
    all_done.set_value();
  }));
  BOOST_CHECK(!pool.run([] {}));
  go.set_value();
  all_done.get_future().wait();
  BOOST_CHECK_EQUAL(done.load(), 3);
}

BOOST_AUTO_TEST_SUITE_END()
