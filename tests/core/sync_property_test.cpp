// The promises of sync, tried on many random histories: devices act, requests and answers are lost,
// repeated and delayed, devices restart; then the network is whole again and all must agree.

#include <boost/test/unit_test.hpp>
#include <deque>
#include <map>

#include "core/event/id.h"
#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using test::Device;
using test::LoopbackHub;
using test::SeededRandom;

constexpr int kSeeds = 60;
constexpr int kSteps = 250;
constexpr std::uint64_t kHashOfAllSeeds = 4815775845753107913u;

/// A site with two customers and two agents on a network that fails at random.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed), hub_(seed * 7 + 1) {
    SiteUpdated site{"Shop", "Welcome"};
    site.mail = true;
    hub_.place_own(std::move(site));
    for (std::uint64_t i = 0; i < 4; ++i) {
      const ActorKind kind = i < 2 ? ActorKind::customer : ActorKind::agent;
      devices_.push_back(std::make_unique<Device>(kind, seed * 31 + i));
      if (kind == ActorKind::agent)
        hub_.place_own(AgentUpdated{devices_.back()->actor().id, "Agent " + std::to_string(i)});
      devices_.back()->engine().start(devices_.back()->now);
    }
  }

  void step() {
    if (random_.chance(5)) answer_transcript();
    Device& device = *devices_[random_.below(devices_.size())];
    device.now += static_cast<Millis>(random_.below(3'000));
    switch (random_.below(6)) {
      case 0:
      case 1:
        act(device);
        break;
      case 2:
      case 3:
        exchange(device);
        break;
      case 4:
        device.plan();
        break;
      default:
        if (random_.chance(10)) device.restart(), device.engine().start(device.now);
    }
    check_cursor(device);
  }

  /// The network is whole: everything drains.
  void settle() {
    // Twice around: what the first device brings late, the others must still get.
    for (int round = 0; round < 3; ++round)
      for (auto& device : devices_) device->now += 120'000, device->sync(hub_);
  }

  std::uint64_t check_agreement() {
    std::uint64_t combined = 0;
    for (auto& device : devices_) {
      const std::uint64_t hash = device->replica().hash();
      BOOST_TEST(hash == hub_.hash_for(device->actor()));
      BOOST_TEST(hash == device->replica().rebuild_and_hash());
      BOOST_TEST(device->replica().unsent_count() == 0);
      combined = combined * 1'000'003 + hash;
    }
    EventLog log(hub_.database());
    for (const auto& [id, device] : written_) {
      const bool placed = log.seq_of(id).has_value();
      const bool refused =
          device->database()
              .integer("SELECT 1 FROM outbox WHERE id = ? AND code IS NOT NULL", id)
              .has_value();
      BOOST_TEST((placed || refused), "event " << id << " was lost");
    }
    return combined;
  }

  void check_scope() {
    for (auto& device : devices_) {
      Database& store = device->database();
      BOOST_TEST(!store.integer("SELECT 1 FROM event WHERE audience = 3 AND author <> ?",
                                device->actor().id));
      BOOST_TEST(!store.integer("SELECT 1 FROM answer WHERE owner NOT IN ('', ?)",
                                device->actor().id));
      if (device->actor().kind != ActorKind::customer) continue;
      BOOST_TEST(!store.integer("SELECT 1 FROM answer WHERE scope <> 0"));
      BOOST_TEST(!store.integer("SELECT 1 FROM answer_draft"));
      BOOST_TEST(!store.integer("SELECT 1 FROM answer_guide"));
      BOOST_TEST(!store.integer("SELECT 1 FROM event WHERE type = 'note.added'"));
      BOOST_TEST(
          !store.integer("SELECT 1 FROM conversation WHERE customer <> ?", device->actor().id));
      BOOST_TEST(!store.integer("SELECT 1 FROM event WHERE audience = 1"));
    }
  }

  LoopbackHub& hub() { return hub_; }

 private:
  void act(Device& device) {
    if (device.actor().kind == ActorKind::customer) return act_as_customer(device);
    if (random_.chance(25)) return write_book(device);
    const auto conversations = device.views().conversations(10);
    if (conversations.empty()) return;
    const std::string& id = conversations[random_.below(conversations.size())].id;
    Replica& replica = device.replica();
    switch (random_.below(6)) {
      case 0:
        return remember(device, replica.post_message(id, "answer", "", device.now));
      case 1:
        return remember(device, replica.emit(id, NoteAdded{"a note"}, device.now));
      case 2:
        return remember(device, replica.emit(id, ConversationResolved{}, device.now));
      case 3:
        return remember(device,
                        replica.emit(id, ConversationAssigned{device.actor().id}, device.now));
      case 4:
        BOOST_TEST(replica.mark_read(id, device.now).ok());
        return;
      default:
        return remember(device, replica.emit(id, ConversationReopened{}, device.now));
    }
  }

  /// The hub has sent a transcript, or has given it up.
  void answer_transcript() {
    std::string request, conversation;
    if (Query row = hub_.database().query("SELECT request, conversation FROM transcript"
                                          " WHERE sent = 0 AND reason = '' LIMIT 1");
        row.next())
      request = row.text(0), conversation = row.text(1);
    if (request.empty()) return;
    if (random_.chance(70))
      hub_.place_own(TranscriptSent{request}, conversation);
    else
      hub_.place_own(TranscriptFailed{request, "mail_refused"}, conversation);
  }

  /// Works on the answer book: entries for everyone, for the team, and the agent's own.
  void write_book(Device& device) {
    const auto scope = static_cast<AnswerScope>(random_.below(3));
    // Own entries have ids of their own; the others are written by several agents.
    const std::string id =
        scope == AnswerScope::own
            ? device.actor().id
            : "0193b000-0000-7000-8000-00000000000" + std::to_string(random_.below(3));
    const AnswerPublished entry{id, "Title", "Text " + std::to_string(device.now), {}, scope, "en"};
    Replica& replica = device.replica();
    switch (random_.below(6)) {
      case 0:
        return remember(device, replica.emit("", AnswerDrafted{entry}, device.now));
      case 1:
        return remember(device, replica.emit("", AnswerGuided{id, "Ask first.", ""}, device.now));
      case 2:
        return remember(
            device, replica.emit("", AnswerWithdrawn{id, random_.chance(50)}, device.now));
      default:
        return remember(device, replica.emit("", entry, device.now));
    }
  }

  void act_as_customer(Device& device) {
    Replica& replica = device.replica();
    const auto conversations = device.views().conversations(10);
    switch (random_.below(5)) {
      case 3:
        if (conversations.empty()) return;
        return remember(device,
                        replica.emit(conversations.front().id,
                                     TranscriptRequested{"c@example.org", "en"}, device.now));
      case 0:
        return remember(
            device,
            replica.emit(
                "", CustomerUpdated{device.actor().id, "Name " + std::to_string(device.now), {}},
                device.now));
      case 1:
        if (conversations.empty()) return;
        BOOST_TEST(replica.mark_read(conversations.front().id, device.now).ok());
        return;
      case 2:
        if (conversations.empty() || !conversations.front().survey.open) return;
        return remember(
            device, replica.emit(conversations.front().id, SurveyAnswered{4, "good"}, device.now));
      default:
        return remember(device, replica.post_message("", "question", "", device.now));
    }
  }

  void remember(Device& device, const Result<std::string>& id) {
    // Policy may say no early (an unknown agent, a survey that was answered); nothing is written
    // then.
    if (id.ok()) written_.emplace_back(*id, &device);
  }

  void exchange(Device& device) {
    device.plan();
    if (device.outgoing.empty()) return;
    const Request request = device.outgoing.front();
    device.outgoing.erase(device.outgoing.begin());
    if (random_.chance(20))
      return device.engine().on_failure(request.id, device.now);  // never left
    const Response response = hub_.answer(device.actor(), request);
    if (random_.chance(20))
      (void)hub_.answer(device.actor(), request);  // sent twice by the network
    if (random_.chance(20))
      return device.engine().on_failure(request.id, device.now);  // answer lost
    device.engine().on_response(response, device.now);
    if (random_.chance(10)) device.engine().on_response(response, device.now);
  }

  void check_cursor(Device& device) {
    const auto cursor = device.replica().cursor();
    if (!cursor) return;
    Seq& last = cursors_[&device][cursor->epoch];
    BOOST_TEST(cursor->seq >= last);
    last = cursor->seq;
  }

  SeededRandom random_;
  LoopbackHub hub_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::deque<std::pair<std::string, Device*>> written_;
  std::map<Device*, std::map<std::string, Seq>> cursors_;
};

std::uint64_t run(std::uint64_t seed, bool with_restore) {
  World world(seed);
  for (int step = 0; step < kSteps; ++step) {
    world.step();
    if (with_restore && step == kSteps * 2 / 3) world.hub().restore_to(world.hub().head() / 2 + 3);
  }
  world.settle();
  world.check_scope();
  BOOST_TEST(world.hub().head() > 10);  // a run in which nothing happens proves nothing
  return world.check_agreement();
}

BOOST_AUTO_TEST_SUITE(sync_properties)

BOOST_AUTO_TEST_CASE(replicas_converge_and_nothing_is_lost_or_doubled_on_a_network_that_fails) {
  std::uint64_t all = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      all = all * 1'000'003 + run(seed, false);
    }
  }
  // The same on every machine, natively and in WebAssembly. A change of the folded tables or of
  // what the devices write changes it; nothing else may.
  BOOST_TEST(all == kHashOfAllSeeds);
}

BOOST_AUTO_TEST_CASE(after_a_restored_backup_devices_give_the_hub_back_what_it_lost) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      run(seed, true);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_event_pushed_any_number_of_times_is_placed_once) {
  LoopbackHub hub(1);
  Device customer(ActorKind::customer, 2);
  BOOST_REQUIRE(customer.replica().post_message("", "hello", "", customer.now).ok());
  const std::string push = encode_push(customer.replica().next_push(customer.now, 10));
  const std::string first = encode_push_answer(hub.push(customer.actor(), push));
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(encode_push_answer(hub.push(customer.actor(), push)) == first);
  BOOST_TEST(hub.head() == 2);  // the conversation and the message
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
