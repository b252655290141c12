#include "core/sync/replica.h"

#include <algorithm>

#include "core/base/random.h"
#include "core/event/id.h"
#include "core/fold/fold.h"
#include "core/policy/policy.h"
#include "core/store/schema.h"

namespace deskbell {
namespace {

constexpr Millis kFirstPatience = 1'000;
constexpr Millis kLongestPatience = 60'000;

// A site's name stands in paths and file names.
bool is_site_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace

Replica::Replica(Database& database, Random& random)
    : database_(database),
      random_(random),
      log_(database),
      uploads_(database),
      overlay_(database) {}

template <class F>
auto Replica::transact(Commit commit, F&& body) -> decltype(body()) {
  try {
    Transaction transaction(database_, commit);
    auto result = body();
    if (result.ok()) transaction.commit();
    return result;
  } catch (const StoreError& error) {
    store_trouble_ = error.error();
    return error.error();
  }
}

std::optional<std::string> Replica::meta(std::string_view name) {
  return database_.text("SELECT value FROM meta WHERE name = ?", name);
}

void Replica::set_meta(std::string_view name, std::string_view value) {
  database_.run(
      "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2", name,
      value);
}

std::optional<Identity> Replica::identity() {
  if (!identity_) identity_ = read_identity();
  return identity_;
}

std::optional<Identity> Replica::read_identity() {
  auto site = meta("site");
  if (!site) return std::nullopt;
  const auto kind = actor_kind_from(meta("actor").value_or(""));
  return Identity{*site,
                  {kind.value_or(ActorKind::customer), meta("id").value_or("")},
                  meta("secret").value_or("")};
}

Result<void> Replica::adopt(const Identity& identity) {
  if (!is_site_name(identity.site))
    return Error{ErrorCode::invalid_command,
                 "A site's name has lower-case letters, digits and hyphens only."};
  if (!is_id(identity.actor.id) || identity.secret.empty())
    return Error{ErrorCode::invalid_command, "An identity needs an id (a UUID) and a secret."};
  return transact([&]() -> Result<void> {
    const auto owner = this->identity();
    if (owner && (owner->site != identity.site || owner->actor != identity.actor))
      return Error{ErrorCode::not_allowed, "This store belongs to somebody else; use another one."};
    set_meta("site", identity.site);
    set_meta("actor", to_string(identity.actor.kind));
    set_meta("id", identity.actor.id);
    set_meta("secret", identity.secret);
    identity_.reset();
    return {};
  });
}

// ---- Writing ----

/// Whether this device's outbox or history has an event of this id.
bool Replica::knows_own(const std::string& id) {
  static constexpr std::string_view kKnown = R"sql(
    SELECT 1 FROM outbox WHERE id = ?1 UNION ALL SELECT 1 FROM event WHERE id = ?1)sql";
  return database_.integer(kKnown, id).has_value();
}

Result<std::string> Replica::write(std::string conversation, Payload payload, Millis now,
                                   std::string id) {
  const auto owner = identity();
  if (!owner) return Error{ErrorCode::not_signed_in, "This device is nobody's yet; sign in first."};
  Event event;
  event.id = id.empty() ? make_id(now, random_) : std::move(id);
  event.type = type_name(payload);
  event.conversation = std::move(conversation);
  event.author = owner->actor;
  event.at = std::max<Millis>(now, 0);
  event.payload = std::move(payload);

  // What the hub would not read must not get into the outbox either.
  const std::string body = encode_event(event);
  if (auto read = decode_event(body); !read) return read.error();
  if (auto checked = check_policy(database_, owner->actor, event); !checked) return checked.error();

  database_.run("INSERT INTO outbox (id, conversation, body) VALUES (?, ?, ?)", event.id,
                event.conversation, body);
  uploads_.add(event, /*offered=*/false);
  const Seq n = database_.integer("SELECT max(n) FROM outbox").value_or(0);
  overlay_.record([&] { fold_event(database_, event, {0, kPendingPosition + n}); });
  note_change(event);
  wrote_own_ = true;
  undoable_.insert(event.id);
  return event.id;
}

Result<std::string> Replica::emit(std::string conversation, Payload payload, Millis now) {
  return transact([&] { return write(std::move(conversation), std::move(payload), now); });
}

std::optional<SeenUpTo> Replica::seen_up_to(const std::string& conversation) {
  return SeenUpTo{
      epoch(),
      database_
          .integer("SELECT max(seq) FROM message WHERE conversation = ? AND note = 0", conversation)
          .value_or(0)};
}

// The customer's newest conversation that goes on and is none of these; empty for none.
std::string Replica::newest_open(const std::string& customer, const std::vector<std::string>& but) {
  static constexpr std::string_view kOpen = R"sql(
    SELECT id FROM conversation WHERE customer = ? AND NOT resolved
    ORDER BY last_position DESC)sql";
  Query open = database_.query(kOpen, customer);
  while (open.next())
    if (std::find(but.begin(), but.end(), open.text(0)) == but.end())
      return std::string(open.text(0));
  return "";
}

