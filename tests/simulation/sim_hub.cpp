#include "tests/simulation/sim_hub.h"

#include <algorithm>

#include "core/event/id.h"
#include "core/fold/fold.h"
#include "core/store/schema.h"
#include "server/store/epoch.h"
#include "tests/support/cheap_hash.h"

namespace deskbell::test {
namespace {

constexpr std::string_view kScope = "no event reaches a device outside its scope";
constexpr std::string_view kWhole = "a page brings all that its reader may see between its ends";
constexpr std::string_view kGapFree = "the log has no gaps, and grows only by what was placed";
constexpr std::string_view kSurvives = "no fault of disk or network breaks the hub for good";
constexpr std::string_view kMonotone = "read watermarks never move back";

constexpr const char* kPath = "hub/store.db";
constexpr std::uint64_t kHubPurpose = 2;
constexpr Millis kLongTokens = 3'600'000;
constexpr Millis kShortTokens = 120'000;
constexpr Millis kCheckpointEvery = 15'000;
constexpr std::size_t kStreamPage = 100;

std::string query_value(const std::string& path, const std::string& name) {
  const std::size_t start = path.find(name + "=");
  if (start == std::string::npos) return "";
  return path.substr(start + name.size() + 1, path.find('&', start) - start - name.size() - 1);
}

Response json_answer(const Request& request, std::string body) {
  return {request.id, 200, "application/json", std::nullopt, std::move(body)};
}

Response problem(std::uint64_t request, ErrorCode code, const std::string& epoch = "") {
  return {request, error_http_status(code), "application/problem+json", std::nullopt,
          encode_problem({{code, std::string(error_meaning(code))}, epoch})};
}

std::string sse(std::string_view name, std::string_view data) {
  return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
}

/// A token that says whose it is and when it ends; nobody forges here.
std::string make_token(const Actor& actor, Millis ends) {
  return std::string(to_string(actor.kind)) + "." + actor.id + "." + std::to_string(ends);
}

std::optional<std::pair<Actor, Millis>> read_token(const std::string& token) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  if (first == std::string::npos || second <= first) return std::nullopt;
  const auto kind = actor_kind_from(token.substr(0, first));
  if (!kind) return std::nullopt;
  return std::pair(Actor{*kind, token.substr(first + 1, second - first - 1)},
                   static_cast<Millis>(std::stoll(token.substr(second + 1))));
}

/// All that stands behind `after`, whoever may see it.
std::vector<PlacedEvent> whole_log(Database& database, Seq after) {
  std::vector<PlacedEvent> log;
  for (Query rows = database.query("SELECT seq, body FROM event WHERE seq > ? ORDER BY seq", after);
       rows.next();)
    log.push_back({rows.integer(0), std::string(rows.text(1))});
  return log;
}

}  // namespace

SimHub::SimHub(Run& run, Ledger& ledger)
    : run_(run), ledger_(ledger), random_(dice(run.seed, kHubPurpose, 0)), disk_("hub", run.seed) {
  register_disk_vfs();
}

SimHub::~SimHub() {
  disk_.stop();
}

// ---- Its life ----

void SimHub::open() {
  auto store = SqliteHubStore::open(kPath, random_, run_.now(), {cheap_hash, kDiskVfs});
  if (!store) {
    if (!disk_.stopped() && !disk_.full())
      run_.fail(kSurvives, "the hub's store cannot be opened: " + store.error().message);
    return;
  }
  store_ = std::move(*store);
  epoch_ = store_->epoch();
  ++life_;
}

void SimHub::found(const std::vector<Actor>& agents) {
  open();
  SiteUpdated site{"Shop", "Welcome"};
  site.mail = true;
  std::vector<OwnEvent> own = {{"site", "1", std::move(site)}};
  for (const Actor& agent : agents) {
    own.push_back(
        {"agent:" + agent.id, "1", AgentUpdated{agent.id, "Agent " + agent.id.substr(30)}});
    (void)store_->add_session(agent.id, "secret", run_.now());
  }
  own.push_back(
      {"answer:1", "1",
       AnswerPublished{make_id(0, random_), "Parcels", "It takes two days.", {}, {}, ""}});
  (void)store_->place_own(own, run_.now());
  note_placed();
  back_up();
  run_.after(kCheckpointEvery, [this] { checkpoint(); });
}

