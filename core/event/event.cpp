#include "core/event/event.h"

#include <array>
#include <limits>

#include "core/event/answer_fields.h"
#include "core/event/attachment.h"
#include "core/event/email.h"
#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"
#include "core/event/json_slice.h"
#include "core/event/rich_fields.h"
#include "core/event/robot_fields.h"

namespace deskbell {
namespace {

using nlohmann::json;
using Data = nlohmann::json;

constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53;  // what JavaScript can hold
constexpr std::size_t kMaxIdBytes = 36;
constexpr std::size_t kMaxMadeFrom = 16;
constexpr std::int64_t kMaxReplyMinutes = 14 * 24 * 60;
constexpr JsonLimits kEventLimits = {kMaxEventBytes, kMaxEventDepth, kMaxEventValues};

constexpr std::array<std::string_view, 3> kActorKinds = {"customer", "agent", "system"};

std::string read_id(JsonFields& fields, const char* name) {
  std::string id = fields.text(name, kMaxIdBytes);
  if (fields.ok() && !is_id(id)) fields.fail(name, "must be a UUID in lower case");
  return id;
}

/// The canned answers that a message was made from: one as `answer`, several as `answers`.
std::string read_made_from(JsonFields& fields) {
  if (fields.find("answer")) return read_id(fields, "answer");
  return join_lines(read_ids(fields, "answers", kMaxMadeFrom));
}

std::string read_content(JsonFields& fields, const char* name, std::size_t max_bytes) {
  std::string text = fields.text(name, max_bytes);
  if (fields.ok() && text.find_first_not_of(" \t\r\n") == std::string::npos)
    fields.fail(name, "must not be empty");
  return text;
}

Seq read_seq(JsonFields& fields, const char* name) {
  return fields.integer(name, 0, kMaxInteger);
}

/// A survey's kind on the wire, and the scores that it can have; in the order of `SurveyKind`.
struct SurveyRow {
  std::string_view name;
  ScoreRange scores;
};
constexpr std::array<SurveyRow, 4> kSurveys = {
    {{"stars", {1, 5}}, {"thumbs", {0, 1}}, {"nps", {0, 10}}, {"ces", {1, 7}}}};

/// One row of the catalogue: a type's name, and how its data is read and written.
struct TypeRow {
  std::string_view name;
  Payload (*read)(JsonFields&);
};

template <class T>
Payload read_nothing(JsonFields&) {
  return T{};
}

Payload read_started(JsonFields& f) {
  return ConversationStarted{f.text("proactive", kMaxNameBytes, "")};
}
Payload read_message(JsonFields& f) {
  MessagePosted message;
  message.attachments = read_attachments(f);
  message.text = message.attachments.empty() ? read_content(f, "text", kMaxTextBytes)
                                             : f.text("text", kMaxTextBytes);
  if (f.find("seen")) message.seen = SeenUpTo{f.text("epoch", kMaxNameBytes), read_seq(f, "seen")};
  message.answer = read_made_from(f);
  message.replies = read_replies(f);
  message.cards = read_cards(f);
  return message;
}
Payload read_delivered(JsonFields& f) {
  return ReceiptDelivered{read_seq(f, "up_to")};
}
Payload read_read(JsonFields& f) {
  return ReceiptRead{read_seq(f, "up_to")};
}
Payload read_note(JsonFields& f) {
  return NoteAdded{read_content(f, "text", kMaxTextBytes)};
}
Payload read_assigned(JsonFields& f) {
  ConversationAssigned assigned{f.text("agent", kMaxIdBytes)};
  if (!assigned.agent.empty() && !is_id(assigned.agent)) f.fail("agent", "must be a UUID or empty");
  return assigned;
}
Payload read_survey(JsonFields& f) {
  SurveyAnswered survey;
  const std::string kind = f.text("kind", kMaxNameBytes, "stars");
  const auto known = survey_kind_from(kind);
  if (!known) return f.fail("kind", "must be stars, thumbs, nps or ces"), survey;
  survey.kind = *known;
  const ScoreRange range = scores_of(survey.kind);
  const char* score = survey.kind == SurveyKind::stars ? "stars" : "score";
  survey.score = static_cast<int>(f.integer(score, range.least, range.most));
  survey.tags = read_tags(f);
  survey.comment = f.text("comment", kMaxTextBytes, "");
  return survey;
}
Payload read_customer(JsonFields& f) {
  CustomerUpdated customer;
  customer.customer = read_id(f, "customer");
  customer.name = f.optional_text("name", kMaxNameBytes);
  customer.email = f.optional_text("email", kMaxNameBytes);
  customer.attributes = read_attributes(f);
  return customer;
}
Payload read_agent(JsonFields& f) {
  AgentUpdated agent;
  agent.agent = read_id(f, "agent");
  agent.name = read_content(f, "name", kMaxNameBytes);
  return agent;
}
Payload read_answer(JsonFields& f) {
  return read_answer_entry(f);
}
Payload read_draft(JsonFields& f) {
  return AnswerDrafted{read_answer_entry(f)};
}
Payload read_guide(JsonFields& f) {
  return AnswerGuided{read_id(f, "answer"), f.text("procedure", kMaxTextBytes, ""),
                      f.text("authority", kMaxTextBytes, "")};
}
Payload read_withdrawn(JsonFields& f) {
  return AnswerWithdrawn{read_id(f, "answer"), f.boolean("draft", false)};
}
Payload read_site(JsonFields& f) {
  SiteUpdated site;
  site.name = f.optional_text("name", kMaxNameBytes);
  site.greeting = f.optional_text("greeting", kMaxTextBytes);
  if (f.find("hours")) site.hours = read_hours(f);
  if (f.find("suggestions")) site.suggestions = read_suggestions(f);
  if (f.find("form")) site.form = read_form(f);
  if (f.find("survey")) site.survey = read_survey_settings(f);
  if (f.find("proactive")) site.proactive = read_proactive(f);
  if (f.find("robot")) site.robot = read_robot(f);
  if (f.find("reply_minutes"))
    site.reply_minutes = static_cast<int>(f.integer("reply_minutes", 0, kMaxReplyMinutes));
  if (f.find("mail")) site.mail = f.boolean("mail", false);
  return site;
}
Payload read_transcript(JsonFields& f) {
  TranscriptRequested request{f.text("email", kMaxEmailBytes),
                              f.text("language", kMaxNameBytes, "")};
  if (f.ok() && !is_email(request.email)) f.fail("email", "must be one e-mail address");
  return request;
}
Payload read_transcript_sent(JsonFields& f) {
  return TranscriptSent{read_id(f, "request")};
}
Payload read_transcript_failed(JsonFields& f) {
  return TranscriptFailed{read_id(f, "request"), f.text("reason", kMaxNameBytes)};
}

/// In the order of `Payload`'s alternatives; the first, for unknown types, has no name.
constexpr std::array<TypeRow, std::variant_size_v<Payload>> kTypes = {{
    {"", read_nothing<UnknownPayload>},
    {"conversation.started", read_started},
    {"message.posted", read_message},
    {"receipt.delivered", read_delivered},
    {"receipt.read", read_read},
    {"note.added", read_note},
    {"conversation.assigned", read_assigned},
    {"conversation.resolved", read_nothing<ConversationResolved>},
    {"conversation.reopened", read_nothing<ConversationReopened>},
    {"survey.answered", read_survey},
    {"customer.updated", read_customer},
    {"agent.updated", read_agent},
    {"answer.published", read_answer},
    {"answer.withdrawn", read_withdrawn},
    {"site.updated", read_site},
    {"answer.drafted", read_draft},
    {"answer.guided", read_guide},
    {"transcript.requested", read_transcript},
    {"transcript.sent", read_transcript_sent},
    {"transcript.failed", read_transcript_failed},
    {"robot.answered", read_robot_answered},
    {"robot.offered", read_robot_offered},
    {"robot.asked", read_robot_asked},
    {"robot.missed", read_robot_missed},
    {"answer.chosen", read_answer_chosen},
    {"answer.rated", read_answer_rated},
    {"conversation.handed_over", read_handed_over},
}};

Payload read_payload(std::string_view type, JsonFields& data) {
  for (const TypeRow& row : kTypes)
    if (!row.name.empty() && row.name == type) return row.read(data);
  return UnknownPayload{};
}

/// Writes a payload's fields; one overload a type that has any.
struct DataWriter {
  Data& data;

