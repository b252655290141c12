#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

void insert(const FoldContext& c, const MessagePosted& message, bool note) {
  static constexpr std::string_view kInsert = R"sql(
    INSERT INTO message (id, conversation, position, seq, author_kind, author, note, at, text,
                         answer, replies, cards, attachments)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING)sql";
  const std::optional<Seq> seq = c.place.seq > 0 ? std::optional(c.place.seq) : std::nullopt;
  c.database.run(kInsert, c.event.id, c.event.conversation, c.place.position, seq,
                 static_cast<int>(c.event.author.kind), c.event.author.id, note, c.event.at,
                 message.text, message.answer, message.replies, message.cards,
                 message.attachments);
}

}  // namespace

void fold(const FoldContext& c, const MessagePosted& message) {
  insert(c, message, /*note=*/false);
  // A customer who writes again has something to say: the conversation is open again.
  static constexpr std::string_view kTouch = R"sql(
    UPDATE conversation
    SET last_at = ?, last_position = ?, resolved = CASE WHEN ? THEN 0 ELSE resolved END
    WHERE id = ?)sql";
  c.database.run(kTouch, c.event.at, c.place.position, c.event.author.kind == ActorKind::customer,
                 c.event.conversation);
  if (c.event.author.kind == ActorKind::agent)
    hand_to_people(c);
  else
    take_from_robot(c);
}

void fold(const FoldContext& c, const NoteAdded& note) {
  insert(c, MessagePosted{note.text, {}, ""}, /*note=*/true);
}

}  // namespace deskbell
