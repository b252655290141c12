#include "tests/simulation/browser_device.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "core/store/database.h"
#include "tests/support/border_request.h"
#include "wasm/device.h"

namespace deskbell::test {

using nlohmann::json;

namespace {

constexpr std::string_view kStrict = "what only a device has is made durable before it is told";
constexpr std::string_view kSurvives = "no fault breaks a device for good";

constexpr std::uint64_t kBrowserPurpose = 5;
constexpr std::size_t kFoldEvery = 16;

}  // namespace

/// One tab: the real device on the shared log.
class BrowserTab final : public Client, public std::enable_shared_from_this<BrowserTab> {
 public:
  BrowserTab(BrowserDevice& browser, std::string name)
      : Client(browser.run(), browser.number()),
        browser_(browser),
        device_(std::move(name), browser.random_) {}

  void open() {
    head_ = browser_.log_.base();
    for (const std::string& chunk : browser_.log_.chunks()) give(chunk);
    catch_up();
    if (const std::string error = device_.open(); !error.empty()) return broken(error);
    queue({{"command", "new_customer"}, {"site", "site"}});
    queue({{"command", "start"}});
    look();
  }

  // ---- What comes in ----

  void on_response(const Response& response) override {
    queue({{"input",
            {{"response",
              {{"request", response.request},
               {"status", response.status},
               {"content_type", response.content_type},
               // The browser makes text of the bytes; half a character at a cut becomes another.
               {"body", response.body}}}}}});
  }
  void on_stream_bytes(std::uint64_t request, std::string_view bytes) override {
    queue({{"input", {{"chunk", {{"request", request}, {"text", bytes}}}}}});
  }
  void on_failure(std::uint64_t request) override {
    queue({{"input", {{"failure", {{"request", request}}}}}});
  }

  /// Something to be run in the next batch: a command, or with `{"input": …}` what happened.
  void queue(json work) {
    queue_.push_back(std::move(work));
    if (!batch_) soon(0, [](BrowserTab& tab) { tab.run_batch(); });
  }

  /// Another tab may have written.
  void look() {
    if (batch_ || in_memory_) return;
    if (catch_up()) queue(json::object());
  }

  // ---- For the browser ----

  bool in_batch() const { return batch_.has_value(); }
  std::size_t head() const { return head_; }
  bool in_memory() const { return in_memory_; }
  Database& database() const { return device_.database(); }
  std::vector<std::string> bytes() const { return device_.fold(); }
  void freeze_until(Millis time) { frozen_until_ = time; }
  json ask(const json& command) {
    return json::parse(device_.send(command.dump(), browser_.local_now()));
  }

 private:
  struct Batch {
    std::vector<json> works;
    std::vector<json> answers;
    json effects;
    std::optional<std::string> record;
    bool wrote_own = false;
  };

  template <class F>
  void soon(Millis delay, F&& action) {
    Run& run = browser_.run();
    const Millis at = std::max(run.now() + delay, frozen_until_);
    run.at(at, [life = weak_from_this(), action] {
      if (const auto tab = life.lock()) action(*tab);
    });
  }

  void broken(const std::string& error) { browser_.run().fail(kSurvives, error); }

  void give(const std::string& record) {
    if (const std::string error = device_.give(record); !error.empty()) broken(error);
  }

  bool catch_up() {
    const std::size_t before = head_;
    while (head_ < browser_.log_.head()) give(browser_.log_.record(++head_));
    if (head_ != before)
      if (const std::string error = device_.open(); !error.empty()) broken(error);
    return head_ != before;
  }

  std::size_t count_unknown() {
    const Surroundings& world = browser_.world_;
    return world.ledger.count_unknown(device_.database(), browser_.actor(), world.hub.history());
  }

  void run_batch() {
    if (batch_ || queue_.empty()) return;
    batch_ = Batch{};
    batch_->works = std::exchange(queue_, {});
    execute();
    if (!batch_->record || in_memory_) return finish();
    // The transaction goes to the disk; its turn there comes after a moment.
    soon(static_cast<Millis>(1 + browser_.random_.below(20)),
         [](BrowserTab& tab) { tab.append(); });
  }

  void execute() {
    Batch& batch = *batch_;
    batch.answers.clear();
    if (const std::string error = device_.open(); !error.empty()) return broken(error);
    const std::size_t own_before = count_unknown();
    for (const json& work : batch.works) {
      const std::string text = work.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      if (work.contains("input")) {
        const json input = work["input"];
        const std::string error =
            device_.receive(input.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                            browser_.local_now());
        if (!error.empty()) broken(error);
        batch.answers.push_back(nullptr);
      } else if (work.contains("command")) {
        batch.answers.push_back(json::parse(device_.send(text, browser_.local_now())));
      } else {
        batch.answers.push_back(nullptr);
      }
    }
    batch.effects = json::parse(device_.effects(browser_.local_now()));
    batch.wrote_own = count_unknown() > own_before;
    batch.record = device_.take();
  }