  template <class T>
  void operator()(const T&) const {}

  void operator()(const ConversationStarted& started) const {
    if (!started.proactive.empty()) data["proactive"] = started.proactive;
  }
  void operator()(const MessagePosted& message) const {
    data["text"] = message.text;
    if (message.seen) {
      data["seen"] = message.seen->seq;
      data["epoch"] = message.seen->epoch;
    }
    const std::vector<std::string> made_from = split_lines(message.answer);
    if (made_from.size() == 1) data["answer"] = message.answer;
    if (made_from.size() > 1) data["answers"] = made_from;
    if (!message.replies.empty()) data["replies"] = rich_json(message.replies);
    if (!message.cards.empty()) data["cards"] = rich_json(message.cards);
    if (!message.attachments.empty()) data["attachments"] = rich_json(message.attachments);
  }
  void operator()(const ReceiptDelivered& receipt) const { data["up_to"] = receipt.up_to; }
  void operator()(const ReceiptRead& receipt) const { data["up_to"] = receipt.up_to; }
  void operator()(const NoteAdded& note) const { data["text"] = note.text; }
  void operator()(const ConversationAssigned& assigned) const { data["agent"] = assigned.agent; }
  void operator()(const SurveyAnswered& survey) const {
    if (survey.kind == SurveyKind::stars) {
      data["stars"] = survey.score;
    } else {
      data["kind"] = to_string(survey.kind);
      data["score"] = survey.score;
    }
    data["comment"] = survey.comment;
    if (!survey.tags.empty()) data["tags"] = rich_json(survey.tags);
  }
  void operator()(const CustomerUpdated& customer) const {
    data["customer"] = customer.customer;
    if (customer.name) data["name"] = *customer.name;
    if (customer.email) data["email"] = *customer.email;
    if (!customer.attributes.empty()) data["attributes"] = customer.attributes;
  }
  void operator()(const AgentUpdated& agent) const {
    data["agent"] = agent.agent;
    data["name"] = agent.name;
  }
  void operator()(const AnswerPublished& answer) const { write_answer_entry(answer, data); }
  void operator()(const AnswerDrafted& draft) const { write_answer_entry(draft.entry, data); }
  void operator()(const AnswerGuided& guide) const {
    data["answer"] = guide.answer;
    data["procedure"] = guide.procedure;
    data["authority"] = guide.authority;
  }
  void operator()(const AnswerWithdrawn& answer) const {
    data["answer"] = answer.answer;
    if (answer.draft) data["draft"] = true;
  }
  void operator()(const SiteUpdated& site) const {
    if (site.name) data["name"] = *site.name;
    if (site.greeting) data["greeting"] = *site.greeting;
    if (site.hours) data["hours"] = rich_json(*site.hours);
    if (site.suggestions) data["suggestions"] = rich_json(*site.suggestions);
    if (site.form) data["form"] = rich_json(*site.form);
    if (site.survey) data["survey"] = rich_json(*site.survey);
    if (site.proactive) data["proactive"] = rich_json(*site.proactive);
    if (site.robot) data["robot"] = rich_json(*site.robot);
    if (site.reply_minutes) data["reply_minutes"] = *site.reply_minutes;
    if (site.mail) data["mail"] = *site.mail;
  }
  void operator()(const TranscriptRequested& request) const {
    data["email"] = request.email;
    data["language"] = request.language;
  }
  void operator()(const TranscriptSent& sent) const { data["request"] = sent.request; }
  void operator()(const TranscriptFailed& failed) const {
    data["request"] = failed.request;
    data["reason"] = failed.reason;
  }
  void operator()(const RobotAnswered& step) const {
    data["message"] = step.message;
    data["answer"] = step.answer;
    write_language(step.language);
  }
  void operator()(const RobotOffered& step) const {
    data["message"] = step.message;
    data["answers"] = step.answers;
    write_language(step.language);
  }
  void operator()(const RobotAsked& step) const {
    data["message"] = step.message;
    data["answer"] = step.answer;
    data["fields"] = step.fields;
    write_language(step.language);
  }
  void operator()(const RobotMissed& step) const { data["message"] = step.message; }
  void operator()(const AnswerChosen& chosen) const {
    data["step"] = chosen.step;
    data["answer"] = chosen.answer;
    write_language(chosen.language);
  }
  void operator()(const AnswerRated& rated) const {
    data["step"] = rated.step;
    data["helpful"] = rated.helpful;
  }
  void operator()(const ConversationHandedOver& over) const {
    data["reason"] = to_string(over.reason);
    if (!over.message.empty()) data["message"] = over.message;
    if (over.away) data["away"] = true;
  }
  void write_language(const std::string& language) const {
    if (!language.empty()) data["language"] = language;
  }
};

Actor read_author(JsonFields& event) {
  const json* author = event.find("author");
  if (!author) return event.fail("author", "is missing"), Actor{};
  JsonFields fields(*author, "author", ErrorCode::invalid_event);
  const auto kind = actor_kind_from(fields.text("kind", kMaxNameBytes));
  std::string id = read_id(fields, "id");
  if (!fields.ok())
    event.fail("", fields.error().message);
  else if (!kind)
    event.fail("author.kind", "must be customer, agent or system");
  return {kind.value_or(ActorKind::customer), std::move(id)};
}

}  // namespace

std::string_view to_string(ActorKind kind) {
  return kActorKinds[static_cast<std::size_t>(kind)];
}

std::optional<ActorKind> actor_kind_from(std::string_view name) {
  for (std::size_t i = 0; i < kActorKinds.size(); ++i)
    if (kActorKinds[i] == name) return static_cast<ActorKind>(i);
  return std::nullopt;
}

std::string_view to_string(SurveyKind kind) {
  return kSurveys[static_cast<std::size_t>(kind)].name;
}

std::optional<SurveyKind> survey_kind_from(std::string_view name) {
  for (std::size_t i = 0; i < kSurveys.size(); ++i)
    if (kSurveys[i].name == name) return static_cast<SurveyKind>(i);
  return std::nullopt;
}

ScoreRange scores_of(SurveyKind kind) {
  return kSurveys[static_cast<std::size_t>(kind)].scores;
}

std::string_view type_name(const Payload& payload) {
  return kTypes[payload.index()].name;
}

Result<Event> decode_event(std::string_view bytes) {
  if (auto checked = check_json_limits(bytes, kEventLimits); !checked) return checked.error();
  auto parsed = parse_json(bytes);
  if (!parsed) return parsed.error();

  JsonFields fields(*parsed, "event", ErrorCode::invalid_event);
  Event event;
  event.id = read_id(fields, "id");
  event.type = fields.text("type", kMaxNameBytes);
  if (fields.find("conversation")) event.conversation = read_id(fields, "conversation");
  event.author = read_author(fields);
  event.at = fields.integer("at", 0, kMaxInteger);
  const json* data = fields.find("data");
  const json none = json::object();
  JsonFields data_fields(data ? *data : none, "data", ErrorCode::invalid_event);
  event.payload = read_payload(event.type, data_fields);
  if (!fields.ok()) return fields.error();
  if (!data_fields.ok()) return data_fields.error();
  return event;
}

std::string encode_event(const Event& event) {
  Data json;
  json["id"] = event.id;
  json["type"] = event.type;
  if (!event.conversation.empty()) json["conversation"] = event.conversation;
  json["author"] =
      JsonObject().text("kind", to_string(event.author.kind)).text("id", event.author.id).take();
  json["at"] = event.at;
  Data data = Data::object();
  std::visit(DataWriter{data}, event.payload);
  if (!data.empty()) json["data"] = std::move(data);
  return dump_json(json);
}

}  // namespace deskbell
