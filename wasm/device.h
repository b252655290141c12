#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "core/base/time.h"
#include "core/sync/link.h"

namespace deskbell {

class Database;
class Engine;
class PageFile;

/// A device whose store is in memory and made durable by others, as a log of page records.
///
/// The host runs batches: some commands and inputs, `effects`, then `take`. It appends the record
/// to the log and says how that went: `settle(true)`; or, when another tab was first,
/// `settle(false)`, `give` for each record of the others, and the same commands again. What
/// `effects` answered must not be carried out before `settle(true)`.
///
/// Answers are those of `Border`: JSON, with `{"error": {"code", "message"}}` for what failed;
/// where nothing else is answered, an empty string means that all is well. Nothing throws.
class Device {
 public:
  /// `name` is the store's name in the page VFS; two devices of one process need two names.
  /// `random` must outlive the device.
  Device(std::string name, Random& random);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  /// Opens the store: an empty one becomes a new one, an older one is migrated. Records are given
  /// before. All calls below open it as well; this one says early whether it can be.
  std::string open();

  std::string send(std::string_view command, Millis now);
  std::string receive(std::string_view input, Millis now);
  std::string effects(Millis now);

  /// The record of what was written since the last `settle`; nothing if nothing was.
  std::optional<std::string> take();
  /// The record could not be stored: the batch goes on in memory. A later `take` answers a record
  /// of all that was written since the last `settle`.
  void hold();
  /// Keeps what was written, or puts the store and the link back as they were before.
  void settle(bool keep);
  /// Applies another tab's record, or a stored one before `open`; refused while a batch is open.
  std::string give(std::string_view record);
  /// The open store, for whoever checks it. Precondition: `open` or a later call went well.
  Database& database() const;
  /// The whole store as records, each below 60 KB.
  std::vector<std::string> fold() const;

 private:
  struct Session;

  Session& session();
  void close();
  template <class F>
  std::string guard(F&& body);

  std::string name_;
  Random& random_;
  PageFile& file_;
  Link link_;  // before the batch
  std::unique_ptr<Session> session_;
};

}  // namespace deskbell
