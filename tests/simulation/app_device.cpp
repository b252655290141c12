#include "tests/simulation/app_device.h"

#include "core/event/id.h"

namespace deskbell::test {
namespace {

constexpr std::string_view kSurvives = "no fault breaks a device for good";

constexpr std::uint64_t kAppPurpose = 4;

}  // namespace

/// One life of the app's process.
struct AppDevice::Process final : Client, std::enable_shared_from_this<AppDevice::Process> {
  Process(AppDevice& of, const std::string& path)
      : Client(of.run(), of.number()),
        device(of),
        database(path, kAppStore),
        engine(database, of.random_) {}

  void on_response(const Response& response) override {
    device.with([&](Process& p) { p.engine.on_response(response, device.local_now()); });
  }
  void on_stream_bytes(std::uint64_t request, std::string_view bytes) override {
    device.with([&](Process& p) { p.engine.on_stream_bytes(request, bytes, device.local_now()); });
  }
  void on_failure(std::uint64_t request) override {
    device.with([&](Process& p) { p.engine.on_failure(request, device.local_now()); });
  }

  AppDevice& device;
  Database database;
  Engine engine;
  std::uint64_t waking = 0;  // the last wish to be woken counts
};

AppDevice::AppDevice(Surroundings world, int number, std::string name, const Actor& actor)
    : SimDevice(world, number, std::move(name)),
      path_("app" + std::to_string(number) + "/store.db"),
      disk_("app" + std::to_string(number), world.run.seed * 100 + static_cast<unsigned>(number)),
      random_(dice(world.run.seed, kAppPurpose, static_cast<std::uint64_t>(number))),
      secret_("secret") {
  actor_ = actor;
}

AppDevice::AppDevice(Surroundings world, int number, std::string name, const AppDevice& other)
    : AppDevice(world, number, std::move(name), other.actor()) {
  const std::string from = other.path_.substr(0, other.path_.find('/'));
  Disk::Image image;
  for (const auto& [path, bytes] : other.disk_.image())
    image["app" + std::to_string(number) + path.substr(from.size())] = bytes;
  disk_.restore(image);
  world_.ledger.expect_no_order(actor_.id);
}

AppDevice::~AppDevice() {
  disk_.stop();
}

// ---- Its life ----

void AppDevice::start() {
  if (process_) return;
  try {
    process_ = std::make_shared<Process>(*this, path_);
  } catch (const StoreError& error) {
    process_.reset();
    if (disk_.stopped()) return stop("it dies while it opens its store");
    if (!disk_.full()) run().fail(kSurvives, name() + ": " + error.what());
    return run().after(5'000, [this] { start(); });
  }
  with([&](Process& p) {
    // A store that could not even note whose it is will be asked again.
    if (!p.engine.replica().adopt({"site", actor_, secret_})) return;
    p.engine.start(local_now());
  });
  if (process_ && must_keep_)
    world_.ledger.check_device_kept(process_->database, number(), life(), world_.hub.history());
  must_keep_ = process_ != nullptr;
}

Database* AppDevice::store() {
  return process_ ? &process_->database : nullptr;
}

void AppDevice::stop(const std::string& why) {
  say("stops: " + why);
  disk_.stop();
  process_.reset();
  run().after(static_cast<Millis>(500 + random_.below(20'000)), [this] { start_again(); });
}

void AppDevice::start_again() {
  if (process_) return;
  if (power_cut_) forget_cursors();  // the newest pages may be gone
  disk_.start_again(std::exchange(power_cut_, false));
  start();
}

template <class F>
void AppDevice::with(F&& body) {
  if (!process_) return;
  const auto process = process_;
  body(*process);
  if (disk_.stopped()) return stop("it dies while it writes");
  pump(*process);
}

void AppDevice::pump(Process& process) {
  const Effects effects = process.engine.take_effects(local_now());
  if (disk_.stopped()) return stop("it dies while it writes");
  if (effects.storage_error && !disk_.full())
    run().fail(kSurvives, name() + ": " + effects.storage_error->message);
  look(process.database);
  check_step(process.database);
  for (const std::uint64_t id : effects.link.cancelled) world_.network.cancel(process, id);
  for (const Request& request : effects.link.requests)
    world_.network.send(process.shared_from_this(), request);
  if (!effects.link.wake_at) return;
  const Millis delay = std::max<Millis>(0, *effects.link.wake_at - local_now());
  run().after(std::min<Millis>(delay, 60'000),
              [this, life = std::weak_ptr(process_), waking = ++process.waking] {
                const auto alive = life.lock();
                if (alive && alive->waking == waking) with([](Process&) {});
              });
}

// ---- What people do ----

void AppDevice::act(SeededRandom random, const std::string& text) {
  if (!process_) return;
  const auto deed = think_of_deed(process_->database, actor_, random, text);
  if (!deed) return;
  with([&](Process& p) {
    const auto done = carry_out(p.engine.replica(), *deed);
    if (done.ok()) return say(describe(*deed));
    if (done.error().code == ErrorCode::storage_failed && !disk_.stopped() && !disk_.full())
      run().fail(kSurvives, name() + ": " + done.error().message);
  });
}

Result<std::string> AppDevice::carry_out(Replica& replica, const Deed& deed) {
  const Millis now = local_now();
  const auto done = [](const Result<void>& result) -> Result<std::string> {
    if (!result) return result.error();
    return std::string();
  };
  switch (deed.kind) {
    case DeedKind::write:
      return replica.post_message(deed.conversation, deed.text, "", now);
    case DeedKind::read:
      return done(replica.mark_read(deed.conversation, now));
    case DeedKind::rename:
      return replica.emit("", CustomerUpdated{actor_.id, deed.text, {}}, now);
    case DeedKind::answer_survey:
      return replica.emit(deed.conversation, SurveyAnswered{deed.stars, deed.text}, now);
    case DeedKind::ask_transcript:
      return replica.emit(deed.conversation, TranscriptRequested{"c@example.org", "en"}, now);
    case DeedKind::note:
      return replica.emit(deed.conversation, NoteAdded{deed.text}, now);
    case DeedKind::assign:
      return replica.emit(deed.conversation, ConversationAssigned{deed.target}, now);
    case DeedKind::resolve:
      return replica.emit(deed.conversation, ConversationResolved{}, now);
    case DeedKind::reopen:
      return replica.emit(deed.conversation, ConversationReopened{}, now);
    case DeedKind::publish:
      return replica.emit(
          "", AnswerPublished{deed.target, deed.text, "Text", {}, AnswerScope::team, "en"}, now);
    case DeedKind::publish_own:
      return replica.emit(
          "", AnswerPublished{deed.target, deed.text, "Text", {}, AnswerScope::own, "en"}, now);
    case DeedKind::guide:
      return replica.emit("", AnswerGuided{deed.target, deed.text, ""}, now);
    // Noted before it is done: a device that dies then may have done it.
    case DeedKind::resend:
      world_.ledger.discard(deed.target);
      return replica.resend(deed.target, now);
    case DeedKind::discard:
      world_.ledger.discard(deed.target);
      return done(replica.discard(deed.target));
  }
  return std::string();
}

void AppDevice::leave_unknown_event() {
  if (disk_.full()) return;
  with([&](Process& p) {
    const std::string id = make_id(local_now(), random_);
    const std::string body = R"({"id":")" + id + R"(","type":"mood.shown","author":{"kind":")" +
                             std::string(to_string(actor_.kind)) + R"(","id":")" + actor_.id +
                             R"("},"at":1,"data":{"smile":1}})";
    try {
      p.database.run("INSERT INTO outbox (id, conversation, body) VALUES (?, '', ?)", id, body);
    } catch (const StoreError&) {
      return;  // the disk stops here
    }
    say("has an event in its outbox that only a newer version knows");
  });
}

// ---- Faults ----

void AppDevice::crash(SeededRandom random) {
  power_cut_ = random.chance(50);
  disk_.stop_at_change(1 + random.below(12));
  run().after(120'000, [this, life = std::weak_ptr(process_)] {
    const auto alive = life.lock();
    if (alive && alive == process_) stop("it is killed");
  });
}

void AppDevice::set_full(bool full) {
  disk_.set_full(full);
  say(full ? "has no room on its disk" : "has room on its disk again");
}

void AppDevice::remember() {
  if (process_ && !disk_.stopped()) remembered_.push_back(disk_.image());
}

void AppDevice::roll_back(SeededRandom random) {
  if (remembered_.empty() || !process_) return;
  say("gets back an old state of its store");
  world_.ledger.expect_no_order(actor_.id);
  disk_.stop();
  process_.reset();
  disk_.restore(remembered_[random.below(remembered_.size())]);
  begin_life();
  must_keep_ = false;
  start();
  world_.ledger.release(world_.hub.history(), world_.hub.holders());
}

void AppDevice::wipe() {
  if (!process_) return;
  say("loses its store and is signed in anew");
  disk_.stop();
  process_.reset();
  disk_.restore({});
  begin_life();
  must_keep_ = false;
  start();
  world_.ledger.release(world_.hub.history(), world_.hub.holders());
}

void AppDevice::hint_network(bool available) {
  with([&](Process& p) { p.engine.set_network(available, local_now()); });
}

void AppDevice::calm_down() {
  disk_.stop_at_change(0);
  disk_.set_full(false);
  hint_network(true);
}

std::string AppDevice::unrest() {
  if (!process_) return "is off";
  if (process_->engine.connection() != Connection::live) return "is not live";
  // What belongs to a conversation whose beginning is lost for good waits for ever.
  for (Query row = process_->database.query(
           "SELECT conversation FROM outbox WHERE seq IS NULL AND code IS NULL");
       row.next();)
    if (world_.hub.history().has_conversation(std::string(row.text(0)))) return "has unsent events";
  return "";
}

std::vector<std::uint64_t> AppDevice::hashes() {
  return {process_->engine.replica().hash()};
}

}  // namespace deskbell::test
