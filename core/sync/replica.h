#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/event/event.h"
#include "core/store/database.h"
#include "core/store/event_log.h"
#include "core/store/overlay.h"
#include "core/sync/robot_turn.h"
#include "core/sync/upload_list.h"
#include "core/sync/wire.h"

namespace deskbell {

class Random;

/// Whose device this is.
struct Identity {
  std::string site;
  Actor actor;
  std::string secret;  ///< Proves the actor to the hub; made by the device or given at login.
};

/// What changed, for whoever shows it: a subject, and the id of the one that changed (empty: any).
enum class Subject { conversation, answers, site, people, outbox };
struct Change {
  Subject subject;
  std::string id;
  bool operator==(const Change&) const = default;
  bool operator<(const Change& other) const {  // libc++ 14 has no <=> for strings
    return subject != other.subject ? subject < other.subject : id < other.id;
  }
};

/// What can be said beside a message.
struct PostOptions {
  /// The message's; empty: a new one. With one, it was written when the id was made: whoever posts
  /// it again, also from another store, posts the same.
  std::string id = {};
  /// Where there is no conversation: the customer's open ones that it does not go into, for he knew
  /// of them when he chose to begin another. One that has begun since it does go into.
  std::vector<std::string> beside = {};
  /// The site's proactive message that a conversation begun by it answers.
  std::string proactive = {};
  /// What the finder makes of it; what the robot does about it is written with it.
  std::optional<FinderSays> says = {};
};

/// The lasting half of a device: the history in its scope, the outbox of what it has not placed
/// yet, the folded state of both, and the cursor. Each public call that changes anything is one
/// transaction. All of its state is in the database, so that a driver may put the database's pages
/// back and call again (the browser's compare-and-append does).
///
/// It knows nothing of requests, tokens and waiting: that is `Link`.
class Replica {
 public:
  /// Adopts a migrated database. The device is nobody's until `adopt`. Throws StoreError.
  Replica(Database& database, Random& random);

  /// Makes the device this person's, once and for all. Refused when it is somebody else's already.
  Result<void> adopt(const Identity& identity);
  /// Whose it is; nobody's before `adopt`. Throws StoreError.
  std::optional<Identity> identity();

  /// Writes an event by this device's actor: checks it against policy, puts it into the outbox and
  /// folds it on top. Returns its id.
  Result<std::string> emit(std::string conversation, Payload payload, Millis now);

  /// A message. A customer's goes into his newest open conversation, or a new one, when
  /// `conversation` is empty; an agent's carries the stale-reply guard. Returns the message's id:
  /// the one given, or a new one. What has been posted under that id before is not posted again.
  Result<std::string> post_message(std::string conversation, std::string text, std::string answer,
                                   Millis now);
  /// The same with files, cards and all; the guard is added here. It leaves the device when its
  /// files are at the hub: see the uploads below.
  Result<std::string> post_message(std::string conversation, MessagePosted message, Millis now,
                                   PostOptions options = {});

  /// The customer takes one of the answers that the robot offered, or that it asked something for.
  Result<void> choose_answer(const std::string& conversation, const AnswerChosen& chosen,
                             Millis now);

  /// The customer wants a person in the robot's place.
  Result<void> hand_over(const std::string& conversation, Millis now);

  /// The customer says whether the robot's answer helped; where it did not, people see to it.
  Result<void> rate_answer(const std::string& conversation, const AnswerRated& rated, Millis now);

  /// Marks all that others wrote in the conversation as read; does nothing if it is already.
  Result<void> mark_read(const std::string& conversation, Millis now);

  /// Takes back a message that has not left this device: one that this replica wrote and has not
  /// handed out for a push (of others a store that was opened anew cannot know, and says no), or
  /// one that has always waited for its files. Its conversation goes with it if that began with it.
  /// `not_found` when it may be at the hub.
  Result<void> undo(const std::string& event_id);
  /// Whether `undo` would do it. Throws StoreError.
  bool can_undo(const std::string& event_id) {
    return undoable_.contains(event_id) || uploads_.was_never_offered(event_id);
  }

  /// A refused event: forget it, or write it anew (a new id, the guard of now). Returns the new id.
  Result<void> discard(const std::string& event_id);
  Result<std::string> resend(const std::string& event_id, Millis now);

  /// The events to push next, in order, within a push's limits: unsent, due at `now`, and none
  /// whose conversation still waits for an earlier one.
  std::vector<std::string> next_push(Millis now, std::size_t max_events);
  /// When `next_push` will have more than now, because a waiting event falls due.
  std::optional<Millis> next_push_at(Millis now);

  // Uploads: the files that events of the outbox wait for (core/sync/upload.h).

