#include <algorithm>
#include <map>
#include <memory>

#include "core/event/id.h"
#include "core/store/schema.h"
#include "core/sync/engine.h"
#include "core/view/views.h"
#include "tests/fuzz/target.h"
#include "tests/support/seeded_random.h"

namespace deskbell::fuzz {
namespace {

constexpr std::size_t kMaxSteps = 60;
constexpr std::size_t kLongestWait = 100'000'000;
constexpr Millis kStart = 1'763'770'000'000;
const Identity kOwner{
    "shop", {ActorKind::customer, "00000000-0000-7000-8000-000000000001"}, "secret"};

/// One store for all inputs, emptied between them: making its tables anew would take longer than
/// all the rest.
Database& empty_store() {
  static Database* const database = [] {
    auto* made = new Database(":memory:", {});
    migrate(*made);
    return made;
  }();
  for (const char* table : {"meta", "event", "outbox", "overlay_undo"})
    database->execute("DELETE FROM " + std::string(table));
  for (const FoldTable& table : fold_tables())
    database->execute("DELETE FROM " + std::string(table.name));
  return *database;
}

/// A device whose network says whatever the input says.
class Victim {
 public:
  Victim() : database_(empty_store()) {
    restart();
    require(replica().adopt(kOwner).ok(), "an empty store can be adopted");
    engine_->start(now_);
    settle();
  }

  void step(std::string_view text) {
    std::string_view head = take_until(text, '\n');
    const std::string_view verb = take_until(head, ' ');
    if (verb == "answer") answer(head, text);
    if (verb == "bytes") bytes(text);
    if (verb == "fail") fail(std::string(head));
    if (verb == "wait") now_ += static_cast<Millis>(number_below(kLongestWait, head));
    if (verb == "post") post(head);
    if (verb == "read") (void)replica().mark_read(newest_conversation(), now_);
    if (verb == "discard") discard();
    if (verb == "resend") resend();
    if (verb == "network") engine_->set_network(head == "on", now_);
    if (verb == "stop") engine_->stop();
    if (verb == "start") engine_->start(now_);
    if (verb == "restart") restart();
    settle();
  }

  void check_state() {
    const std::uint64_t folded = replica().hash();
    require(replica().rebuild_and_hash() == folded,
            "folded page by page, the state is that of a rebuild");
  }

 private:
  Replica& replica() { return engine_->replica(); }

  void restart() {
    flights_.clear();
    engine_.reset();
    engine_ = std::make_unique<Engine>(database_, random_);
    engine_->start(now_);
  }

  std::string newest_conversation() {
    const auto conversations = Views(database_, kOwner.actor).conversations(1);
    return conversations.empty() ? "" : conversations.front().id;
  }

  void post(std::string_view text) {
    if (auto id = replica().post_message("", std::string(text), "", now_); id.ok())
      own_.push_back(*id);
  }

  void discard() {
    if (!own_.empty() && replica().discard(own_.back()).ok()) own_.pop_back();
  }

  void resend() {
    if (own_.empty()) return;
    if (auto id = replica().resend(own_.back(), now_); id.ok()) own_.back() = *id;
  }

  /// The request of that kind that is under way; one that never was, if there is none.
  std::uint64_t flight_of(std::string_view kind) const {
    static constexpr std::uint64_t kNever = 1'000'000'000;
    const auto flight = flights_.find(std::string(kind));
    return flight == flights_.end() ? kNever : flight->second;
  }

  /// "$OWN" in what the network says stands for the id of the last message posted here.
  std::string filled(std::string_view text) const {
    static constexpr std::string_view kOwn = "$OWN";
    std::string out(text);
    for (std::size_t at = out.find(kOwn); at != std::string::npos && !own_.empty();
         at = out.find(kOwn, at))
      out.replace(at, kOwn.size(), own_.back());
    return out;
  }

