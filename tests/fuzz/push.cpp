#include <nlohmann/json.hpp>

#include "core/event/id.h"
#include "core/fold/fold.h"
#include "core/policy/policy.h"
#include "core/store/database.h"
#include "core/store/schema.h"
#include "core/sync/placer.h"
#include "core/sync/wire.h"
#include "server/hub/content_hash.h"
#include "server/store/hub_schema.h"
#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

constexpr std::size_t kMaxSteps = 20;
constexpr std::size_t kAll = 1'000'000;
constexpr const char* kEpoch = "0123456789abcdef";

// Who is there: two customers, two agents, and the site itself. The corpus knows their ids.
const Actor kCustomer{ActorKind::customer, "00000000-0000-7000-8000-000000000001"};
const Actor kOtherCustomer{ActorKind::customer, "00000000-0000-7000-8000-000000000002"};
const Actor kAgent{ActorKind::agent, "00000000-0000-7000-8000-00000000000a"};
const Actor kOtherAgent{ActorKind::agent, "00000000-0000-7000-8000-00000000000b"};
const Actor kSystem{ActorKind::system, "00000000-0000-7000-8000-00000000000f"};
constexpr std::string_view kConversation = "00000000-0000-7000-8000-0000000000c1";
constexpr std::string_view kResolved = "00000000-0000-7000-8000-0000000000c2";
constexpr std::string_view kAnswer = "00000000-0000-7000-8000-0000000000a1";

Actor actor_named(std::string_view name) {
  for (const auto& [known, actor] : {std::pair{"customer", kCustomer},
                                     {"other customer", kOtherCustomer},
                                     {"agent", kAgent},
                                     {"other agent", kOtherAgent},
                                     {"system", kSystem}})
    if (name == known) return actor;
  return kCustomer;
}

/// A small hub store with a little of everything in it; made once, every input is rolled back.
class Store {
 public:
  static Store& get() {
    static Store* const store = new Store();
    return *store;
  }

  Database database{":memory:", {}};
  std::vector<Visibility> visibilities;  ///< of what is placed, in order

 private:
  Store() {
    migrate_hub(database);
    database.run("INSERT INTO meta VALUES ('epoch', ?)", kEpoch);
    place(kSystem, "", SiteUpdated{"Shop", "Hello"});
    place(kSystem, "", AgentUpdated{kAgent.id, "Ada"});
    place(
        kSystem, "",
        AnswerPublished{
            std::string(kAnswer), "Parcel", "On its way.", {"order"}, AnswerScope::everyone, "en"});
    place(kCustomer, kConversation, ConversationStarted{});
    place(kCustomer, kConversation, MessagePosted{"Where is my parcel?", {}, ""});
    place(kCustomer, kResolved, ConversationStarted{});
    place(kAgent, kResolved, ConversationResolved{});
  }

  void place(const Actor& author, std::string_view conversation, Payload payload) {
    Event event;
    event.id = "00000000-0000-7000-8000-000000000e0" + std::to_string(++placed_);
    event.type = type_name(payload);
    event.conversation = conversation;
    event.author = author;
    event.payload = std::move(payload);
    Placer placer(database, sha256_hex);
    require(placer.place_own(event).ok(), "what is there at first is allowed");
    for (Visibility& visibility : placer.take_placed()) visibilities.push_back(visibility);
  }

  int placed_ = 0;
};

/// The results of one push, event by event.
std::vector<PushResult> push(Placer& placer, const Actor& author,
                             const std::vector<std::string_view>& events) {
  std::vector<PushResult> results;
  for (const std::string_view event : events) {
    results.push_back(placer.place_pushed(author, event));
    const PushResult& result = results.back();
    require((result.outcome == PushOutcome::placed) == !result.error,
            "what is not placed has a reason");
    require(result.id.empty() || is_id(result.id), "a result names an event, or none");
  }
  return results;
}

void check_results(const std::vector<PushResult>& first, const std::vector<PushResult>& again) {
  for (std::size_t i = 0; i < first.size(); ++i)
    if (first[i].outcome == PushOutcome::placed)
      require(again[i].outcome == PushOutcome::placed && again[i].seq == first[i].seq,
              "pushed again, an event keeps its place");
  const std::string written = encode_push_answer({kEpoch, first});
  const auto read = decode_push_answer(written);
  require(read.ok() && encode_push_answer(*read) == written, "a device can read the answer");
}

/// What each reader is given is what he may see, as a page that every JSON parser takes.
void check_pages(Database& database, const std::vector<Visibility>& visibilities) {
  const EventLog log(database);
  const Seq head = log.head();
  require(head == static_cast<Seq>(visibilities.size()), "places have no gaps");
  for (const Actor& reader : {kCustomer, kOtherCustomer, kAgent}) {
    Page page{
        {kEpoch, 0, 0}, {kEpoch, head, 0}, false, 0, log.read(0, head, reader, kAll, SIZE_MAX)};
    std::size_t visible = 0;
    for (const Visibility& visibility : visibilities) visible += may_see(reader, visibility);
    require(page.events.size() == visible, "a reader gets all that he may see");
    for (const PlacedEvent& placed : page.events) {
      require(may_see(reader, visibilities.at(static_cast<std::size_t>(placed.seq - 1))),
              "no event reaches a reader outside its scope");
      require(decode_event(placed.body).ok(), "what was placed can be read");
    }
    const std::string bytes = encode_page(page);
    require(nlohmann::json::accept(bytes), "a page is JSON");
    if (bytes.size() > kMaxPageBytes) continue;
    const auto read = decode_page(bytes);
    require(read.ok() && encode_page(*read) == bytes, "a device can read the page");
  }
}

void check_state(Database& database) {
  const std::uint64_t folded = state_hash(database);
  rebuild_from_log(database);
  require(state_hash(database) == folded, "folded one by one, the state is that of a rebuild");
}

}  // namespace

// A hub takes any push from anybody: folds are total, scopes hold, and the log stays readable.
void try_push(std::string_view input) {
  Store& store = Store::get();
  try {
    const Transaction rolled_back(store.database);
    std::vector<Visibility> visibilities = store.visibilities;
    std::size_t step = 0;
    for (std::string_view push_step : steps_of(input)) {
      if (++step > kMaxSteps) break;
      const Actor author = actor_named(take_until(push_step, '\n'));
      const auto events = decode_push(push_step);
      if (!events) continue;
      Placer placer(store.database, sha256_hex);
      const auto first = push(placer, author, *events);
      check_results(first, push(placer, author, *events));
      for (Visibility& visibility : placer.take_placed())
        visibilities.push_back(std::move(visibility));
    }
    check_pages(store.database, visibilities);
    check_state(store.database);
  } catch (const StoreError& error) {
    throw Broken{std::string("the store bears every event: ") + error.what()};
  }
}

}  // namespace deskbell::fuzz