Result<std::string> Replica::post_message(std::string conversation, std::string text,
                                          std::string answer, Millis now) {
  MessagePosted message{std::move(text), std::nullopt, std::move(answer)};
  return post_message(std::move(conversation), std::move(message), now);
}

Result<std::string> Replica::post_message(std::string conversation, MessagePosted message,
                                          Millis now, PostOptions options) {
  return transact([&]() -> Result<std::string> {
    if (!options.id.empty() && knows_own(options.id)) return options.id;
    const auto owner = identity();
    const bool by_customer = owner && owner->actor.kind == ActorKind::customer;
    if (conversation.empty() && by_customer) {
      conversation = newest_open(owner->actor.id, options.beside);
      if (conversation.empty()) {
        conversation = make_id(now, random_);
        ConversationStarted begun{std::move(options.proactive)};
        if (auto started = write(conversation, std::move(begun), now); !started)
          return started.error();
      }
    }
    if (!by_customer) message.seen = seen_up_to(conversation);
    const Millis at = time_of(options.id).value_or(now);
    auto written = write(conversation, std::move(message), at, std::move(options.id));
    if (!written || !options.says || !by_customer) return written;
    for (Payload& step : robot_turn(database_, conversation, *written, *options.says, now))
      // What the robot may not say keeps no customer from writing.
      if (!write(conversation, std::move(step), now)) break;
    return written;
  });
}

Result<void> Replica::choose_answer(const std::string& conversation, const AnswerChosen& chosen,
                                    Millis now) {
  return transact([&]() -> Result<void> {
    auto written = write(conversation, robot_choice(database_, conversation, chosen, now), now);
    if (!written) return written.error();
    return {};
  });
}

Result<void> Replica::hand_over(const std::string& conversation, Millis now) {
  return transact([&]() -> Result<void> {
    auto written = write(
        conversation, robot_hand_over(database_, HandOverReason::requested, "", now), now);
    if (!written) return written.error();
    return {};
  });
}

Result<void> Replica::rate_answer(const std::string& conversation, const AnswerRated& rated,
                                  Millis now) {
  return transact([&]() -> Result<void> {
    if (auto written = write(conversation, rated, now); !written) return written.error();
    for (Payload& step : robot_turn_after_rating(database_, conversation, rated, now))
      if (auto done = write(conversation, std::move(step), now); !done) return done.error();
    return {};
  });
}

// The last placed message that the other side wrote; 0 for none.
Seq Replica::last_of_others(const std::string& conversation, ActorKind kind) {
  static constexpr std::string_view kLast = R"sql(
    SELECT max(seq) FROM message WHERE conversation = ? AND note = 0 AND author_kind <> ?)sql";
  return database_.integer(kLast, conversation, static_cast<int>(kind)).value_or(0);
}

bool Replica::has_message_since(Seq place, const std::string& conversation, const Actor& author) {
  static constexpr std::string_view kSince = R"sql(
    SELECT 1 FROM message
    WHERE conversation = ? AND seq > ? AND author_kind = ? AND author = ? AND note = 0)sql";
  return database_.integer(kSince, conversation, place, static_cast<int>(author.kind), author.id)
      .has_value();
}

