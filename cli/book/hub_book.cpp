// Importing into a running hub: as an agent's device of its own, which lives as long as the import.

#include "cli/book/hub_book.h"

#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <future>

#include "cli/progress.h"
#include "core/event/answer_fields.h"
#include "core/sync/wire.h"
#include "core/view/answer_book.h"
#include "sdk/device.h"

namespace deskbell::cli {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// So long without any progress, a hub is not in reach.
constexpr auto kPatience = 60s;
/// What an event has around its entry.
constexpr std::size_t kEnvelopeBytes = 512;

/// A folder that goes with the import.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (fs::temp_directory_path() / "deskbell-import-XXXXXX").string();
    if (::mkdtemp(name.data())) path_ = name;
  }
  ~TempFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

sdk::Result<sdk::Identity> sign_in(sdk::Device& device, const HubLogin& login) {
  std::promise<sdk::Result<sdk::Identity>> promise;
  device.worker().sign_in(login.login, login.password, [&](sdk::Result<sdk::Identity> done) {
    promise.set_value(std::move(done));
  });
  return promise.get_future().get();
}

/// Waits until `left()` is 0, looking at each change of the device; no longer than patience lasts
/// while it stays as it is.
bool wait_for(sdk::Device& device, const std::function<std::int64_t()>& left) {
  std::int64_t last = left();
  for (auto since = std::chrono::steady_clock::now(); last != 0;) {
    if (device.worker().status().connection == sdk::Connection::signed_out) return false;
    if (std::chrono::steady_clock::now() - since > kPatience) return false;
    if (device.changes().wait(200ms)) (void)device.changes().poll();
    const std::int64_t now = left();
    if (now != last) since = std::chrono::steady_clock::now();
    last = now;
  }
  return true;
}

/// Waits until the device has the book as it is now.
bool is_live(sdk::Device& device) {
  Progress progress;
  progress.show("Fetching the book", 0, 1);
  return wait_for(
      device, [&] { return device.worker().status().connection == sdk::Connection::live ? 0 : 1; });
}

std::size_t size_of(const Payload& payload) {
  if (const auto* entry = std::get_if<AnswerPublished>(&payload))
    return kEnvelopeBytes + entry_json(*entry).size();
  const auto* guide = std::get_if<AnswerGuided>(&payload);
  return kEnvelopeBytes + (guide ? guide->procedure.size() + guide->authority.size() : 0);
}

/// Whether fewer will see the entry than do: then it is withdrawn first.
bool is_narrowed(const Payload& payload, Database& database) {
  const auto* entry = std::get_if<AnswerPublished>(&payload);
  if (!entry) return false;
  const auto now = AnswerBook(database).entry(entry->answer);
  return now && entry->scope > now->entry.scope;
}

/// Whether one push takes it all.
bool fits_one_push(const BookPlan& plan, Database& database) {
  std::size_t bytes = 0, events = plan.events.size();
  for (const OwnEvent& event : plan.events) {
    bytes += size_of(event.payload);
    if (is_narrowed(event.payload, database)) bytes += kEnvelopeBytes, ++events;
  }
  return events <= kMaxPushEvents && bytes <= kMaxPushBytes;
}

/// The first entry with files that the hub may not have: with others than it has now.
const AnswerPublished* with_new_files(const BookPlan& plan, Database& database) {
  for (const OwnEvent& event : plan.events) {
    const auto* entry = std::get_if<AnswerPublished>(&event.payload);
    if (!entry || entry->attachments.empty()) continue;
    const auto now = AnswerBook(database).entry(entry->answer);
    if (!now || now->entry.attachments != entry->attachments) return entry;
  }
  return nullptr;
}

std::string no_files_for(const std::string& title) {
  return "\"" + title +
         "\" has attachments that this hub does not have with it yet, and a running hub takes none "
         "for its book. Import it into the data folder of the stopped hub (--data), or import it "
         "without attachments.";
}

deskbell::Result<void> emit(Replica& replica, const Payload& payload, Millis now) {
  if (is_narrowed(payload, replica.database())) {
    const AnswerWithdrawn narrowed{std::get<AnswerPublished>(payload).answer};
    if (auto gone = replica.emit("", narrowed, now); !gone) return gone.error();
  }
  if (auto written = replica.emit("", payload, now); !written) return written.error();
  return {};
}

/// Plans and writes on the device's own thread, so that nothing comes in between and nothing is
/// sent before all is written.
deskbell::Result<BookPlan> write(Engine& engine, Millis now, const std::vector<BookItem>& items,
                                 bool dry_run) {
  BookPlan plan = plan_book(items, engine.replica().database());
  if (const auto* entry = with_new_files(plan, engine.replica().database()))
    return deskbell::Error{deskbell::ErrorCode::not_allowed, no_files_for(entry->title)};
  if (dry_run || !plan.changes.gaps.empty()) return plan;
  if (!fits_one_push(plan, engine.replica().database()))
    return deskbell::Error{
        deskbell::ErrorCode::too_large,
        "A running hub takes up to " + std::to_string(kMaxPushEvents) +
            " changes of 1 MiB together, so that no file is imported in part; this one has " +
            std::to_string(plan.events.size()) + ". Import a part of it, or all of it into the " +
            "data folder of the stopped hub (--data)."};
  for (const OwnEvent& event : plan.events)
    if (auto written = emit(engine.replica(), event.payload, now); !written) {
      engine.stop();  // what is written so far goes with the device
      return written.error();
    }
  return plan;
}

sdk::Error not_reached(const std::string& hub, const char* what) {
  return {sdk::ErrorCode::network_failed, "The hub at " + hub + " is not in reach. " + what};
}

/// Waits until the hub has placed all; what it has refused is an error.
sdk::Result<void> publish(sdk::Device& device, const std::string& hub, std::int64_t count) {
  Progress progress;
  const bool placed = wait_for(device, [&] {
    const std::int64_t left = device.worker().status().unsent;
    progress.show("Publishing", count - left, count);
    return left;
  });
  if (!placed)
    return not_reached(hub,
                       "Whether it has published is not known: import once more, what is "
                       "there already is no change.");
  const auto refused = device.read([](const Views& views) -> sdk::Result<std::string> {
    for (const RefusedView& each : views.refused()) return each.reason.message;
    return std::string();
  });
  if (!refused) return refused.error();
  if (!refused->empty())
    return sdk::Error{sdk::ErrorCode::not_allowed,
                      "Somebody changed the book meanwhile, and the hub refused a part: " +
                          *refused + " Import once more."};
  return {};
}

}  // namespace

sdk::Result<BookChanges> write_book_at(const HubLogin& login, const std::vector<BookItem>& items,
                                       bool dry_run) {
  const TempFolder folder;
  if (folder.path().empty())
    return sdk::Error{sdk::ErrorCode::storage_failed, "There is no place for temporary files."};
  auto opened = sdk::Device::open(
      {login.hub, login.site, (folder.path() / "import.db").string(), {}, true}, false);
  if (!opened) return opened.error();
  sdk::Device& device = **opened;
  if (const auto identity = sign_in(device, login); !identity) return identity.error();
  if (!is_live(device)) return not_reached(login.hub, "");
  const auto plan = device.worker().run(
      [&](Engine& engine, Millis now) { return write(engine, now, items, dry_run); });
  if (!plan) return sdk::to_public(plan.error());
  if (dry_run || !plan->changes.gaps.empty() || plan->events.empty()) return plan->changes;
  const auto count = static_cast<std::int64_t>(plan->events.size());
  if (auto published = publish(device, login.hub, count); !published) return published.error();
  return plan->changes;
}

}  // namespace deskbell::cli
