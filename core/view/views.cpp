#include "core/view/views.h"

#include <algorithm>
#include <array>

#include "core/answer/answer_search.h"
#include "core/event/answer_fields.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

constexpr std::array<std::string_view, 5> kMessageStates = {"saved", "sent", "delivered", "read",
                                                            "refused"};

constexpr std::array<std::string_view, 3> kAttachmentStates = {"waiting", "uploading", "ready"};

constexpr int kCustomer = static_cast<int>(ActorKind::customer);

// What conversations() and conversation() select; `?1` is the reader's kind, `?2` his id.
#define CONVERSATION_COLUMNS                                                                     \
  "SELECT c.id, c.customer, coalesce(p.name, ''), c.resolved, c.assignee, coalesce(a.name, '')," \
  " c.last_at,"                                                                                  \
  " coalesce((SELECT m.text FROM message AS m WHERE m.conversation = c.id AND m.note = 0"        \
  "           ORDER BY m.position DESC LIMIT 1), ''),"                                           \
  " (SELECT count(*) FROM message AS m WHERE m.conversation = c.id AND m.note = 0"               \
  "    AND NOT (?1 <> 0 AND c.handled_by = 1)"                                                   \
  "    AND (m.author_kind = 0) <> (?1 = 0)"                                                      \
  "    AND m.position > coalesce((SELECT r.read FROM receipt AS r WHERE r.conversation = c.id"   \
  "                               AND r.reader_kind = ?1 AND r.reader = ?2), 0)),"               \
  " (SELECT count(*) FROM outbox AS o WHERE o.conversation = c.id AND o.seq IS NULL"             \
  "    AND o.code IS NULL),"                                                                     \
  " s.score, coalesce(s.comment, ''), coalesce(s.kind, 0), coalesce(s.tags, ''), c.proactive,"   \
  " c.handled_by"                                                                                \
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
  view.proactive = row.text(14);
  view.handled_by = static_cast<HandledBy>(row.integer(15));
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

// What read_answer() reads.
#define ANSWER_COLUMNS \
  "SELECT a.id, a.title, a.text, a.language, a.scope, a.category, a.shortcut, a.details"

AnswerView read_answer(const Query& row, std::string_view language) {
  AnswerPublished entry;
  entry.title = row.text(1);
  entry.text = row.text(2);
  entry.language = row.text(3);
  set_entry_details(entry, row.text(7));
  AnswerText words = text_in(entry, language);
  return {std::string(row.text(0)),
          std::move(words.title),
          std::move(words.text),
          std::move(words.language),
          static_cast<AnswerScope>(row.integer(4)),
          std::string(row.text(5)),
          std::string(row.text(6)),
          std::move(entry.replies),
          std::move(entry.cards)};
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

std::string_view to_string(AttachmentState state) {
  return kAttachmentStates[static_cast<std::size_t>(state)];
}

std::vector<ConversationView> Views::conversations(std::size_t limit) const {
  static constexpr std::string_view kAll =
      CONVERSATION_COLUMNS " ORDER BY c.last_position DESC LIMIT ?3";
  static constexpr std::string_view kOwn =
      CONVERSATION_COLUMNS " WHERE c.customer = ?2 ORDER BY c.last_position DESC LIMIT ?3";
  const bool customer = reader_.kind == ActorKind::customer;
  auto views = collect(
      database_.query(customer ? kOwn : kAll, static_cast<int>(reader_.kind), reader_.id, limit),
      read_conversation);
  for (ConversationView& view : views) name_last_file(view);
  return views;
}

std::optional<ConversationView> Views::conversation(std::string_view id) const {
  static constexpr std::string_view kOne = CONVERSATION_COLUMNS " WHERE c.id = ?3";
  Query row = database_.query(kOne, static_cast<int>(reader_.kind), reader_.id, id);
  if (!row.next()) return std::nullopt;
  ConversationView view = read_conversation(row);
  name_last_file(view);
  return view;
}

/// Few messages are without a text: what stands in its place is looked up for those alone.
void Views::name_last_file(ConversationView& view) const {
  if (!view.last_text.empty()) return;
  static constexpr std::string_view kLast = R"sql(
    SELECT attachments FROM message WHERE conversation = ? AND note = 0
    ORDER BY position DESC LIMIT 1)sql";
  const auto files = parse_attachments(database_.text(kLast, view.id).value_or(""));
  if (!files.empty()) view.last_text = files.front().name;
}

/// The files of an event, with how far each has come where that event is of this device's outbox.
std::vector<AttachmentView> Views::attachments(std::string_view event,
                                               std::string_view canonical) const {
  std::vector<AttachmentView> views;
  for (Attachment& file : parse_attachments(canonical)) {
    AttachmentView& view = views.emplace_back();
    view.sent = file.size;
    Query row = database_.query(
        "SELECT sent FROM upload WHERE event = ? AND attachment = ? AND NOT ready", event, file.id);
    if (row.next()) {
      view.sent = row.integer(0);
      view.state = view.sent > 0 ? AttachmentState::uploading : AttachmentState::waiting;
    }
    view.file = std::move(file);
  }
  return views;
}

std::vector<Attachment> Views::files_of(std::string_view message) const {
  if (const auto files = database_.text("SELECT attachments FROM message WHERE id = ?", message))
    return parse_attachments(*files);
  if (const std::string said = robot_attachments(database_, message); !said.empty())
    return parse_attachments(said);
  for (const RefusedView& view : refused())
    if (view.id == message) return parse_attachments(view.attachments);
  return {};
}