Result<void> Replica::mark_read(const std::string& conversation, Millis now) {
  return transact([&]() -> Result<void> {
    const auto owner = identity();
    if (!owner) return {};
    static constexpr std::string_view kRead = R"sql(
      SELECT read FROM receipt WHERE conversation = ? AND reader_kind = ? AND reader = ?)sql";
    const int kind = static_cast<int>(owner->actor.kind);
    const Seq last = last_of_others(conversation, owner->actor.kind);
    const Seq read = database_.integer(kRead, conversation, kind, owner->actor.id).value_or(0);
    if (last <= read) return {};
    if (auto written = write(conversation, ReceiptRead{last}, now); !written)
      return written.error();
    return {};
  });
}

Result<void> Replica::undo(const std::string& event_id) {
  return transact([&]() -> Result<void> {
    static constexpr std::string_view kUnsent = R"sql(
      SELECT conversation FROM outbox WHERE id = ? AND seq IS NULL AND code IS NULL)sql";
    const auto conversation = database_.text(kUnsent, event_id);
    if (!conversation || !can_undo(event_id))
      return Error{ErrorCode::not_found, "The message has left this device already."};
    drop_from_outbox(event_id);
    take_back_steps_about(event_id, *conversation);
    // A conversation that was begun for this message alone is of no use without it.
    const auto rest = database_.text(
        "SELECT max(id) FROM outbox WHERE conversation = ? HAVING count(*) = 1", *conversation);
    if (rest && can_undo(*rest) && is_start(*rest)) drop_from_outbox(*rest);
    overlay_.undo();
    fold_pending();
    changes_.insert({Subject::conversation, *conversation});
    changes_.insert({Subject::outbox, ""});
    return {};
  });
}

// What the robot did about it goes with it.
void Replica::take_back_steps_about(const std::string& message, const std::string& conversation) {
  std::vector<std::string> steps;
  std::set<std::string> about = {message};
  for (Query rows = database_.query(
           "SELECT id, body FROM outbox WHERE conversation = ? AND seq IS NULL ORDER BY n",
           conversation);
       rows.next();) {
    const auto event = decode_event(rows.text(1));
    if (!event.ok() || !about.contains(robot_subject(event->payload))) continue;
    about.insert(event->id);
    steps.push_back(event->id);
  }
  for (const std::string& step : steps) drop_from_outbox(step);
}

bool Replica::is_start(const std::string& event_id) {
  const auto body = database_.text("SELECT body FROM outbox WHERE id = ?", event_id);
  const auto event = body ? decode_event(*body) : Result<Event>(Error{ErrorCode::not_found, ""});
  return event.ok() && std::holds_alternative<ConversationStarted>(event->payload);
}

Result<void> Replica::discard(const std::string& event_id) {
  return transact([&]() -> Result<void> {
    const auto conversation = database_.text(
        "SELECT conversation FROM outbox WHERE id = ? AND code IS NOT NULL", event_id);
    if (!conversation) return Error{ErrorCode::not_found, "No refused event has that id."};
    drop_from_outbox(event_id);
    changes_.insert({Subject::conversation, *conversation});
    return {};
  });
}

Result<std::string> Replica::resend(const std::string& event_id, Millis now) {
  return transact([&]() -> Result<std::string> {
    const auto body =
        database_.text("SELECT body FROM outbox WHERE id = ? AND code IS NOT NULL", event_id);
    if (!body) return Error{ErrorCode::not_found, "No refused event has that id."};
    auto event = decode_event(*body);
    if (!event) return event.error();
    if (auto* message = std::get_if<MessagePosted>(&event->payload); message && message->seen)
      message->seen = seen_up_to(event->conversation);
    drop_from_outbox(event_id);
    return write(event->conversation, std::move(event->payload), now);
  });
}

// ---- Pushing ----

