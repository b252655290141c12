#include "core/store/event_log.h"

#include "core/store/database.h"

namespace deskbell {

std::string unreadable_id(Seq seq) {
  return "unreadable-" + std::to_string(seq);
}

bool EventLog::append(Seq seq, const Event& event, std::string_view body,
                      const Visibility& visibility, std::string_view hash) {
  static constexpr std::string_view kInsert = R"sql(
    INSERT INTO event (seq, id, type, conversation, author_kind, author, audience, customer, hash,
                       body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING)sql";
  const std::optional<std::string_view> stored_hash =
      hash.empty() ? std::nullopt : std::optional(hash);
  database_.run(kInsert, seq, event.id, event.type, event.conversation,
                static_cast<int>(event.author.kind), event.author.id,
                static_cast<int>(visibility.audience), visibility.customer, stored_hash, body);
  return database_.changes() > 0;
}

std::optional<Seq> EventLog::seq_of(std::string_view event_id) const {
  return database_.integer("SELECT seq FROM event WHERE id = ?", event_id);
}

std::optional<std::string> EventLog::hash_of(std::string_view event_id) const {
  return database_.text("SELECT hash FROM event WHERE id = ?", event_id);
}

Seq EventLog::head() const {
  return database_.integer("SELECT max(seq) FROM event").value_or(0);
}

std::vector<PlacedEvent> EventLog::read(Seq after, Seq until, const Actor& reader,
                                        std::size_t limit, std::size_t max_bytes) const {
  static constexpr std::string_view kForTeam = R"sql(
    SELECT seq, body FROM event
    WHERE seq > ?1 AND seq <= ?2 AND (audience <> 3 OR customer = ?4) ORDER BY seq LIMIT ?3)sql";
  // Two ranges of one index, merged by seq; see may_see().
  static constexpr std::string_view kForCustomer = R"sql(
    SELECT seq, body FROM event
      WHERE audience = 0 AND seq > ?1 AND seq <= ?2
    UNION ALL
    SELECT seq, body FROM event
      WHERE audience = 2 AND customer = ?4 AND seq > ?1 AND seq <= ?2
    ORDER BY seq LIMIT ?3)sql";
  Query rows = database_.query(reader.kind == ActorKind::customer ? kForCustomer : kForTeam, after,
                               until, limit, reader.id);
  std::vector<PlacedEvent> events;
  std::size_t bytes = 0;
  while (rows.next()) {
    const std::string_view body = rows.text(1);
    bytes += body.size();
    if (!events.empty() && bytes > max_bytes) break;
    events.push_back({rows.integer(0), std::string(body)});
  }
  return events;
}

void EventLog::clear() {
  database_.run("DELETE FROM event");
}

}  // namespace deskbell