/// The machine stands still, and all that was connected to it breaks.
void SimHub::drop_all() {
  disk_.stop();
  store_.reset();
  for (const Waiting& push : std::exchange(queue_, {})) push.wire->end();
  for (const Reader& reader : std::exchange(readers_, {})) reader.wire->end();
  commit_planned_ = false;
}

void SimHub::go_down(const std::string& why) {
  run_.say("The hub goes down: " + why + ".");
  drop_all();
  ++life_;
  run_.after(static_cast<Millis>(1'000 + random_.below(60'000)), [this] { come_up(); });
}

void SimHub::come_up() {
  const DiskFile::Loss loss = disk_.start_again(power_cut_);
  if (power_cut_)
    run_.say("The hub's power is back: of its unsynced writes " + std::to_string(loss.kept) +
             " were kept, " + std::to_string(loss.lost) + " lost, " + std::to_string(loss.torn) +
             " torn.");
  // It may die again while it recovers.
  if (run_.faulty(Fault::hub_crash) && random_.chance(30))
    disk_.stop_at_change(1 + random_.below(5));
  open();
  if (disk_.stopped() || !store_) return go_down("it died while it recovered");
  disk_.stop_at_change(0);
  power_cut_ = false;
  run_.say("The hub is up again.");
  history_.clear();
  if (!note_placed()) return;
  ledger_.check_hub_kept(history_);
}

void SimHub::crash_soon(SeededRandom random, bool power_cut) {
  if (!up()) return;
  power_cut_ |= power_cut;
  disk_.stop_at_change(1 + random.below(40));
  run_.after(20'000, [this, life = life_] {
    if (up() && life == life_ && !run_.calm())
      go_down(power_cut_ ? "its power is cut" : "it is killed");
  });
}

void SimHub::set_full(bool full) {
  disk_.set_full(full);
  run_.say(full ? "The hub's disk is full." : "The hub's disk has room again.");
}

void SimHub::calm_down() {
  disk_.stop_at_change(0);
  disk_.set_full(false);
}

void SimHub::back_up() {
  if (!up()) return;
  backup_ = Backup{disk_.image(), history_.head()};
  run_.say("The hub is backed up at " + std::to_string(history_.head()) + ".");
}

bool SimHub::restore() {
  if (!backup_ || !up()) return false;
  run_.say("The hub is restored from its backup of " + std::to_string(backup_->head) +
           " events; it had " + std::to_string(history_.head()) + ".");
  drop_all();
  disk_.restore(backup_->image);
  disk_.set_full(false);
  {
    Database database(kPath, {.vfs = kDiskVfs});
    Transaction transaction(database);
    begin_epoch(database, random_);
    transaction.commit();
  }
  open();
  history_.clear();
  read_up_to_.clear();
  note_placed();
  ledger_.release(history_, holders());
  return true;
}

// ---- Requests ----

void SimHub::take(const Request& request, std::shared_ptr<Wire> wire) {
  if (request.kind == RequestKind::token) return take_token(request, *wire);
  const auto token = read_token(request.token);
  if (!token || token->second <= run_.now())
    return wire->answer(problem(request.id, ErrorCode::not_signed_in));
  switch (request.kind) {
    case RequestKind::push:
      return take_push(request, token->first, std::move(wire));
    case RequestKind::pull:
      return take_pull(request, token->first, std::move(wire));
    case RequestKind::typing:
      return wire->answer({request.id, 204, "", std::nullopt, ""});
    default:
      return take_stream(request, token->first, token->second, std::move(wire));
  }
}

