#include "tests/simulation/sim_device.h"

#include "core/store/database.h"
#include "core/sync/cursor.h"

namespace deskbell::test {
namespace {

constexpr std::string_view kCursor = "a cursor never moves back within an epoch";
constexpr std::string_view kForward = "a device never goes back to a history that it has left";
constexpr std::string_view kPrefix = "a device has all that its owner may see up to its cursor";

std::string meta(Database& store, std::string_view name) {
  return store.text("SELECT value FROM meta WHERE name = ?", name).value_or("");
}

}  // namespace

void SimDevice::look(Database& store) {
  world_.ledger.look_at(store, actor_, number_, life_, meta(store, "epoch"), world_.hub.history(),
                        world_.hub.epoch());
}

void SimDevice::begin_life() {
  ++life_;
  forget_cursors();
}

void SimDevice::forget_cursors() {
  cursors_.clear();
  epochs_left_.clear();
  epoch_.clear();
}

void SimDevice::check_step(Database& store) {
  const auto cursor = decode_cursor(meta(store, "cursor"));
  const std::string epoch = meta(store, "epoch");
  if (epoch != epoch_) {
    if (!epochs_left_.insert(epoch_).second || epochs_left_.contains(epoch))
      run().fail(kForward, name_ + " is in " + epoch + " again");
    epoch_ = epoch;
  }
  Query log = store.query("SELECT count(*), coalesce(max(seq), 0) FROM event");
  log.next();
  const std::int64_t count = log.integer(0);
  const Seq last = log.integer(1);
  if (!cursor) {
    if (count > 0) run().fail(kPrefix, name_ + " has events, but no cursor");
    return;
  }
  Seq& before = cursors_[cursor->epoch];
  if (cursor->seq < before)
    run().fail(kCursor, name_ + " goes back from " + std::to_string(before) + " to " +
                            std::to_string(cursor->seq));
  before = cursor->seq;
  if (cursor->epoch != epoch)
    run().fail(kPrefix, name_ + " has a cursor of another epoch than its own");
  if (last > cursor->seq)
    run().fail(kPrefix, name_ + " has place " + std::to_string(last) + " and a cursor at " +
                            std::to_string(cursor->seq));
  if (epoch != world_.hub.epoch() || !world_.hub.up()) return;
  const auto wanted = world_.hub.history().count_visible(actor_, cursor->seq);
  if (static_cast<std::int64_t>(wanted) != count)
    run().fail(kPrefix, name_ + " has " + std::to_string(count) + " events up to " +
                            std::to_string(cursor->seq) + ", and may see " +
                            std::to_string(wanted));
}

std::set<std::string> SimDevice::refused(Database& store) {
  std::set<std::string> ids;
  for (Query row = store.query("SELECT id FROM outbox WHERE code IS NOT NULL"); row.next();)
    ids.emplace(row.text(0));
  return ids;
}

}  // namespace deskbell::test