std::vector<std::string> Replica::next_push(Millis now, std::size_t max_events) {
  // What is to wait for longer than anything ever waits was told so by a clock that has been put
  // back since.
  static constexpr std::string_view kDue = R"sql(
    SELECT body, id FROM outbox AS due
    WHERE seq IS NULL AND code IS NULL AND not_before NOT BETWEEN ?1 + 1 AND ?1 + ?2
      AND NOT EXISTS (SELECT 1 FROM outbox AS earlier
                      WHERE earlier.conversation = due.conversation AND earlier.n < due.n
                        AND earlier.seq IS NULL AND earlier.code IS NULL
                        AND earlier.not_before BETWEEN ?1 + 1 AND ?1 + ?2)
    ORDER BY n LIMIT ?3)sql";
  // The same, where an event waits for its files as well.
  static constexpr std::string_view kReady = R"sql(
    SELECT body, id FROM outbox AS due
    WHERE seq IS NULL AND code IS NULL AND not_before NOT BETWEEN ?1 + 1 AND ?1 + ?2
      AND NOT EXISTS (SELECT 1 FROM upload WHERE event = due.id AND NOT ready)
      AND NOT EXISTS (SELECT 1 FROM outbox AS earlier
                      WHERE earlier.conversation = due.conversation AND earlier.n < due.n
                        AND earlier.seq IS NULL AND earlier.code IS NULL
                        AND (earlier.not_before BETWEEN ?1 + 1 AND ?1 + ?2
                             OR EXISTS (SELECT 1 FROM upload
                                        WHERE event = earlier.id AND NOT ready)))
    ORDER BY n LIMIT ?3)sql";
  const std::string_view due = uploads_.any_waits() ? kReady : kDue;
  constexpr std::size_t kEnvelope = 64;  // what encode_push() puts around the events
  std::vector<std::string> bodies;
  std::size_t bytes = kEnvelope;
  for (Query rows = database_.query(due, now, kLongestPatience, max_events); rows.next();) {
    bytes += rows.text(0).size() + 1;
    if (!bodies.empty() && bytes > kMaxPushBytes) break;
    bodies.emplace_back(rows.text(0));
    if (const auto own = undoable_.find(rows.text(1)); own != undoable_.end()) undoable_.erase(own);
  }
  return bodies;
}

std::optional<Millis> Replica::next_push_at(Millis now) {
  return database_.integer(
      "SELECT min(not_before) FROM outbox WHERE seq IS NULL AND code IS NULL AND not_before > ?",
      now);
}

bool Replica::settle(const PushResult& result, Millis now) {
  if (log_.seq_of(result.id)) return false;  // it came down the stream before its answer
  const auto conversation = database_.text(
      "SELECT conversation FROM outbox WHERE id = ? AND code IS NULL AND seq IS NULL", result.id);
  if (!conversation) return false;
  changes_.insert({Subject::conversation, *conversation});
  switch (result.outcome) {
    case PushOutcome::placed:
      database_.run("UPDATE outbox SET seq = ? WHERE id = ?", result.seq, result.id);
      return false;
    case PushOutcome::refused:
      database_.run("UPDATE outbox SET code = ?, message = ? WHERE id = ?",
                    error_name(result.error->code), result.error->message, result.id);
      return true;
    case PushOutcome::retry: {
      if (result.error && result.error->code == ErrorCode::attachment_missing)
        uploads_.begin_anew(
            result.id,
            database_.text("SELECT body FROM outbox WHERE id = ?", result.id).value_or(""));
      const auto attempts =
          database_.integer("SELECT attempts FROM outbox WHERE id = ?", result.id).value_or(0);
      const Millis patience =
          std::min(kLongestPatience, kFirstPatience << std::min<std::int64_t>(attempts, 10));
      database_.run("UPDATE outbox SET attempts = attempts + 1, not_before = ? WHERE id = ?",
                    now + patience, result.id);
      return false;
    }
  }
  return false;
}