void SimHub::take_token(const Request& request, Wire& wire) {
  const auto asked = decode_token_request(request.body);
  if (!asked) return wire.answer(problem(request.id, asked.error().code));
  Result<bool> known = asked->actor.kind == ActorKind::agent
                           ? store_->has_session(asked->actor.id, asked->secret)
                           : store_->register_customer(asked->actor.id, asked->secret, run_.now());
  if (disk_.stopped()) return go_down("it died while it registered a customer");
  if (!known) return wire.answer(problem(request.id, known.error().code));
  if (!*known) return wire.answer(problem(request.id, ErrorCode::wrong_credentials));
  const Millis life = run_.faulty(Fault::short_tokens) ? kShortTokens : kLongTokens;
  wire.answer(json_answer(
      request, encode_token_answer({make_token(asked->actor, run_.now() + life), life})));
}

void SimHub::take_push(const Request& request, const Actor& author, std::shared_ptr<Wire> wire) {
  const std::string epoch = query_value(request.path, "epoch");
  if (!epoch.empty() && epoch != epoch_)
    return wire->answer(problem(request.id, ErrorCode::new_epoch, epoch_));
  queue_.push_back({author, request.body, std::move(wire), request.id});
  if (std::exchange(commit_planned_, true)) return;
  run_.after(static_cast<Millis>(1 + random_.below(10)), [this, life = life_] {
    if (life == life_) commit();
  });
}

