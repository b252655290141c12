#include "core/doctor/store_check.h"

#include "core/doctor/fold_check.h"
#include "core/doctor/recount.h"
#include "core/fold/fold.h"
#include "core/policy/audience.h"
#include "core/store/database.h"
#include "core/store/event_log.h"
#include "core/store/schema.h"
#include "core/sync/cursor.h"

namespace deskbell {
namespace {

constexpr std::int64_t kProgressEvery = 1024;
constexpr std::size_t kEpochDigits = 16;

std::string place(Seq seq) {
  return "The event in place " + std::to_string(seq);
}

/// One examination of one store.
class Examination {
 public:
  Examination(Database& database, const StoreCheck& check) : database_(database), check_(check) {}

  std::vector<Finding> run() {
    try {
      const Snapshot snapshot(database_);
      if (check_schema()) examine();
    } catch (const StoreError& error) {
      findings_.add("unreadable",
                    "The store cannot be read to its end: " + std::string(error.what()) + ".");
    }
    return findings_.take();
  }

 private:
  bool is_hub() const { return kind_ == StoreKind::hub; }
  std::optional<std::string> meta(std::string_view name) {
    return database_.text("SELECT value FROM meta WHERE name = ?", name);
  }
  void progress(std::string_view step, std::int64_t done, std::int64_t total) const {
    if (check_.progress) check_.progress(step, done, total);
  }

  bool check_schema();
  void examine();
  void check_epoch();
  void check_owner();
  void check_log();
  void check_row(Query& row, Seq seq);
  void check_event(Query& row, Seq seq, const Event& event);
  void check_ids();
  void check_cursor();
  void check_outbox();
  void check_outbox_row(Query& row);
  void check_folds();
  void fold_pending();
  void check_receipts();