Result<void> Replica::apply_push_answer(const PushAnswer& answer, Millis now) {
  return transact(Commit::relaxed, [&]() -> Result<void> {
    // An acknowledgement is worth something in its own history only: remember which that is, also
    // before the first page.
    const auto known = meta("epoch");
    if (known && *known != answer.epoch) reset_history(answer.epoch);
    if (!known) set_meta("epoch", answer.epoch);
    bool refused = false;
    for (const PushResult& result : answer.results) refused |= settle(result, now);
    if (refused) {
      overlay_.undo();
      fold_pending();
    }
    changes_.insert({Subject::outbox, ""});
    return {};
  });
}

// ---- Uploading ----

std::optional<UploadWork> Replica::next_upload() {
  return uploads_.next();
}

/// What the hub has of a file can be asked again: nothing that only this device knows.
template <class F>
Result<void> Replica::change_upload(const std::string& attachment, Commit commit, F&& change) {
  return transact(commit, [&]() -> Result<void> {
    for (const UploadList::Use& use : uploads_.waiting_for(attachment)) {
      changes_.insert({Subject::conversation, use.conversation});
      changes_.insert({Subject::outbox, ""});
    }
    return change(), Result<void>();
  });
}

Result<void> Replica::note_upload(const std::string& attachment, std::int64_t sent) {
  return change_upload(attachment, Commit::relaxed, [&] { uploads_.set_sent(attachment, sent); });
}

Result<void> Replica::finish_upload(const std::string& attachment) {
  // The push that may follow must not be forgotten: what was offered cannot be taken back.
  return change_upload(attachment, Commit::strict, [&] {
    uploads_.finish(attachment);
    wrote_own_ = true;
  });
}

Result<void> Replica::put_off_upload(const std::string& attachment) {
  return change_upload(attachment, Commit::relaxed, [&] { uploads_.put_off(attachment); });
}

Result<void> Replica::refuse_upload(const std::string& attachment, const Error& reason) {
  return change_upload(attachment, Commit::relaxed, [&] {
    for (const UploadList::Use& use : uploads_.waiting_for(attachment))
      database_.run("UPDATE outbox SET code = ?, message = ? WHERE id = ?", error_name(reason.code),
                    reason.message, use.event);
    overlay_.undo();
    fold_pending();
  });
}

// ---- Pulling ----

std::optional<Cursor> Replica::cursor() {
  const auto token = meta("cursor");
  return token ? decode_cursor(*token) : std::nullopt;
}

Replica::PageFit Replica::fit(const Page& page) {
  if (const auto known = meta("epoch"); known && *known != page.cursor.epoch)
    reset_history(page.cursor.epoch);
  const auto cursor = this->cursor();
  const Seq here = cursor ? cursor->seq : 0;
  if (page.since.seq > here) return PageFit::gap;
  if (cursor && page.cursor.seq <= here) return PageFit::known;
  return PageFit::joined;
}

void Replica::append_placed(const PlacedEvent& placed, bool may_be_own) {
  auto decoded = decode_event(placed.body);
  Event event = decoded.ok() ? std::move(*decoded) : Event{};
  // What this version cannot read is kept all the same: a later one can.
  if (!decoded.ok()) event.id = unreadable_id(placed.seq);
  if (!log_.append(placed.seq, event, placed.body, visibility_of(database_, event))) return;
  fold_event(database_, event, {placed.seq, placed.seq});
  if (may_be_own) {
    note_passed(event.id, placed.seq);
    drop_from_outbox(event.id);
    undoable_.erase(event.id);
  }
  note_change(event);
}

/// The hub places or refuses what it is given in order: what it has passed over, it has refused,
/// and the device has yet to hear of that.
void Replica::note_passed(std::string_view placed, Seq place) {
  static constexpr std::string_view kPass = R"sql(
    UPDATE outbox SET passed_by = ?2
    WHERE conversation = (SELECT conversation FROM outbox WHERE id = ?1)
      AND n < (SELECT n FROM outbox WHERE id = ?1)
      AND seq IS NULL AND code IS NULL AND passed_by IS NULL)sql";
  database_.run(kPass, placed, place);
}

