#include "tests/simulation/end_checks.h"

#include "core/doctor/store_check.h"
#include "tests/support/cheap_hash.h"

namespace deskbell::test {
namespace {

constexpr std::string_view kDrains = "with the faults over, everything drains";
constexpr std::string_view kAgree = "replicas of the same scope agree";
constexpr std::string_view kHealthy = "every store passes the doctor";

void check_drained(Run& run, SimHub& hub, const SimDevice& device, const std::string& unrest) {
  if (!hub.up()) run.fail(kDrains, "the hub is down");
  if (!unrest.empty()) run.fail(kDrains, device.name() + " " + unrest);
}

void check_health(Run& run, const std::string& whose, Database& store, StoreKind kind) {
  StoreCheck check;
  check.kind = kind;
  if (kind == StoreKind::hub) check.hash = cheap_hash;
  for (const Finding& finding : check_store(store, check))
    run.fail(kHealthy, whose + ": " + finding.sentence);
}

}  // namespace

std::uint64_t check_end(Run& run, SimHub& hub, Ledger& ledger,
                        const std::vector<std::unique_ptr<SimDevice>>& devices) {
  std::set<std::string> refused;
  for (const auto& device : devices) {
    check_drained(run, hub, *device, device->unrest());
    if (run.failure()) return 0;
    refused.merge(device->refused(*device->store()));
  }
  ledger.check_end(hub.history(), refused);
  std::uint64_t all = 0;
  for (const auto& device : devices) {
    const std::uint64_t expected = hub.hash_for(device->actor());
    for (const std::uint64_t hash : device->hashes()) {
      if (hash != expected) run.fail(kAgree, device->name() + " shows something else than the hub");
      all = all * 1'000'003 + hash;
    }
    check_health(run, device->name(), *device->store(), StoreKind::device);
  }
  check_health(run, "The hub", hub.store().writer(), StoreKind::hub);
  return all;
}

}  // namespace deskbell::test