  Database& database_;
  const StoreCheck& check_;
  StoreKind kind_ = StoreKind::device;
  Findings findings_;
  Database expected_{":memory:", {}};  // what the folded tables should be
  Recount recount_;
  std::optional<Actor> owner_;  // of a device
  Seq head_ = 0;                // the last place in the log
  Seq read_up_to_ = 0;          // how far the history is known here
};

bool Examination::check_schema() {
  const auto version = database_.integer("PRAGMA user_version").value_or(0);
  if (version == kSchemaVersion) return true;
  if (version > kSchemaVersion)
    findings_.add("store_too_new", "The store was written by a newer Deskbell (its version is " +
                                       std::to_string(version) + ", this program knows " +
                                       std::to_string(kSchemaVersion) +
                                       "): look at it with that program.");
  else if (version == 0)
    findings_.add("no_store", "This is not a store of Deskbell.");
  else
    findings_.add("store_too_old",
                  "The store is of an older version (" + std::to_string(version) +
                      "); the program that uses it brings it up to date at its next start.");
  return false;
}

void Examination::examine() {
  kind_ = check_.kind.value_or(meta("hub_system") ? StoreKind::hub : StoreKind::device);
  migrate(expected_);
  check_epoch();
  if (!is_hub()) check_owner();
  check_log();
  check_ids();
  if (is_hub())
    read_up_to_ = head_;
  else
    check_cursor();
  check_outbox();
  check_folds();
  check_receipts();
  recount_.check_surveys(findings_);
  recount_.check_unread(database_, owner_, findings_);
}

void Examination::check_epoch() {
  const auto epoch = meta("epoch");
  if (!epoch && !is_hub()) return;  // a device that has not met a hub
  const std::string name = epoch.value_or("");
  if (name.size() != kEpochDigits ||
      name.find_first_not_of("0123456789abcdef") != std::string::npos)
    findings_.add(
        "epoch_invalid",
        "The name of the site's history (epoch) is missing or no such name: \"" + name + "\".");
}

void Examination::check_owner() {
  const auto kind = actor_kind_from(meta("actor").value_or(""));
  const auto id = meta("id");
  if (kind && id) {
    owner_ = Actor{*kind, *id};
  } else if (database_.integer("SELECT 1 FROM event UNION ALL SELECT 1 FROM outbox LIMIT 1")) {
    findings_.add("owner_missing",
                  "The store holds events, but does not say whose device it belongs to.");
  }
}

// ---- The log ----

void Examination::check_log() {
  static constexpr std::string_view kAll = R"sql(
    SELECT seq, id, type, conversation, author_kind, author, audience, customer, hash, body
    FROM event ORDER BY seq)sql";
  const auto total = database_.integer("SELECT count(*) FROM event").value_or(0);
  std::int64_t done = 0;
  Transaction folding(expected_);
  for (Query row = database_.query(kAll); row.next(); ++done) {
    const Seq seq = row.integer(0);
    if (seq < 1)
      findings_.add("seq_invalid", place(seq) + " is in no place that a hub gives.");
    else if (is_hub() && seq != head_ + 1)
      findings_.add("seq_gap", "The history has a gap: after place " + std::to_string(head_) +
                                   " comes place " + std::to_string(seq) + '.');
    head_ = seq;
    check_row(row, seq);
    if (done % kProgressEvery == 0) progress("events", done, total);
  }
  folding.commit();
  progress("events", done, total);
}

void Examination::check_row(Query& row, Seq seq) {
  const std::string_view id = row.text(1), body = row.text(9);
  const auto event = decode_event(body);
  if (!event.ok()) {
    // A device keeps what its version cannot read, under a name that says so.
    if (is_hub() || id != unreadable_id(seq))
      findings_.add("event_unreadable", place(seq) + " (" + std::string(id) +
                                            ") cannot be read: " + event.error().message + '.');
    return;
  }
  // A later version may read what an earlier one could not.
  if (is_hub() || id != unreadable_id(seq)) check_event(row, seq, *event);
  fold_event(expected_, *event, {seq, seq});
  recount_.add(*event, seq, seq);
}

void Examination::check_event(Query& row, Seq seq, const Event& event) {
  const auto says = [&](std::string_view what, std::string_view column, std::string_view content) {
    if (column != content)
      findings_.add("row_differs", place(seq) + " says that its " + std::string(what) + " is \"" +
                                       std::string(content) + "\"; its row says \"" +
                                       std::string(column) + "\".");
  };
  says("id", row.text(1), event.id);
  says("type", row.text(2), event.type);
  says("conversation", row.text(3), event.conversation);
  says("author", row.text(5), event.author.id);
  if (row.integer(4) != static_cast<int>(event.author.kind))
    findings_.add("row_differs", place(seq) + " was written by another kind of author (" +
                                     std::string(to_string(event.author.kind)) +
                                     ") than its row says.");
  if (is_hub() && check_.hash && row.text(8) != check_.hash(row.text(9)))
    findings_.add("hash_differs", place(seq) + " (" + event.id +
                                      ") is not what its author sent: its bytes do not have the "
                                      "hash that was stored with them.");

  const Visibility visibility = visibility_of(expected_, event);
  if (row.integer(6) != static_cast<int>(visibility.audience) || row.text(7) != visibility.customer)
    findings_.add("audience_differs",
                  place(seq) + " (" + event.id + ", " + event.type +
                      ") is not kept for those whom its content is for; it may be shown to the "
                      "wrong people.");
  if (owner_ && !may_see(*owner_, visibility) && event.author != *owner_)
    findings_.add("out_of_scope", place(seq) + " (" + event.id + ", " + event.type +
                                      ") is not for this device's owner and should never have "
                                      "come here.");
}

void Examination::check_ids() {
  // Read from the table: a broken index would hide what it is there to forbid.
  static constexpr std::string_view kTwice = R"sql(
    SELECT id, min(seq), max(seq) FROM event NOT INDEXED GROUP BY id HAVING count(*) > 1)sql";
  for (Query row = database_.query(kTwice); row.next();)
    findings_.add("event_twice", "The event " + std::string(row.text(0)) +
                                     " is in the history twice: in place " +
                                     std::to_string(row.integer(1)) + " and in place " +
                                     std::to_string(row.integer(2)) + '.');
}

// ---- What a device has besides ----

void Examination::check_cursor() {
  const auto token = meta("cursor");
  if (!token) {
    if (head_ > 0)
      findings_.add("cursor_missing", "The device has history up to place " +
                                          std::to_string(head_) +
                                          ", but no cursor that says how far it has read.");
    return;
  }
  const auto cursor = decode_cursor(*token);
  if (!cursor) {
    findings_.add("cursor_invalid", "The device's cursor \"" + *token + "\" is not one.");
    return;
  }
  read_up_to_ = cursor->seq;
  if (cursor->epoch != meta("epoch"))
    findings_.add("cursor_epoch", "The device's cursor belongs to the history \"" + cursor->epoch +
                                      "\", its store to \"" + meta("epoch").value_or("") + "\".");
  if (cursor->seq < head_)
    findings_.add("cursor_behind", "The device's cursor is at place " +
                                       std::to_string(cursor->seq) +
                                       ", behind its log, which "
                                       "goes on to place " +
                                       std::to_string(head_) + '.');
}

