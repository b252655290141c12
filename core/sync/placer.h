#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/store/event_log.h"
#include "core/sync/wire.h"

namespace deskbell {

class Database;

/// What stands for an event's bytes where two pushes under one id are compared. Handed in, for
/// the core has no cryptography: a hub takes SHA-256, a test may take something cheaper.
using ContentHash = std::string (*)(std::string_view bytes);

/// Whether an author may put these attachments (core/event/attachment.h) into a message. Handed in:
/// the files are the hub's.
using AttachmentCheck =
    std::function<Result<void>(const Actor& author, std::string_view attachments)>;

/// Gives events their places in the history of one store. Lives for one transaction, which is the
/// caller's; nothing counts until that is committed. Throws StoreError.
class Placer {
 public:
  /// Without a check, all attachments are let in.
  Placer(Database& database, ContentHash content_hash, AttachmentCheck attachment_check = {});

  /// An event as its author's device sent it. `author` is who the device is.
  PushResult place_pushed(const Actor& author, std::string_view bytes);

  /// An event that the hub itself made, checked by the same rules.
  Result<void> place_own(const Event& event);

  /// Who may see what has been placed so far, in order.
  std::vector<Visibility> take_placed() { return std::move(placed_); }

 private:
  Result<void> check_attachments(const Event& event);
  Result<void> check_entry(const Event& event);
  PushResult answer_known(PushResult result, Seq seq, std::string_view hash);
  Seq append(const Event& event, std::string_view bytes, std::string_view hash);

  Database& database_;
  ContentHash content_hash_;
  AttachmentCheck attachment_check_;
  // Conversations in which a message waits for its files, by their author: what the author wrote
  // there after it waits as well.
  std::set<std::pair<std::string, std::string>> held_;
  EventLog log_;
  Seq head_;
  std::vector<Visibility> placed_;
};

}  // namespace deskbell