  void answer(std::string_view head, std::string_view body) {
    const std::string kind(take_until(head, ' '));
    Response response;
    response.request = flight_of(kind);
    response.status = static_cast<int>(number_below(1000, take_until(head, ' ')));
    response.content_type = take_until(head, ' ');
    if (!head.empty())
      response.retry_after_ms = static_cast<Millis>(number_below(std::size_t{1} << 47, head));
    response.body = filled(body);
    if (kind != "stream") flights_.erase(kind);
    engine_->on_response(response, now_);
  }

  void fail(const std::string& kind) {
    engine_->on_failure(flight_of(kind), now_);
    flights_.erase(kind);
  }

  /// Line by line, to watch the cursor after each event.
  void bytes(std::string_view text) {
    const std::string all = filled(text) + "\n\n";
    for (std::string_view rest = all; !rest.empty();) {
      const std::size_t size = std::min(rest.size(), rest.find('\n') + 1);
      engine_->on_stream_bytes(flight_of("stream"), rest.substr(0, size), now_);
      rest.remove_prefix(size);
      check_cursor();
    }
  }

  /// Carries out what the device wants, and checks all that holds at any time.
  void settle() {
    check_cursor();
    constexpr int kRounds = 3;
    for (int round = 0; round < kRounds; ++round) {
      const Effects effects = engine_->take_effects(now_);
      require(!effects.storage_error, "the store bears whatever the network says");
      for (const std::uint64_t gone : effects.link.cancelled)
        std::erase_if(flights_, [&](const auto& flight) { return flight.second == gone; });
      for (const Request& request : effects.link.requests) take_request(request);
      require(!effects.link.wake_at || *effects.link.wake_at > now_, "a device never spins");
      if (effects.link.requests.empty()) break;
      require(round + 1 < kRounds, "a device comes to rest");
    }
    check_own();
    check_views();
  }

  void take_request(const Request& request) {
    static constexpr std::string_view kKinds[] = {"token", "push", "pull", "stream"};
    const std::string kind(kKinds[static_cast<std::size_t>(request.kind)]);
    require(!flights_.contains(kind), "of each kind there is one request at a time");
    flights_[kind] = request.id;
    const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
    require(std::all_of(request.path.begin(), request.path.end(), visible) &&
                request.path.starts_with("/v1/sites/shop/"),
            "a path can be sent");
    require(std::all_of(request.token.begin(), request.token.end(), visible),
            "a token can be sent in a header");
    require(request.timeout_ms > 0, "every request ends");
    if (kind == "push") require(decode_push(request.body).ok(), "a push can be read");
  }

  void check_cursor() {
    const auto cursor = replica().cursor();
    if (cursor && cursor_ && cursor->epoch == cursor_->epoch)
      require(cursor->seq >= cursor_->seq, "the cursor never moves back within an epoch");
    cursor_ = cursor;
  }

  /// What was written here is in the outbox or in the history, whatever the hub says.
  void check_own() {
    static constexpr std::string_view kKept = R"sql(
      SELECT 1 FROM outbox WHERE id = ?1 UNION ALL SELECT 1 FROM event WHERE id = ?1)sql";
    for (const std::string& id : own_)
      require(database_.integer(kKept, id).has_value(), "nothing that was written here is lost");
  }

  void check_views() {
    const Views views(database_, kOwner.actor);
    for (const ConversationView& conversation : views.conversations(5)) {
      require(conversation.unread >= 0, "nobody has less than nothing unread");
      (void)views.messages(conversation.id, 5);
    }
    (void)views.refused();
  }

  Database& database_;
  test::SeededRandom random_{1};
  std::unique_ptr<Engine> engine_;
  Millis now_ = kStart;
  std::map<std::string, std::uint64_t> flights_;
  std::vector<std::string> own_;
  std::optional<Cursor> cursor_;
};

}  // namespace

// A device believes no hub blindly: whatever it is told, it loses nothing of its own, never goes
// back, and never stops or spins.
void try_device(std::string_view input) {
  try {
    Victim victim;
    std::size_t step = 0;
    for (const std::string_view text : steps_of(input))
      if (++step <= kMaxSteps) victim.step(text);
    victim.check_state();
  } catch (const StoreError& error) {
    throw Broken{std::string("the store bears whatever the network says: ") + error.what()};
  }
}

}  // namespace deskbell::fuzz
