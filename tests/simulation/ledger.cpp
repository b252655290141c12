#include "tests/simulation/ledger.h"

#include "core/store/database.h"

namespace deskbell::test {
namespace {

constexpr std::string_view kSaved = "what was saved on a device stays there until the hub has it";
constexpr std::string_view kAcknowledged = "what the hub has acknowledged is on its disk";
constexpr std::string_view kArrives = "what was saved arrives, or is shown as refused";
constexpr std::string_view kOwnOrder = "an author's events keep their order within a conversation";

constexpr std::string_view kOneContent = "an id has one content, wherever it is";
constexpr std::string_view kOnce = "nothing comes twice";

std::string text_of(const Payload& payload) {
  if (const auto* message = std::get_if<MessagePosted>(&payload)) return message->text;
  if (const auto* note = std::get_if<NoteAdded>(&payload)) return note->text;
  return "";
}

bool is_receipt(const Promise& promise) {
  return promise.type.starts_with("receipt.");
}

}  // namespace

bool holds(Database& store, const std::string& id) {
  return store
      .integer("SELECT 1 FROM event WHERE id = ?1 UNION SELECT 1 FROM outbox WHERE id = ?1", id)
      .has_value();
}

void Ledger::look_at(Database& store, const Actor& owner, int device, int life,
                     const std::string& epoch, const History& hub, const std::string& hub_epoch) {
  for (Query row =
           store.query("SELECT id, conversation, body, seq, n, code FROM outbox ORDER BY n");
       row.next();) {
    const std::string id(row.text(0));
    auto [found, is_new] = promises_.try_emplace(id);
    if (is_new) {
      const auto event = decode_event(row.text(2));
      found->second.id = id;
      found->second.type = event.ok() ? event->type : "?";
      if (event.ok()) found->second.text = text_of(event->payload);
      found->second.conversation = row.text(1);
      found->second.author = owner.id;
      found->second.device = device;
      found->second.life = life;
      found->second.given_back = row.integer(4) < 1;
      order_.push_back(id);
    }
    if (row.text(5) == error_name(ErrorCode::id_conflict))
      run_.fail(kOneContent, "the hub calls event " + id + " another one than its own");
    if (!row.is_null(3) && epoch == hub_epoch && !hub.seq_of(id))
      run_.fail(kAcknowledged, "a device calls event " + id + " sent, but the hub has not got it");
  }
}

std::size_t Ledger::count_unknown(Database& store, const Actor& owner, const History& hub) const {
  // A receipt is written again when its page comes again.
  static constexpr std::string_view kOwn = R"sql(
    SELECT id FROM outbox WHERE instr(body, '"receipt.') = 0
    UNION SELECT id FROM event WHERE author = ?)sql";
  std::size_t count = 0;
  for (Query row = store.query(kOwn, owner.id); row.next();) {
    const std::string id(row.text(0));
    count += !promises_.contains(id) && !hub.seq_of(id);
  }
  return count;
}

void Ledger::acknowledge(const std::string& id) {
  const auto found = promises_.find(id);
  if (found != promises_.end()) found->second.acknowledged = found->second.kept_by_hub = true;
}

void Ledger::check_hub_kept(const History& hub) {
  for (const std::string& id : order_)
    if (promises_[id].kept_by_hub && !hub.seq_of(id))
      run_.fail(kAcknowledged,
                promises_[id].type + " " + id + " is gone after the hub started again");
}

void Ledger::check_device_kept(Database& store, int device, int life, const History& hub) {
  for (const std::string& id : order_) {
    const Promise& promise = promises_[id];
    if (promise.device != device || promise.life != life || is_receipt(promise)) continue;
    if (discarded_.contains(id) || promise.released || hub.seq_of(id) || holds(store, id)) continue;
    run_.fail(kSaved, promise.type + " " + id + " is gone after its device started again");
  }
}

void Ledger::release(const History& hub, const std::vector<Holder>& holders) {
  for (const std::string& id : order_) {
    Promise& promise = promises_[id];
    promise.kept_by_hub = hub.seq_of(id).has_value();
    if (promise.kept_by_hub) continue;
    bool held = false;
    for (const Holder& holder : holders)
      held |= holder.store && holder.author == promise.author && holds(*holder.store, id);
    promise.released = !held;
  }
}

void Ledger::discard(const std::string& id) {
  discarded_.insert(id);
  const auto found = promises_.find(id);
  if (found != promises_.end()) written_anew_.insert(found->second.text);
}

void Ledger::check_end(const History& hub, const std::set<std::string>& refused) {
  for (const std::string& id : order_) {
    const Promise& promise = promises_[id];
    // A receipt names places of one history; in a new one it is written anew.
    if (hub.seq_of(id) || promise.released || is_receipt(promise)) continue;
    if (refused.contains(id) || discarded_.contains(id)) continue;
    // The conversation's own beginning is a promise as well.
    if (promise.type != "conversation.started" && !hub.has_conversation(promise.conversation))
      continue;
    run_.fail(kArrives, promise.type + " " + id + " (device " + std::to_string(promise.device) +
                            (promise.acknowledged ? ", acknowledged" : ", saved") + ") was lost");
  }
  check_order(hub);
  check_once(hub);
}

/// Each text is written once, so that a second event of it is a second telling.
void Ledger::check_once(const History& hub) {
  std::set<std::string> seen;
  for (const PlacedFact& fact : hub.all())
    if (!fact.text.empty() && fact.type != "answer.published" &&
        !written_anew_.contains(fact.text) && !seen.insert(fact.text).second)
      run_.fail(kOnce, "\"" + fact.text + "\" stands twice in the log");
}

void Ledger::check_order(const History& hub) {
  std::map<std::tuple<int, int, std::string>, Seq> last;
  for (const std::string& id : order_) {
    const Promise& promise = promises_[id];
    const auto seq = hub.seq_of(id);
    if (!seq || promise.conversation.empty() || promise.given_back) continue;
    if (unordered_.contains(promise.author)) continue;
    Seq& before = last[{promise.device, promise.life, promise.conversation}];
    if (*seq < before)
      run_.fail(kOwnOrder, promise.type + " " + id + " was written after, but placed before " +
                               hub.at(before).type + " " + hub.at(before).id);
    before = *seq;
  }
}

}  // namespace deskbell::test