void SimHub::take_pull(const Request& request, const Actor& reader, std::shared_ptr<Wire> wire) {
  const auto cursor = decode_cursor(query_value(request.path, "cursor"));
  if (cursor && (cursor->epoch != epoch_ || cursor->seq > history_.head()))
    return wire->answer(problem(request.id, ErrorCode::new_epoch, epoch_));
  const Seq after = cursor ? cursor->seq : 0;
  const std::string wait = query_value(request.path, "wait");
  // Small pages, so that there are many.
  const std::size_t limit = 1 + random_.below(40);
  if (!wait.empty() && history_.visible_between(reader, after, history_.head()).empty()) {
    readers_.push_back(
        {reader, after, run_.now() + std::stoll(wait) * 1'000, request.id, limit, std::move(wire)});
    return;
  }
  const auto page = read(reader, after, limit);
  if (!page) return wire->answer(problem(request.id, ErrorCode::storage_failed));
  wire->answer(json_answer(request, encode_page(*page)));
}

void SimHub::take_stream(const Request& request, const Actor& reader, Millis token_ends,
                         std::shared_ptr<Wire> wire) {
  wire->answer({request.id, 200, "text/event-stream", std::nullopt, ""});
  const auto cursor = decode_cursor(query_value(request.path, "cursor"));
  if (!cursor || cursor->epoch != epoch_ || cursor->seq > history_.head()) {
    wire->stream_bytes(sse("reset", "{\"epoch\":\"" + epoch_ + "\"}"));
    return wire->end();
  }
  readers_.push_back({reader, cursor->seq, token_ends, request.id, 0, std::move(wire)});
  // The first page greets: it says where the reader stands.
  const auto page = read(reader, cursor->seq, kStreamPage);
  if (!page) return;
  readers_.back().place = page->cursor.seq;
  readers_.back().wire->stream_bytes(sse("page", encode_page(*page)));
}

// ---- Writing ----

void SimHub::commit() {
  commit_planned_ = false;
  const std::vector<Waiting> taken = std::exchange(queue_, {});
  std::vector<Push> pushes;
  std::vector<const Waiting*> of;
  for (const Waiting& waiting : taken) {
    auto events = decode_push(waiting.body);
    if (!events) {
      waiting.wire->answer(problem(waiting.request, events.error().code));
      continue;
    }
    pushes.push_back({waiting.author, std::move(*events)});
    of.push_back(&waiting);
  }
  auto placement = store_->place(pushes);
  if (disk_.stopped()) {
    for (const Waiting* waiting : of) waiting->wire->end();
    return go_down("it died while it wrote " + std::to_string(pushes.size()) + " pushes");
  }
  if (!placement) {
    if (!disk_.full())
      run_.fail(kSurvives, "the hub cannot place pushes: " + placement.error().message);
    for (const Waiting* waiting : of)
      waiting->wire->answer(problem(waiting->request, placement.error().code));
    return;
  }
  if (!note_placed()) return;
  for (std::size_t i = 0; i < of.size(); ++i) settle_push(*of[i], placement->answers[i]);
  check_receipts();
  tell_readers();
}

void SimHub::settle_push(const Waiting& push, const PushAnswer& answer) {
  for (const PushResult& result : answer.results) {
    if (result.outcome != PushOutcome::placed) continue;
    if (history_.seq_of(result.id) != result.seq)
      run_.fail(kGapFree, "the hub names a place for " + result.id + " that it has not got");
    ledger_.acknowledge(result.id);
  }
  push.wire->answer(
      {push.request, 200, "application/json", std::nullopt, encode_push_answer(answer)});
}

bool SimHub::note_placed() {
  for (const PlacedEvent& placed : whole_log(store_->writer(), history_.head()))
    if (!history_.add(placed)) {
      run_.fail(kGapFree, "place " + std::to_string(placed.seq) + " follows place " +
                              std::to_string(history_.head()));
      return false;
    }
  const auto count = store_->writer().integer("SELECT count(*) FROM event").value_or(0);
  if (count != history_.head()) {
    run_.fail(kGapFree, "the log has " + std::to_string(count) + " events and its head is " +
                            std::to_string(history_.head()));
    return false;
  }
  return true;
}

/// Something that the hub has sent, or has given up; nothing if nobody waits.
std::optional<OwnEvent> SimHub::answer_transcript(SeededRandom& random) {
  Query row = store_->writer().query(
      "SELECT request, conversation FROM transcript WHERE sent = 0 AND reason = ''"
      " ORDER BY position LIMIT 1");
  if (!row.next()) return std::nullopt;
  OwnEvent own{"transcript", "", TranscriptSent{std::string(row.text(0))},
               std::string(row.text(1))};
  if (random.chance(30)) own.payload = TranscriptFailed{std::string(row.text(0)), "mail_refused"};
  return own;
}

void SimHub::speak(SeededRandom random) {
  if (!up()) return;
  ++said_;
  OwnEvent own{"site", std::to_string(said_), SiteUpdated{"Shop " + std::to_string(said_), {}}};
  if (random.chance(60)) {
    const std::string id = "0193a000-0000-7000-8000-00000000000" + std::to_string(random.below(4));
    own.key = "answer:" + id;
    if (random.chance(30))
      own = {own.key, "", AnswerWithdrawn{id}};
    else
      own.payload = AnswerPublished{id,
                                    "Answer " + std::to_string(said_),
                                    "Text",
                                    {"parcel"},
                                    random.chance(50) ? AnswerScope::team : AnswerScope::everyone,
                                    "en"};
  }
  if (random.chance(50))
    if (auto end = answer_transcript(random)) own = std::move(*end);
  (void)store_->place_own(std::vector<OwnEvent>{own}, run_.now());
  if (disk_.stopped()) return go_down("it died while the site published something");
  if (note_placed()) tell_readers();
}

void SimHub::place_unknown() {
  if (!up()) return;
  try {
    Transaction transaction(store_->writer());
    Event event;
    event.id = make_id(run_.now(), random_);
    event.type = "weather.changed";
    event.author = {ActorKind::system, event.id};
    const std::string body = R"({"id":")" + event.id +
                             R"(","type":"weather.changed","author":{"kind":"system","id":")" +
                             event.id + R"("},"at":1,"mood":{"deep":[1,2]},"data":{"rain":true}})";
    EventLog log(store_->writer());
    // A newer hub may know that everyone should see it; this one cannot tell the reason.
    log.append(log.head() + 1, event, body, {Audience::team, ""}, cheap_hash(body));
    transaction.commit();
  } catch (const StoreError&) {
    if (disk_.stopped()) return go_down("it died while it wrote what we do not know");
    return;
  }
  if (note_placed()) tell_readers();
}

// ---- Reading ----

