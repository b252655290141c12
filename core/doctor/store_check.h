#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/doctor/findings.h"

namespace deskbell {

class Database;

enum class StoreKind { hub, device };

/// Told while a large store is looked at: the step's name, and how much of it is done.
using CheckProgress =
    std::function<void(std::string_view step, std::int64_t done, std::int64_t total)>;

struct StoreCheck {
  /// What the store is; found out from the store itself when absent.
  std::optional<StoreKind> kind = {};
  /// The hub's hash of an event's bytes; hashes are not compared when absent.
  std::function<std::string(std::string_view bytes)> hash = {};
  CheckProgress progress = {};
};

/// Looks whether a store keeps what this project promises of every store:
///
/// - its schema is the one that this version knows;
/// - the log: on a hub without gaps, each id once, each event readable and what its row says, seen
///   by whom its content says, with the right hash; on a customer's device nothing that is not for
///   that customer; one survey answer for a conversation;
/// - the folded tables are what folding the log (and on top of it the outbox) from nothing gives,
///   and the overlay comes off without a trace;
/// - a device's cursor belongs to its epoch and is not behind its log; nothing is in the outbox and
///   in the log at once, or acknowledged and passed by without having come;
/// - unread counts equal a recount from the events; watermarks stay within what there is.
///
/// Changes nothing. It reads one snapshot and folds in memory, which takes about as much memory as
/// the folded tables. What the database itself cannot read becomes a finding, too. Whether SQLite
/// finds its file sound is another question: see `check_integrity`.
///
/// No finding: the store is healthy.
std::vector<Finding> check_store(Database& database, const StoreCheck& check = {});

/// SQLite's own check of the file: pages, indexes, constraints. Natively only: the WebAssembly
/// build leaves the check out of SQLite, and nothing is found there.
std::vector<Finding> check_integrity(Database& database);

}  // namespace deskbell
