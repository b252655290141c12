#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"

namespace deskbell {

class Database;

/// A file that is to be at the hub before an event of the outbox can be pushed.
struct UploadWork {
  std::string attachment;
  std::int64_t size = 0;  ///< In bytes.
  std::int64_t sent = 0;  ///< What the hub is known to have.
  std::string name = {};  ///< As the message says.
  std::string type = {};
};

/// The table of what the outbox's events need to be uploaded. The replica's: all calls run inside
/// its transactions and throw StoreError.
class UploadList {
 public:
  explicit UploadList(Database& database) : database_(database) {}

  /// Notes the files of an event that goes into the outbox; those that are noted stay as they are.
  /// `offered`: it may have been pushed before.
  void add(const Event& event, bool offered);
  /// The event has left the outbox.
  void forget(std::string_view event);
  /// The hub lacks the event's files after all: they are to be looked for, and sent, again.
  void begin_anew(std::string_view event, std::string_view body);
  /// The hub may lack everything: it has another history.
  void begin_all_anew();

  /// Whether an event waits for files that were never all there: then it cannot have been pushed.
  bool was_never_offered(std::string_view event);

  /// Whether any event waits for a file.
  bool any_waits();
  /// The file to send next: of the oldest event, but those that made trouble come last.
  std::optional<UploadWork> next();

  void set_sent(std::string_view attachment, std::int64_t sent);
  void finish(std::string_view attachment);
  /// It made trouble: others come first.
  void put_off(std::string_view attachment);

  struct Use {
    std::string event;
    std::string conversation;
  };
  /// The unrefused events that wait for it.
  std::vector<Use> waiting_for(std::string_view attachment);
  /// Every attachment of the outbox.
  std::vector<std::string> needed();

 private:
  Database& database_;
};

}  // namespace deskbell
