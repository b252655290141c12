#include "server/store/epoch.h"

#include "core/event/id.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

constexpr std::size_t kEpochBytes = 8;

}  // namespace

std::string make_epoch(Random& random) {
  return random_hex(kEpochBytes, random);
}

std::string begin_epoch(Database& database, Random& random) {
  const std::string epoch = make_epoch(random);
  database.run(
      "INSERT INTO meta (name, value) VALUES ('epoch', ?1) ON CONFLICT DO UPDATE SET value = ?1",
      epoch);
  return epoch;
}

}  // namespace deskbell
