#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {

void fold(const FoldContext& c, const ConversationStarted& started) {
  static constexpr std::string_view kInsert = R"sql(
    INSERT INTO conversation (id, customer, resolved, was_resolved, assignee, started_at, last_at,
                              last_position, proactive)
    VALUES (?1, ?2, 0, 0, '', ?3, ?3, ?4, ?5)
    ON CONFLICT DO NOTHING)sql";
  c.database.run(kInsert, c.event.conversation, c.event.author.id, c.event.at, c.place.position,
                 started.proactive);
}

void fold(const FoldContext& c, const ConversationAssigned& assigned) {
  c.database.run("UPDATE conversation SET assignee = ? WHERE id = ?", assigned.agent,
                 c.event.conversation);
  if (!assigned.agent.empty()) hand_to_people(c);
}

void fold(const FoldContext& c, const ConversationResolved&) {
  // What comes next is something new, which the robot may answer again.
  static constexpr std::string_view kResolve = R"sql(
    UPDATE conversation SET resolved = 1, was_resolved = 1, handled_by = 0, handled_since = ?2
    WHERE id = ?1)sql";
  c.database.run(kResolve, c.event.conversation, c.place.position);
}

void fold(const FoldContext& c, const ConversationReopened&) {
  c.database.run("UPDATE conversation SET resolved = 0 WHERE id = ?", c.event.conversation);
}

}  // namespace deskbell