  /// The transaction's turn: compare and append, or put back, catch up and run again.
  void append() {
    if (browser_.full_) {
      browser_.say("cannot save any more: a tab goes on in memory");
      in_memory_ = true;
      return finish();
    }
    const bool strict = batch_->effects.at("durability") == "strict";
    if (!browser_.log_.append(head_ + 1, *batch_->record, strict)) {
      device_.settle(false);
      catch_up();
      execute();
      if (!batch_->record) return finish();
      return soon(static_cast<Millis>(1 + browser_.random_.below(20)),
                  [](BrowserTab& tab) { tab.append(); });
    }
    ++head_;
    if (head_ % kFoldEvery == 0) browser_.log_.fold(device_.fold());
    // It is in the log; the tab hears of it a little later, or dies before.
    soon(static_cast<Millis>(browser_.random_.below(5)), [](BrowserTab& tab) { tab.finish(); });
  }

  void finish() {
    device_.settle(true);
    const Batch batch = *std::exchange(batch_, std::nullopt);
    if (!in_memory_ && batch.wrote_own && batch.effects.at("durability") != "strict")
      browser_.run().fail(kStrict, "own events were written with durability " +
                                       batch.effects.at("durability").get<std::string>());
    note_discarded(batch);
    if (!in_memory_) {
      browser_.batch_kept(*this);
      browser_.tell_others(*this);
    }
    carry_out(batch.effects);
    if (!queue_.empty()) soon(0, [](BrowserTab& tab) { tab.run_batch(); });
    if (!in_memory_ && head_ < browser_.log_.head()) look();
  }

  void note_discarded(const Batch& batch) {
    for (std::size_t i = 0; i < batch.works.size(); ++i) {
      const std::string command = batch.works[i].value("command", "");
      if (command != "message.resend" && command != "message.discard") continue;
      if (batch.answers[i].contains("result"))
        browser_.world_.ledger.discard(batch.works[i].at("id").get<std::string>());
    }
  }

  void carry_out(const json& effects) {
    if (!effects.at("storage_error").is_null()) broken(effects.at("storage_error").dump());
    Network& network = browser_.world_.network;
    for (const std::uint64_t id : effects.at("cancelled")) network.cancel(*this, id);
    for (const json& request : effects.at("requests"))
      network.send(shared_from_this(), request_from(request));
    if (effects.at("wake_at").is_null()) return;
    const Millis delay =
        std::max<Millis>(0, effects.at("wake_at").get<Millis>() - browser_.local_now());
    const std::uint64_t waking = ++waking_;
    soon(std::min<Millis>(delay, 60'000), [waking](BrowserTab& tab) {
      if (waking == tab.waking_) tab.queue(json::object());
    });
  }

