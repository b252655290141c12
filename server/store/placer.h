#pragma once

#include <string_view>
#include <vector>

#include "core/store/event_log.h"
#include "core/sync/wire.h"

namespace deskbell {

class Database;

/// Gives events their places in the history of one store. Lives for one transaction, which is the
/// caller's; nothing counts until that is committed. Throws StoreError.
class Placer {
 public:
  explicit Placer(Database& database);

  /// An event as its author's device sent it. `author` is who the device is.
  PushResult place_pushed(const Actor& author, std::string_view bytes);

  /// An event that the hub itself made, checked by the same rules.
  Result<void> place_own(const Event& event);

  /// Who may see what has been placed so far, in order.
  std::vector<Visibility> take_placed() { return std::move(placed_); }

 private:
  PushResult answer_known(PushResult result, Seq seq, std::string_view hash);
  Seq append(const Event& event, std::string_view bytes, std::string_view hash);

  Database& database_;
  EventLog log_;
  Seq head_;
  std::vector<Visibility> placed_;
};

/// SHA-256 of the bytes, in lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace deskbell