void Examination::check_outbox() {
  if (is_hub()) {
    if (database_.integer("SELECT 1 FROM outbox UNION ALL SELECT 1 FROM overlay_undo LIMIT 1"))
      findings_.add("outbox_on_hub", "The hub's store has something unsent; only a device has.");
    return;
  }
  static constexpr std::string_view kAll = R"sql(
    SELECT o.id, o.conversation, o.body, o.seq, o.code, e.seq
    FROM outbox AS o LEFT JOIN event AS e ON e.id = o.id ORDER BY o.n)sql";
  for (Query row = database_.query(kAll); row.next();) check_outbox_row(row);
}

void Examination::check_outbox_row(Query& row) {
  const std::string id(row.text(0));
  const std::string what = "The unsent event " + id;
  const auto event = decode_event(row.text(2));
  if (!event.ok()) {
    findings_.add("outbox_unreadable", what + " cannot be read: " + event.error().message + '.');
    return;
  }
  if (event->id != id || event->conversation != row.text(1))
    findings_.add("outbox_row_differs",
                  what + " has another id or conversation than its row in the outbox says.");
  if (owner_ && event->author != *owner_)
    findings_.add("outbox_author", what + " was not written by this device's owner.");
  if (!row.is_null(5))
    findings_.add("outbox_in_log", what + " has its place in the history (" +
                                       std::to_string(row.integer(5)) +
                                       ") and is in the outbox all the same.");
  else if (!row.is_null(3) && row.integer(3) <= read_up_to_)
    findings_.add("outbox_passed", what + " was acknowledged for place " +
                                       std::to_string(row.integer(3)) +
                                       ", but the history has been read up to place " +
                                       std::to_string(read_up_to_) + " and does not have it.");
  if (!row.is_null(3) && !row.is_null(4))
    findings_.add("outbox_contradicts", what + " was both acknowledged and refused.");
}

// ---- The folded tables ----

void Examination::check_folds() {
  const bool pending = database_
                           .integer(
                               "SELECT 1 FROM overlay_undo UNION ALL "
                               "SELECT 1 FROM outbox WHERE code IS NULL LIMIT 1")
                           .has_value();
  progress("tables", 0, 1);
  if (pending && !is_hub()) {
    compare_without_overlay(database_, expected_, findings_);
    fold_pending();
  }
  compare_folds(database_, expected_, findings_);
  progress("tables", 1, 1);
}

void Examination::fold_pending() {
  Transaction folding(expected_);
  for (Query row = database_.query("SELECT n, body FROM outbox WHERE code IS NULL ORDER BY n");
       row.next();) {
    const auto event = decode_event(row.text(1));
    if (!event.ok()) continue;
    const Seq position = kPendingPosition + row.integer(0);
    fold_event(expected_, *event, {0, position});
    recount_.add(*event, 0, position);
  }
  folding.commit();
}

void Examination::check_receipts() {
  static constexpr std::string_view kImpossible = R"sql(
    SELECT conversation, reader, delivered, read FROM receipt
    WHERE read > delivered OR delivered > ?1 OR read < 0)sql";
  for (Query row = database_.query(kImpossible, read_up_to_); row.next();)
    findings_.add("watermark_impossible",
                  "The reader " + std::string(row.text(1)) + " of conversation " +
                      std::string(row.text(0)) + " has received up to place " +
                      std::to_string(row.integer(2)) + " and read up to place " +
                      std::to_string(row.integer(3)) + "; the history is known up to place " +
                      std::to_string(read_up_to_) + '.');
}

}  // namespace

std::vector<Finding> check_store(Database& database, const StoreCheck& check) {
  return Examination(database, check).run();
}

std::vector<Finding> check_integrity(Database& database) {
  Findings findings;
  try {
    for (Query row = database.query("PRAGMA integrity_check(20)"); row.next();)
      if (row.text(0) != "ok")
        findings.add("file_damaged",
                     "SQLite finds the file damaged: " + std::string(row.text(0)) + '.');
  } catch (const StoreError& error) {
    findings.add("file_damaged", "SQLite cannot read the file: " + std::string(error.what()) + '.');
  }
  return findings.take();
}

}  // namespace deskbell