std::vector<MessageView> Views::messages(std::string_view conversation, std::size_t limit) const {
  static constexpr std::string_view kLast = R"sql(
    SELECT m.id, m.author_kind, m.author, m.note, m.at, m.text, coalesce(m.seq, o.seq),
           coalesce(p.name, a.name, ''), m.replies, m.cards, m.attachments, m.position
    FROM message AS m
    LEFT JOIN outbox AS o ON o.id = m.id
    LEFT JOIN customer AS p ON m.author_kind = 0 AND p.id = m.author
    LEFT JOIN agent AS a ON m.author_kind = 1 AND a.id = m.author
    WHERE m.conversation = ? ORDER BY m.position DESC LIMIT ?)sql";
  const bool reader_is_customer = reader_.kind == ActorKind::customer;
  const Watermarks other = watermarks(database_, conversation, !reader_is_customer);
  auto placed = collect(database_.query(kLast, conversation, limit), [&](const Query& row) {
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
    view.attachments = attachments(view.id, row.text(10));
    const bool of_our_side = (row.integer(1) == kCustomer) == reader_is_customer && !view.note;
    if (row.is_null(6))
      view.state = MessageState::saved;
    else if (of_our_side && row.integer(6) <= other.read)
      view.state = MessageState::read;
    else if (of_our_side && row.integer(6) <= other.delivered)
      view.state = MessageState::delivered;
    return Positioned{row.integer(11), std::move(view)};
  });
  std::reverse(placed.begin(), placed.end());
  append_steps(conversation, limit, placed);
  std::vector<MessageView> messages;
  for (Positioned& one : placed) messages.push_back(std::move(one.message));
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
    // What the robot did and the hub did not take is no one's to send again.
    if (refused.type.starts_with("robot.") || refused.type.starts_with("answer.")) continue;
    MessageView view;
    view.id = std::move(refused.id);
    view.author = std::move(refused.author);
    view.own = true;
    view.note = refused.type == type_name(NoteAdded{});
    view.at = refused.at;
    view.attachments = attachments(view.id, refused.attachments);
    const bool says_nothing = refused.text.empty() && view.attachments.empty();
    view.text = says_nothing ? "(" + refused.type + ")" : std::move(refused.text);
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
    if (auto* message = std::get_if<MessagePosted>(&event->payload)) {
      view.text = message->text;
      view.attachments = message->attachments;
    }
    if (auto* note = std::get_if<NoteAdded>(&event->payload)) view.text = note->text;
    if (auto* wish = std::get_if<TranscriptRequested>(&event->payload)) view.text = wish->email;
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

std::optional<TranscriptView> Views::transcript(std::string_view conversation) const {
  static constexpr std::string_view kLast = R"sql(
    SELECT email, sent, reason FROM transcript WHERE conversation = ?
    ORDER BY position DESC LIMIT 1)sql";
  Query row = database_.query(kLast, conversation);
  if (!row.next()) return std::nullopt;
  TranscriptView view{std::string(row.text(0)), row.integer(1) != 0, {}};
  if (!row.text(2).empty()) {
    const ErrorCode code = error_from_name(row.text(2), ErrorCode::mail_failed);
    view.error = Error{code, std::string(error_meaning(code))};
  }
  return view;
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
          setting("proactive"),
          setting("robot"),
          static_cast<int>(
              database_
                  .integer("SELECT CAST(value AS INTEGER) FROM site_setting WHERE name = ?",
                           "reply_minutes")
                  .value_or(0)),
          setting("mail") == "1",
          database_.integer("SELECT 1 FROM answer WHERE scope = 0 LIMIT 1").has_value()};
}

std::optional<AnswerView> Views::answer(std::string_view id, std::string_view language) const {
  Query row = database_.query(ANSWER_COLUMNS " FROM answer AS a WHERE a.id = ?", id);
  if (!row.next()) return std::nullopt;
  return read_answer(row, language);
}

std::vector<AnswerView> Views::find_answers(std::string_view words, std::size_t limit,
                                            std::optional<Millis> at,
                                            std::string_view language) const {
  static constexpr std::string_view kGood = ANSWER_COLUMNS
      ", a.keywords FROM answer AS a WHERE ?1 IS NULL OR (a.valid_from <= ?1"
      " AND (a.valid_to = 0 OR ?1 < a.valid_to)) ORDER BY a.title, a.id LIMIT ?2";
  AnswerSearch search(words);
  if (search.empty())
    return collect(database_.query(kGood, at, limit),
                   [&](const Query& row) { return read_answer(row, language); });
  std::vector<AnswerView> found;
  for (Query row = database_.query(kGood, at, -1); row.next();) {
    const std::string_view shortcut = row.text(6);
    if (shortcut == words) {
      found.push_back(read_answer(row, language));
      continue;
    }
    AnswerPublished entry;
    set_entry_details(entry, row.text(7));
    std::string title(row.text(1));
    std::string text(row.text(2));
    for (const AnswerText& other : entry.translations) {
      title += '\n' + other.title;
      text += '\n' + other.text;
    }
    search.look_at(row.text(0), title, std::string(row.text(8)) + '\n' + std::string(shortcut), text);
  }
  for (const std::string& id : std::move(search).best(limit))
    if (auto answer = this->answer(id, language)) found.push_back(std::move(*answer));
  if (found.size() > limit) found.resize(limit);
  return found;
}

}  // namespace deskbell