std::optional<Page> SimHub::read(const Actor& reader, Seq after, std::size_t limit) {
  auto page = store_->read(reader, after, limit, kMaxPageBytes, run_.now());
  if (!page) {
    run_.fail(kSurvives, "a page cannot be read: " + page.error().message);
    return std::nullopt;
  }
  check_page(reader, *page);
  return *page;
}

void SimHub::check_page(const Actor& reader, const Page& page) {
  for (const PlacedEvent& placed : page.events)
    if (placed.seq > history_.head() || !history_.visible(reader, history_.at(placed.seq)))
      run_.fail(kScope, "place " + std::to_string(placed.seq) + " goes to " +
                            std::string(to_string(reader.kind)) + " " + reader.id);
  const auto wanted = history_.visible_between(reader, page.since.seq, page.cursor.seq);
  if (wanted.size() != page.events.size())
    run_.fail(kWhole, "a page from " + std::to_string(page.since.seq) + " to " +
                          std::to_string(page.cursor.seq) + " brings " +
                          std::to_string(page.events.size()) + " events of " +
                          std::to_string(wanted.size()));
}

void SimHub::tell_readers() {
  for (auto reader = readers_.begin(); reader != readers_.end();)
    reader = serve(*reader) ? std::next(reader) : readers_.erase(reader);
}

/// Sends a reader what is new for him; false when he is done.
bool SimHub::serve(Reader& reader) {
  if (reader.wire->gone()) return false;
  if (history_.visible_between(reader.actor, reader.place, history_.head()).empty()) return true;
  const auto page = read(reader.actor, reader.place, reader.limit ? reader.limit : kStreamPage);
  if (!page) return false;
  if (reader.limit) {
    reader.wire->answer(
        {reader.request, 200, "application/json", std::nullopt, encode_page(*page)});
    return false;
  }
  reader.place = page->cursor.seq;
  reader.wire->stream_bytes(sse("page", encode_page(*page)));
  return true;
}

/// Every 15 seconds: streams are told where they stand, tokens and long polls end.
void SimHub::checkpoint() {
  run_.after(kCheckpointEvery, [this] { checkpoint(); });
  if (!up()) return;
  tell_readers();
  for (auto reader = readers_.begin(); reader != readers_.end();) {
    const bool over = run_.now() >= reader->ends_at;
    if (!over && reader->limit) {
      ++reader;
      continue;
    }
    const auto page =
        read(reader->actor, reader->place, reader->limit ? reader->limit : kStreamPage);
    if (!page) return;
    if (reader->limit) {
      reader->wire->answer(
          {reader->request, 200, "application/json", std::nullopt, encode_page(*page)});
    } else {
      if (page->cursor.seq > reader->place)
        reader->wire->stream_bytes(sse("page", encode_page(*page)));
      reader->place = page->cursor.seq;
      reader->wire->stream_bytes(
          sse("checkpoint", encode_checkpoint({{epoch_, reader->place, 0}, run_.now()})));
      if (over) {
        reader->wire->stream_bytes(sse("bye", encode_bye({"token_ends", 0})));
        reader->wire->end();
      }
    }
    reader = over ? readers_.erase(reader) : std::next(reader);
  }
}

void SimHub::check_receipts() {
  for (Query row = store_->writer().query(
           "SELECT conversation || reader_kind || reader, delivered, read FROM receipt");
       row.next();) {
    Seq& before = read_up_to_[std::string(row.text(0))];
    if (row.integer(2) < before || row.integer(2) > row.integer(1))
      run_.fail(kMonotone, "from " + std::to_string(before) + " to " +
                               std::to_string(row.integer(2)) + ", delivered " +
                               std::to_string(row.integer(1)));
    before = row.integer(2);
  }
}

std::uint64_t SimHub::hash_for(const Actor& reader) {
  Database scoped(":memory:", {});
  migrate(scoped);
  for (const PlacedEvent& placed : whole_log(store_->writer(), 0))
    if (history_.visible(reader, history_.at(placed.seq)))
      fold_event(scoped, *decode_event(placed.body), {placed.seq, placed.seq});
  return state_hash(scoped);
}

}  // namespace deskbell::test