Result<Replica::PageFit> Replica::apply_page(const Page& page, Millis now) {
  // Receipts of delivery, which only this device has, come with the last page alone.
  return transact(page.more ? Commit::relaxed : Commit::strict, [&]() -> Result<PageFit> {
    const PageFit fit = this->fit(page);
    if (fit != PageFit::joined) return fit;
    const auto cursor = this->cursor();
    const Seq here = cursor ? cursor->seq : 0;
    if (!page.events.empty()) {
      overlay_.undo();
      const bool any_own = database_.integer("SELECT 1 FROM outbox LIMIT 1").has_value();
      for (const PlacedEvent& placed : page.events)
        if (placed.seq > here) append_placed(placed, any_own);
      fold_pending();
    }
    set_meta("epoch", page.cursor.epoch);
    set_meta("cursor", encode_cursor(page.cursor));
    if (auto acknowledged = acknowledge_deliveries(here, page.more, now); !acknowledged)
      return acknowledged.error();
    return fit;
  });
}

// The receipts of an old message stand behind it in the history, so that only who has read to the
// end knows which are missing. Until then it is noted where that reading began.
Result<void> Replica::acknowledge_deliveries(Seq since, bool more, Millis now) {
  static constexpr const char* kBegun = "receipts_since";
  const auto begun =
      database_.integer("SELECT CAST(value AS INTEGER) FROM meta WHERE name = ?", kBegun);
  if (more) {
    if (!begun) set_meta(kBegun, std::to_string(since));
    return {};
  }
  std::vector<std::string> written_in;
  for (Query rows = database_.query("SELECT id FROM conversation WHERE last_position > ?",
                                    begun.value_or(since));
       rows.next();)
    written_in.emplace_back(rows.text(0));
  for (const std::string& conversation : written_in)
    if (auto acknowledged = acknowledge_delivery(conversation, now); !acknowledged)
      return acknowledged;
  if (begun) database_.run("DELETE FROM meta WHERE name = ?", kBegun);
  return {};
}

Result<void> Replica::acknowledge_delivery(const std::string& conversation, Millis now) {
  const auto owner = identity();
  if (!owner) return {};
  const int kind = static_cast<int>(owner->actor.kind);
  // One receipt a side is enough: an agent leaves a colleague's conversation to him, and what a
  // colleague has acknowledged alone.
  if (owner->actor.kind == ActorKind::agent) {
    const auto assignee =
        database_.text("SELECT assignee FROM conversation WHERE id = ?", conversation).value_or("");
    if (!assignee.empty() && assignee != owner->actor.id) return {};
  }
  static constexpr std::string_view kDelivered =
      "SELECT max(delivered) FROM receipt WHERE conversation = ? AND reader_kind = ?";
  const Seq delivered = database_.integer(kDelivered, conversation, kind).value_or(0);
  const Seq last = last_of_others(conversation, owner->actor.kind);
  if (last <= delivered) return {};
  if (auto written = write(conversation, ReceiptDelivered{last}, now); !written) {
    // A message without its conversation: a hub of other rules. There is nobody to tell.
    if (written.error().code == ErrorCode::unknown_conversation) return {};
    return written.error();
  }
  return {};
}

void Replica::fold_pending() {
  overlay_.record([&] {
    for (Query rows = database_.query("SELECT n, body FROM outbox WHERE code IS NULL ORDER BY n");
         rows.next();)
      if (const auto event = decode_event(rows.text(1)); event.ok())
        fold_event(database_, *event, {0, kPendingPosition + rows.integer(0)});
  });
}

void Replica::drop_from_outbox(std::string_view event) {
  database_.run("DELETE FROM outbox WHERE id = ?", event);
  uploads_.forget(event);
}

// ---- A new history ----

Result<void> Replica::begin_epoch(const std::string& epoch) {
  return transact([&]() -> Result<void> {
    if (meta("epoch") != epoch) reset_history(epoch);
    return {};
  });
}

