#include "server/store/introduction.h"

#include <algorithm>
#include <map>
#include <vector>

#include "core/event/id.h"
#include "core/store/database.h"
#include "core/store/event_log.h"

namespace deskbell {
namespace {

/// What stands for a secret that nobody has: no hash is empty.
constexpr std::string_view kNoSecret = "";

enum class Previous {
  none,     ///< The hub has not met that customer, or he is somebody else's already.
  proved,   ///< The device has shown his secret.
  refused,  ///< It has not.
};

Previous look_at(Database& database, const Introduction& introduction) {
  if (!introduction.before) return Previous::none;
  const auto kept = database.text("SELECT secret_hash FROM hub_customer WHERE id = ?",
                                  introduction.before->customer);
  // An empty one was taken over before: by an earlier attempt of this very introduction, maybe.
  if (!kept || *kept == kNoSecret) return Previous::none;
  return *kept == introduction.before->secret_hash ? Previous::proved : Previous::refused;
}

/// Copies one customer's conversations to another, event by event, with their authors and times.
class Handover {
 public:
  Handover(Database& database, Placer& placer, Random& random, Actor system, Millis now)
      : database_(database),
        placer_(placer),
        random_(random),
        system_(std::move(system)),
        now_(now) {}

  void hand_over(const std::string& from, const std::string& to) {
    std::vector<std::string> conversations;
    for (Query rows = database_.query(
             "SELECT id FROM conversation WHERE customer = ? ORDER BY last_position", from);
         rows.next();)
      conversations.emplace_back(rows.text(0));
    for (const std::string& conversation : conversations) {
      copy(conversation, {ActorKind::customer, from}, {ActorKind::customer, to});
      // Nobody reads an answer there any more.
      place({"", "conversation.resolved", conversation, system_, now_, ConversationResolved{}});
    }
  }

 private:
  void copy(const std::string& original, const Actor& from, const Actor& to) {
    std::vector<std::pair<Seq, std::string>> bodies;
    for (Query rows = database_.query(
             "SELECT seq, body FROM event WHERE conversation = ? ORDER BY seq", original);
         rows.next();)
      bodies.emplace_back(rows.integer(0), rows.text(1));
    const std::string copied = make_id(now_, random_);
    EventLog log(database_);
    std::map<Seq, Seq> places;  // in the original: in the copy
    for (const auto& [seq, body] : bodies) {
      auto event = decode_event(body);
      if (!event || is_receipt(event->payload) || is_transcript(event->payload)) continue;
      event->conversation = copied;
      if (event->author == from) event->author = to;
      // It was held against the other conversation, and is not to be held back here.
      if (auto* message = std::get_if<MessagePosted>(&event->payload)) message->seen.reset();
      if (place(std::move(*event))) places[seq] = log.head();
    }
    copy_receipts(original, copied, from, to, places);
  }

  void copy_receipts(const std::string& original, const std::string& copied, const Actor& from,
                     const Actor& to, const std::map<Seq, Seq>& places) {
    struct Receipt {
      Actor reader;
      Seq delivered, read;
    };
    std::vector<Receipt> receipts;
    for (Query rows = database_.query(
             "SELECT reader_kind, reader, delivered, read FROM receipt WHERE conversation = ?",
             original);
         rows.next();)
      receipts.push_back({{static_cast<ActorKind>(rows.integer(0)), std::string(rows.text(1))},
                          rows.integer(2),
                          rows.integer(3)});
    const auto place_of = [&](Seq seq) {
      const auto next = places.upper_bound(seq);
      return next == places.begin() ? Seq{0} : std::prev(next)->second;
    };
    for (Receipt& receipt : receipts) {
      if (receipt.reader == from) receipt.reader = to;
      if (const Seq up_to = place_of(receipt.delivered))
        place({"", "receipt.delivered", copied, receipt.reader, now_, ReceiptDelivered{up_to}});
      if (const Seq up_to = place_of(receipt.read))
        place({"", "receipt.read", copied, receipt.reader, now_, ReceiptRead{up_to}});
    }
  }

  /// What today's rules refuse, or this version does not know, is left out.
  bool place(Event event) {
    event.id = make_id(now_, random_);
    return placer_.place_own(event).ok();
  }

  Database& database_;
  Placer& placer_;
  Random& random_;
  Actor system_;
  Millis now_;
};

void keep_session(Database& database, const std::string& customer, const std::string& secret_hash,
                  Millis now) {
  static constexpr std::string_view kAdd = R"sql(
    INSERT INTO hub_person_session (customer, secret_hash, created_at) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING)sql";
  static constexpr std::string_view kDropOldest = R"sql(
    DELETE FROM hub_person_session WHERE n IN (
      SELECT n FROM hub_person_session WHERE customer = ? ORDER BY n DESC LIMIT -1 OFFSET ?))sql";
  database.run(kAdd, customer, secret_hash, now);
  database.run(kDropOldest, customer, kMaxSessionsPerPerson);
}

}  // namespace

Result<std::string> introduce(Database& database, Placer& placer, Random& random,
                              const Actor& system, const Introduction& introduction, Millis now) {
  static constexpr std::string_view kKnown = "SELECT customer FROM hub_person WHERE subject = ?";
  static constexpr std::string_view kName =
      "INSERT INTO hub_person (subject, customer, told, tokens_from) VALUES (?, ?, '', ?)";
  // Nobody else can claim the id: the hub has met it, and no secret is its.
  static constexpr std::string_view kTakeOver = R"sql(
    INSERT INTO hub_customer (id, secret_hash, created_at) VALUES (?1, ?2, ?3)
    ON CONFLICT DO UPDATE SET secret_hash = ?2)sql";

  const Previous previous = look_at(database, introduction);
  if (previous == Previous::refused)
    return Error{ErrorCode::wrong_credentials,
                 std::string(error_meaning(ErrorCode::wrong_credentials))};
  auto customer = database.text(kKnown, introduction.subject);
  const bool moves =
      customer && previous == Previous::proved && introduction.before->customer != *customer;
  if (!customer) {
    customer = previous == Previous::proved ? introduction.before->customer : make_id(now, random);
    const bool had_tokens = previous == Previous::proved;
    database.run(kName, introduction.subject, *customer, had_tokens ? now : 0);
    database.run(kTakeOver, *customer, kNoSecret, now);
  }
  if (moves) {
    Handover(database, placer, random, system, now)
        .hand_over(introduction.before->customer, *customer);
    database.run(kTakeOver, introduction.before->customer, kNoSecret, now);
  }
  keep_session(database, *customer, introduction.secret_hash, now);

  if (database.text("SELECT told FROM hub_person WHERE subject = ?", introduction.subject) !=
      introduction.about_hash) {
    CustomerUpdated about = introduction.about;
    about.customer = *customer;
    const Event event{make_id(now, random), "customer.updated", "", system, now, std::move(about)};
    if (auto read = decode_event(encode_event(event)); !read) return read.error();
    if (auto placed = placer.place_own(event); !placed) return placed.error();
    database.run("UPDATE hub_person SET told = ? WHERE subject = ?", introduction.about_hash,
                 introduction.subject);
  }
  return *customer;
}

}  // namespace deskbell