  BrowserDevice& browser_;
  deskbell::Device device_;
  std::size_t head_ = 0;
  std::vector<json> queue_;
  std::optional<Batch> batch_;
  bool in_memory_ = false;
  Millis frozen_until_ = 0;
  std::uint64_t waking_ = 0;
};

// ---- The browser ----

BrowserDevice::BrowserDevice(Surroundings world, int number, std::string name, std::size_t tabs)
    : SimDevice(world, number, std::move(name)),
      random_(dice(world.run.seed, kBrowserPurpose, static_cast<std::uint64_t>(number))),
      tabs_(tabs) {}

BrowserDevice::~BrowserDevice() = default;

void BrowserDevice::start() {
  for (std::size_t place = 0; place < tabs_.size(); ++place) open_tab(place);
}

void BrowserDevice::open_tab(std::size_t place) {
  tabs_[place].reset();
  tabs_[place] = std::make_shared<BrowserTab>(
      *this, "browser" + std::to_string(number()) + "-" + std::to_string(++opened_));
  tabs_[place]->open();
}

void BrowserDevice::batch_kept(BrowserTab& tab) {
  Database& store = tab.database();
  if (const auto id = store.text("SELECT value FROM meta WHERE name = 'id'"))
    actor_ = {ActorKind::customer, *id};
  look(store);
  // Another tab may have written since, and told it first.
  if (tab.head() == log_.head()) check_step(store);
  if (std::exchange(must_keep_, false))
    world_.ledger.check_device_kept(store, number(), life(), world_.hub.history());
}

void BrowserDevice::tell_others(const BrowserTab& tab) {
  // A hint that may be lost.
  if (random_.chance(20)) return;
  for (const auto& other : tabs_)
    if (other && other.get() != &tab)
      run().after(static_cast<Millis>(1 + random_.below(10)), [life = std::weak_ptr(other)] {
        if (const auto alive = life.lock()) alive->look();
      });
}

Database* BrowserDevice::store() {
  for (const auto& tab : tabs_)
    if (tab && !tab->in_batch() && !tab->in_memory()) return &tab->database();
  return nullptr;
}

void BrowserDevice::act(SeededRandom random, const std::string& text) {
  const auto& tab = tabs_[random.below(tabs_.size())];
  if (!tab || tab->in_batch() || actor_.id.empty()) return;
  if (random.chance(10)) {
    tab->freeze_until(run().now() + static_cast<Millis>(random.below(60'000)));
    say("has a tab that sleeps");
  }
  const auto deed = think_of_deed(tab->database(), actor_, random, text);
  if (!deed) return;
  say(describe(*deed));
  switch (deed->kind) {
    case DeedKind::write:
      return tab->queue({{"command", "message.post"}, {"text", deed->text}});
    case DeedKind::read:
      return tab->queue({{"command", "conversation.read"}, {"conversation", deed->conversation}});
    case DeedKind::rename:
      return tab->queue({{"command", "customer.update"}, {"name", deed->text}});
    case DeedKind::answer_survey:
      return tab->queue({{"command", "survey.answer"},
                         {"conversation", deed->conversation},
                         {"stars", deed->stars},
                         {"comment", deed->text}});
    case DeedKind::ask_transcript:
      return tab->queue({{"command", "transcript.request"},
                         {"conversation", deed->conversation},
                         {"email", "c@example.org"}});
    case DeedKind::resend:
      return tab->queue({{"command", "message.resend"}, {"id", deed->target}});
    case DeedKind::discard:
      return tab->queue({{"command", "message.discard"}, {"id", deed->target}});
    default:
      return;
  }
}

// ---- Faults ----

void BrowserDevice::kill_all() {
  for (auto& tab : tabs_) tab.reset();
}

void BrowserDevice::crash(SeededRandom random) {
  must_keep_ = true;
  if (random.chance(60)) {
    say("loses a tab, which is opened again");
    return open_tab(random.below(tabs_.size()));
  }
  say("loses its power");
  kill_all();
  const std::size_t lost = log_.head() - log_.durable();
  log_.cut_to(log_.head() - random.below(lost + 1));
  forget_cursors();
  start();
}

void BrowserDevice::set_full(bool full) {
  full_ = full;
  say(full ? "has no quota left" : "has quota again");
  if (full) return;
  for (std::size_t place = 0; place < tabs_.size(); ++place)
    if (tabs_[place] && tabs_[place]->in_memory()) open_tab(place);
}

void BrowserDevice::roll_back(SeededRandom random) {
  say("gets back an old state of its store");
  world_.ledger.expect_no_order(actor_.id);
  kill_all();
  log_.cut_to(log_.head() - random.below(log_.head() + 1) / 2);
  begin_life();
  must_keep_ = false;
  start();
  world_.ledger.release(world_.hub.history(), world_.hub.holders());
}

void BrowserDevice::wipe() {
  say("forgets everything, as Safari does after seven days");
  kill_all();
  log_ = PageLog();
  begin_life();
  must_keep_ = false;
  actor_ = {ActorKind::customer, ""};
  start();
  world_.ledger.release(world_.hub.history(), world_.hub.holders());
}

void BrowserDevice::hint_network(bool available) {
  for (const auto& tab : tabs_)
    if (tab) tab->queue({{"command", "network"}, {"available", available}});
}

void BrowserDevice::calm_down() {
  if (full_) set_full(false);
  hint_network(true);
}

std::string BrowserDevice::unrest() {
  for (const auto& tab : tabs_) {
    if (!tab || tab->in_batch()) return "is in the middle of a batch";
    const json panel = tab->ask({{"command", "panel"}, {"limit", 1}});
    if (!panel.contains("result")) return "shows no panel: " + panel.dump();
    if (panel["result"]["connection"] != "live") return "has a tab that is not live";
    if (panel["result"]["unsent"] != 0) return "has unsent events";
    if (tab->bytes() != tabs_.front()->bytes()) return "has tabs of different bytes";
  }
  return "";
}

std::vector<std::uint64_t> BrowserDevice::hashes() {
  std::vector<std::uint64_t> hashes;
  for (const auto& tab : tabs_)
    hashes.push_back(std::stoull(
        tab->ask({{"command", "hash"}})["result"]["hash"].get<std::string>(), nullptr, 16));
  return hashes;
}

}  // namespace deskbell::test