void Replica::reset_history(const std::string& epoch) {
  overlay_.undo();
  give_back();
  uploads_.begin_all_anew();
  database_.run(
      "UPDATE outbox SET seq = NULL, not_before = 0, passed_by = NULL WHERE code IS NULL");
  discard_receipts();
  log_.clear();
  database_.run("DELETE FROM meta WHERE name IN ('cursor', 'receipts_since')");
  set_meta("epoch", epoch);
  rebuild_from_log(database_);
  fold_pending();
  changes_.insert({Subject::conversation, ""});
  changes_.insert({Subject::outbox, ""});
}

// What this device's owner wrote goes before all that is unsent, in its old order: the newest
// first, each before all that is there.
void Replica::give_back() {
  static constexpr std::string_view kGiveBack = R"sql(
    INSERT INTO outbox (n, id, conversation, body)
    SELECT coalesce((SELECT min(n) FROM outbox), 1) - 1, id, conversation, body
    FROM event WHERE id = ?
    ON CONFLICT DO NOTHING)sql";
  static constexpr std::string_view kPutFirst =
      "UPDATE outbox SET n = (SELECT min(n) FROM outbox) - 1 WHERE id = ?";
  const auto passed = passed_events();
  for (const auto& [place, event] : own_history()) {
    database_.run(kGiveBack, event.id);
    uploads_.add(event, /*offered=*/true);
    for (const auto& [by, id] : passed)
      if (by == place) database_.run(kPutFirst, id);
  }
}

/// What this device's owner has in the history, with its place, the newest first.
std::vector<std::pair<Seq, Event>> Replica::own_history() {
  static constexpr std::string_view kOwn =
      "SELECT seq, body FROM event WHERE author = ? ORDER BY seq DESC";
  const auto owner = identity();
  std::vector<std::pair<Seq, Event>> own;
  for (Query rows = database_.query(kOwn, owner ? owner->actor.id : ""); rows.next();)
    if (auto event = decode_event(rows.text(1)); event.ok())
      own.emplace_back(rows.integer(0), std::move(*event));
  return own;
}

/// The unsent events that another has passed, by its place; the last written of them first.
std::vector<std::pair<Seq, std::string>> Replica::passed_events() {
  std::vector<std::pair<Seq, std::string>> passed;
  for (Query rows = database_.query(
           "SELECT passed_by, id FROM outbox WHERE passed_by IS NOT NULL ORDER BY n DESC");
       rows.next();)
    passed.emplace_back(rows.integer(0), rows.text(1));
  return passed;
}

// A receipt names places in the old history; in the new one it would call unread messages read.
void Replica::discard_receipts() {
  std::vector<std::string> receipts;
  for (Query rows = database_.query("SELECT id, body FROM outbox"); rows.next();)
    if (const auto event = decode_event(rows.text(1)); event.ok() && is_receipt(event->payload))
      receipts.emplace_back(rows.text(0));
  for (const std::string& id : receipts) drop_from_outbox(id);
}

// ---- Telling ----

std::int64_t Replica::unsent_count() {
  return database_.integer("SELECT count(*) FROM outbox WHERE seq IS NULL AND code IS NULL")
      .value_or(0);
}

void Replica::note_change(const Event& event) {
  if (!event.conversation.empty())
    changes_.insert({Subject::conversation, event.conversation});
  else if (event.type.starts_with("answer."))
    changes_.insert({Subject::answers, ""});
  else if (event.type.starts_with("site."))
    changes_.insert({Subject::site, ""});
  else
    changes_.insert({Subject::people, ""});
}

std::set<Change> Replica::take_changes() {
  return std::exchange(changes_, {});
}
std::optional<Error> Replica::take_store_trouble() {
  return std::exchange(store_trouble_, std::nullopt);
}
bool Replica::take_wrote_own() {
  return std::exchange(wrote_own_, false);
}

std::uint64_t Replica::hash() {
  const Transaction looking_only(database_);
  overlay_.undo();
  return state_hash(database_);
}

std::uint64_t Replica::rebuild_and_hash() {
  const Transaction looking_only(database_);
  overlay_.undo();
  rebuild_from_log(database_);
  return state_hash(database_);
}

}  // namespace deskbell