  /// The file to send next.
  std::optional<UploadWork> next_upload();
  /// So much of it is at the hub; all of it is; it made trouble, and others come first now.
  Result<void> note_upload(const std::string& attachment, std::int64_t sent);
  Result<void> finish_upload(const std::string& attachment);
  Result<void> put_off_upload(const std::string& attachment);
  /// It will never be there: the events that wait for it are refused.
  Result<void> refuse_upload(const std::string& attachment, const Error& reason);
  /// The attachments whose bytes this device must keep: of what is unsent or refused.
  std::vector<std::string> needed_attachments() { return uploads_.needed(); }

  /// Takes in the hub's answer to a push. Safe to repeat. A new epoch resets the history first.
  Result<void> apply_push_answer(const PushAnswer& answer, Millis now);

  /// Whether a page was applied: it `joined` the cursor, said nothing new, or left a gap.
  enum class PageFit { joined, known, gap };
  /// Applies a page in one transaction with its cursor, if it joins on; answers with receipts of
  /// delivery where they are due.
  Result<PageFit> apply_page(const Page& page, Millis now);

  /// The site has another history now: keeps what this device wrote as unsent, forgets the rest.
  /// Does nothing in that epoch already.
  Result<void> begin_epoch(const std::string& epoch);

  /// The history that this device follows; empty before it has met a hub.
  std::string epoch() { return meta("epoch").value_or(""); }

  /// How far the history has been read; nothing before the first page.
  std::optional<Cursor> cursor();

  /// Events of the outbox that the hub has not answered for.
  std::int64_t unsent_count();

  /// Whether the history has a message of theirs in the conversation behind that place.
  bool has_message_since(Seq place, const std::string& conversation, const Actor& author);

  /// What changed since the last call.
  std::set<Change> take_changes();

  /// Something that only this device has was written since the last call.
  bool take_wrote_own();

  /// How the store failed since the last call, if it did; whoever called was told as well.
  std::optional<Error> take_store_trouble();

  Database& database() { return database_; }

  /// Folds everything from the log and the outbox anew and returns the state hash without the
  /// overlay; for tests and `doctor`.
  std::uint64_t rebuild_and_hash();
  /// The state hash without the overlay.
  std::uint64_t hash();

 private:
  // One transaction around `body`, committed if its Result is good. Relaxed where it writes nothing
  // that only this device has.
  template <class F>
  auto transact(Commit commit, F&& body) -> decltype(body());
  template <class F>
  auto transact(F&& body) -> decltype(body()) {
    return transact(Commit::strict, std::forward<F>(body));
  }

  // All of the following run inside the caller's transaction.
  std::optional<std::string> meta(std::string_view name);
  void set_meta(std::string_view name, std::string_view value);
  std::optional<Identity> read_identity();
  bool knows_own(const std::string& id);
  Result<std::string> write(std::string conversation, Payload payload, Millis now,
                            std::string id = {});
  std::string newest_open(const std::string& customer, const std::vector<std::string>& but);
  Seq last_of_others(const std::string& conversation, ActorKind kind);
  std::optional<SeenUpTo> seen_up_to(const std::string& conversation);
  void fold_pending();
  void reset_history(const std::string& epoch);
  void give_back();
  void note_passed(std::string_view placed, Seq place);
  std::vector<std::pair<Seq, Event>> own_history();
  std::vector<std::pair<Seq, std::string>> passed_events();
  void discard_receipts();
  bool settle(const PushResult& result, Millis now);
  template <class F>
  Result<void> change_upload(const std::string& attachment, Commit commit, F&& change);
  PageFit fit(const Page& page);
  bool is_start(const std::string& event_id);
  void drop_from_outbox(std::string_view event);
  void take_back_steps_about(const std::string& message, const std::string& conversation);
  void append_placed(const PlacedEvent& placed, bool may_be_own);
  Result<void> acknowledge_deliveries(Seq since, bool more, Millis now);
  Result<void> acknowledge_delivery(const std::string& conversation, Millis now);
  void note_change(const Event& event);

  Database& database_;
  Random& random_;
  EventLog log_;
  UploadList uploads_;
  Overlay overlay_;
  /// Once the device is somebody's it stays theirs, and each command asks whose it is.
  std::optional<Identity> identity_;
  std::set<Change> changes_;
  bool wrote_own_ = false;
  std::optional<Error> store_trouble_;
  // What was written here and not handed out for a push. Not in the database, and need not be: what
  // a batch that is put back leaves in it, `undo` does not find in the outbox.
  std::set<std::string, std::less<>> undoable_;
};

}  // namespace deskbell
