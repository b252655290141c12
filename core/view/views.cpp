#include "core/view/views.h"

#include <algorithm>
#include <array>

#include "core/answer/search_query.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

constexpr std::array<std::string_view, 5> kMessageStates = {"saved", "sent", "delivered", "read",
                                                            "refused"};

constexpr int kCustomer = static_cast<int>(ActorKind::customer);

// What conversations() and conversation() select; `?1` is the reader's kind, `?2` his id.
#define CONVERSATION_COLUMNS                                                                     \
  "SELECT c.id, c.customer, coalesce(p.name, ''), c.resolved, c.assignee, coalesce(a.name, '')," \
  " c.last_at,"                                                                                  \
  " coalesce((SELECT m.text FROM message AS m WHERE m.conversation = c.id AND m.note = 0"        \
  "           ORDER BY m.position DESC LIMIT 1), ''),"                                           \
  " (SELECT count(*) FROM message AS m WHERE m.conversation = c.id AND m.note = 0"               \
  "    AND (m.author_kind = 0) <> (?1 = 0)"                                                      \
  "    AND m.position > coalesce((SELECT r.read FROM receipt AS r WHERE r.conversation = c.id"   \
  "                               AND r.reader_kind = ?1 AND r.reader = ?2), 0)),"               \
  " (SELECT count(*) FROM outbox AS o WHERE o.conversation = c.id AND o.seq IS NULL"             \
  "    AND o.code IS NULL),"                                                                     \
  " s.score, coalesce(s.comment, ''), coalesce(s.kind, 0), coalesce(s.tags, '')"                 \
  " FROM conversation AS c"                                                                      \
  " LEFT JOIN customer AS p ON p.id = c.customer"                                                \
  " LEFT JOIN agent AS a ON a.id = c.assignee"                                                   \
  " LEFT JOIN survey_answer AS s ON s.conversation = c.id"

ConversationView read_conversation(const Query& row) {
  ConversationView view;
  view.id = row.text(0);
  view.customer = row.text(1);
  view.customer_name = row.text(2);
  view.resolved = row.integer(3) != 0;
  view.assignee = row.text(4);
  view.assignee_name = row.text(5);
  view.last_at = row.integer(6);
  view.last_text = row.text(7);
  view.unread = row.integer(8);
  view.unsent = row.integer(9);
  if (!row.is_null(10)) view.survey.score = static_cast<int>(row.integer(10));
  view.survey.comment = row.text(11);
  view.survey.kind = static_cast<SurveyKind>(row.integer(12));
  view.survey.tags = row.text(13);
  if (view.survey.kind == SurveyKind::stars) view.survey.stars = view.survey.score;
  view.survey.open = view.resolved && !view.survey.score;
  return view;
}

/// Up to where the other side has received and read; the furthest of its members counts.
struct Watermarks {
  Seq delivered = 0;
  Seq read = 0;
};

Watermarks watermarks(Database& database, std::string_view conversation, bool of_customer) {
  Query row = database.query(
      "SELECT coalesce(max(delivered), 0), coalesce(max(read), 0) FROM receipt"
      " WHERE conversation = ? AND (reader_kind = 0) = ?",
      conversation, of_customer);
  row.next();
  return {row.integer(0), row.integer(1)};
}

AnswerView read_answer(const Query& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
          std::string(row.text(3)), static_cast<AnswerScope>(row.integer(4))};
}

template <class Read>
auto collect(Query rows, Read read) {
  std::vector<decltype(read(rows))> list;
  while (rows.next()) list.push_back(read(rows));
  return list;
}

}  // namespace

std::string_view to_string(MessageState state) {
  return kMessageStates[static_cast<std::size_t>(state)];
}

std::vector<ConversationView> Views::conversations(std::size_t limit) const {
  static constexpr std::string_view kAll =
      CONVERSATION_COLUMNS " ORDER BY c.last_position DESC LIMIT ?3";
  static constexpr std::string_view kOwn =
      CONVERSATION_COLUMNS " WHERE c.customer = ?2 ORDER BY c.last_position DESC LIMIT ?3";
  const bool customer = reader_.kind == ActorKind::customer;
  return collect(
      database_.query(customer ? kOwn : kAll, static_cast<int>(reader_.kind), reader_.id, limit),
      read_conversation);
}

std::optional<ConversationView> Views::conversation(std::string_view id) const {
  static constexpr std::string_view kOne = CONVERSATION_COLUMNS " WHERE c.id = ?3";
  Query row = database_.query(kOne, static_cast<int>(reader_.kind), reader_.id, id);
  if (!row.next()) return std::nullopt;
  return read_conversation(row);
}

std::vector<MessageView> Views::messages(std::string_view conversation, std::size_t limit) const {
  static constexpr std::string_view kLast = R"sql(
    SELECT m.id, m.author_kind, m.author, m.note, m.at, m.text, coalesce(m.seq, o.seq),
           coalesce(p.name, a.name, ''), m.replies, m.cards
    FROM message AS m
    LEFT JOIN outbox AS o ON o.id = m.id
    LEFT JOIN customer AS p ON m.author_kind = 0 AND p.id = m.author
    LEFT JOIN agent AS a ON m.author_kind = 1 AND a.id = m.author
    WHERE m.conversation = ? ORDER BY m.position DESC LIMIT ?)sql";
  const bool reader_is_customer = reader_.kind == ActorKind::customer;
  const Watermarks other = watermarks(database_, conversation, !reader_is_customer);
  auto messages = collect(database_.query(kLast, conversation, limit), [&](const Query& row) {
    MessageView view;
    view.id = row.text(0);
    view.author = {static_cast<ActorKind>(row.integer(1)), std::string(row.text(2))};
    view.own = view.author == reader_;
    view.note = row.integer(3) != 0;
    view.at = row.integer(4);
    view.text = row.text(5);
    view.author_name = row.text(7);
    view.replies = row.text(8);
    view.cards = row.text(9);
    const bool of_our_side = (row.integer(1) == kCustomer) == reader_is_customer && !view.note;
    if (row.is_null(6))
      view.state = MessageState::saved;
    else if (of_our_side && row.integer(6) <= other.read)
      view.state = MessageState::read;
    else if (of_our_side && row.integer(6) <= other.delivered)
      view.state = MessageState::delivered;
    return view;
  });
  std::reverse(messages.begin(), messages.end());
  append_refused(conversation, messages);
  return messages;
}

std::vector<PastMessage> Views::past_messages(std::size_t limit) const {
  std::vector<PastMessage> past;
  for (const ConversationView& conversation : conversations(limit)) {
    auto messages = this->messages(conversation.id, limit);
    std::reverse(messages.begin(), messages.end());
    for (MessageView& message : messages) {
      if (past.size() == limit) break;
      past.push_back({conversation.id, std::move(message)});
    }
  }
  std::reverse(past.begin(), past.end());
  return past;
}

void Views::append_refused(std::string_view conversation,
                           std::vector<MessageView>& messages) const {
  for (RefusedView& refused : this->refused()) {
    if (refused.conversation != conversation) continue;
    MessageView view;
    view.id = std::move(refused.id);
    view.author = std::move(refused.author);
    view.own = true;
    view.note = refused.type == type_name(NoteAdded{});
    view.at = refused.at;
    view.text = refused.text.empty() ? "(" + refused.type + ")" : std::move(refused.text);
    view.state = MessageState::refused;
    view.refusal = std::move(refused.reason);
    messages.push_back(std::move(view));
  }
}

std::vector<RefusedView> Views::refused() const {
  std::vector<RefusedView> list;
  for (Query rows = database_.query(
           "SELECT body, code, message FROM outbox WHERE code IS NOT NULL ORDER BY n");
       rows.next();) {
    auto event = decode_event(rows.text(0));
    if (!event) continue;  // it was read before it got into the outbox
    RefusedView view;
    if (auto* message = std::get_if<MessagePosted>(&event->payload)) view.text = message->text;
    if (auto* note = std::get_if<NoteAdded>(&event->payload)) view.text = note->text;
    view.id = std::move(event->id);
    view.conversation = std::move(event->conversation);
    view.type = std::move(event->type);
    view.author = std::move(event->author);
    view.at = event->at;
    view.reason = {error_from_name(rows.text(1), ErrorCode::not_allowed),
                   std::string(rows.text(2))};
    list.push_back(std::move(view));
  }
  return list;
}

std::optional<CustomerView> Views::customer(std::string_view id) const {
  Query row = database_.query("SELECT id, name, email FROM customer WHERE id = ?", id);
  if (!row.next()) return std::nullopt;
  CustomerView view{
      std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)), {}};
  for (Query rows =
           database_.query("SELECT name, value FROM customer_attribute WHERE customer = ?", id);
       rows.next();)
    view.attributes.emplace(rows.text(0), rows.text(1));
  return view;
}

std::vector<AgentView> Views::agents() const {
  return collect(database_.query("SELECT id, name FROM agent ORDER BY name, id"),
                 [](const Query& row) {
                   return AgentView{std::string(row.text(0)), std::string(row.text(1))};
                 });
}

std::string Views::agent_name(std::string_view id) const {
  return database_.text("SELECT name FROM agent WHERE id = ?", id).value_or("");
}

std::string Views::name_of(const Actor& actor) const {
  if (actor.kind == ActorKind::agent) return agent_name(actor.id);
  const auto known = customer(actor.id);
  return known ? known->name : "";
}

SiteView Views::site() const {
  static constexpr std::string_view kSetting = "SELECT value FROM site_setting WHERE name = ?";
  const auto setting = [&](const char* name) {
    return database_.text(kSetting, name).value_or("");
  };
  return {setting("name"),
          setting("greeting"),
          setting("hours"),
          setting("suggestions"),
          setting("form"),
          setting("survey"),
          static_cast<int>(
              database_
                  .integer("SELECT CAST(value AS INTEGER) FROM site_setting WHERE name = ?",
                           "reply_minutes")
                  .value_or(0))};
}

std::optional<AnswerView> Views::answer(std::string_view id) const {
  Query row =
      database_.query("SELECT id, title, text, language, scope FROM answer WHERE id = ?", id);
  if (!row.next()) return std::nullopt;
  return read_answer(row);
}

std::vector<AnswerView> Views::find_answers(std::string_view words, std::size_t limit) const {
  // A word in the title says most, then one among the keywords.
  static constexpr std::string_view kFind = R"sql(
    SELECT a.id, a.title, a.text, a.language, a.scope
    FROM answer_search JOIN answer AS a ON a.rowid_ = answer_search.rowid
    WHERE answer_search MATCH ?
    ORDER BY bm25(answer_search, 4.0, 3.0, 1.0), a.title, a.id LIMIT ?)sql";
  static constexpr std::string_view kAll =
      "SELECT id, title, text, language, scope FROM answer ORDER BY title, id LIMIT ?";
  const std::string query = answer_search_query(words);
  return collect(
      query.empty() ? database_.query(kAll, limit) : database_.query(kFind, query, limit),
      read_answer);
}

}  // namespace deskbell
