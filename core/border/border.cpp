#include "core/border/border.h"

#include <array>
#include <map>

#include "core/answer/template.h"
#include "core/base/random.h"
#include "core/desk/office_hours.h"
#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_slice.h"
#include "core/event/rich_fields.h"
#include "core/view/views.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53;
constexpr std::size_t kSecretBytes = 32;
constexpr std::int64_t kDefaultMessages = 200;
constexpr std::int64_t kMaxMessages = 10'000;
constexpr std::int64_t kDefaultAnswers = 10;
// A response may carry a whole page as a JSON string, every byte of it escaped.
constexpr JsonLimits kInputLimits = {16 * 1024 * 1024, 8, 1'000'000};

constexpr std::array<std::string_view, 5> kConnections = {"stopped", "offline", "connecting",
                                                          "live", "signed_out"};
constexpr std::array<std::string_view, 3> kDurabilities = {"none", "relaxed", "strict"};
constexpr std::array<std::string_view, 5> kSubjects = {"conversation", "answers", "site", "people",
                                                       "outbox"};

template <class Names, class Enum>
std::string_view name_of(const Names& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

json error_json(const Error& error) {
  return {{"code", error_name(error.code)}, {"message", error.message}};
}

std::string answer(const Result<json>& result) {
  return dump_json(result.ok() ? json{{"result", *result}}
                               : json{{"error", error_json(result.error())}});
}

/// Canonical JSON text of the store's; null for none.
json rich(const std::string& text) {
  return text.empty() ? json() : json::parse(text, nullptr, /*allow_exceptions=*/false);
}

json to_json(const ConversationView& view) {
  return {{"id", view.id},
          {"resolved", view.resolved},
          {"assignee_name", view.assignee_name},
          {"last_at", view.last_at},
          {"last_text", view.last_text},
          {"unread", view.unread},
          {"survey",
           {{"open", view.survey.open},
            {"stars", view.survey.stars ? json(*view.survey.stars) : json()},
            {"kind", to_string(view.survey.kind)},
            {"score", view.survey.score ? json(*view.survey.score) : json()},
            {"tags", rich(view.survey.tags)},
            {"comment", view.survey.comment}}}};
}

json to_json(const MessageView& view) {
  return {{"id", view.id},
          {"author", to_string(view.author.kind)},
          {"author_name", view.author_name},
          {"own", view.own},
          {"at", view.at},
          {"text", view.text},
          {"replies", rich(view.replies)},
          {"cards", rich(view.cards)},
          {"state", to_string(view.state)},
          {"error", view.refusal ? error_json(*view.refusal) : json()}};
}

json to_json(const PastMessage& past) {
  json message = to_json(past.message);
  message["conversation"] = past.conversation;
  return message;
}

json to_json(const AnswerView& view) {
  return {{"id", view.id}, {"title", view.title}, {"text", view.text}};
}

template <class View>
json to_json(const std::vector<View>& views) {
  json list = json::array();
  for (const View& view : views) list.push_back(to_json(view));
  return list;
}

Result<json> nothing(const Result<void>& done) {
  if (!done) return done.error();
  return json();
}

/// What a command works with; its arguments are read by `fields`, which remembers what is wrong.
struct Call {
  Engine& engine;
  Random& random;
  JsonFields& fields;
  Millis now;

  Replica& replica() const { return engine.replica(); }
  std::string text(const char* name) const { return fields.text(name, kMaxTextBytes); }
  std::string text(const char* name, const char* fallback) const {
    return fields.text(name, kMaxTextBytes, fallback);
  }
};

Result<json> adopt(const Call& c) {
  const auto kind = actor_kind_from(c.text("actor"));
  if (!kind) c.fields.fail("actor", "must be customer or agent");
  const Identity identity{
      c.text("site"), {kind.value_or(ActorKind::customer), c.text("id")}, c.text("secret")};
  if (!c.fields.ok()) return c.fields.error();
  return nothing(c.replica().adopt(identity));
}

Result<json> new_customer(const Call& c) {
  const std::string site = c.text("site");
  if (!c.fields.ok()) return c.fields.error();
  if (const auto owner = c.replica().identity(); owner && owner->site == site)
    return json{{"id", owner->actor.id}};
  const Identity identity{
      site, {ActorKind::customer, make_id(c.now, c.random)}, random_hex(kSecretBytes, c.random)};
  if (auto adopted = c.replica().adopt(identity); !adopted) return adopted.error();
  return json{{"id", identity.actor.id}};
}

Result<json> identity(const Call& c) {
  const auto owner = c.replica().identity();
  if (!owner) return Error{ErrorCode::not_signed_in, "This device is nobody's yet."};
  return json{{"site", owner->site},
              {"actor", to_string(owner->actor.kind)},
              {"id", owner->actor.id},
              {"secret", owner->secret}};
}

Result<json> start(const Call& c) {
  return c.engine.start(c.now), json();
}
Result<json> stop(const Call& c) {
  return c.engine.stop(), json();
}
Result<json> network(const Call& c) {
  const bool available = c.fields.boolean("available", true);
  if (!c.fields.ok()) return c.fields.error();
  return c.engine.set_network(available, c.now), json();
}

Result<json> post_message(const Call& c) {
  const std::string text = c.text("text");
  const std::string conversation = c.text("conversation", "");
  if (!c.fields.ok()) return c.fields.error();
  auto id = c.replica().post_message(conversation, text, "", c.now);
  if (!id) return id.error();
  return json{{"id", *id},
              {"conversation", c.replica()
                                   .database()
                                   .text("SELECT conversation FROM message WHERE id = ?", *id)
                                   .value_or("")}};
}

Result<json> discard(const Call& c) {
  return nothing(c.replica().discard(c.text("id")));
}

Result<json> resend(const Call& c) {
  auto id = c.replica().resend(c.text("id"), c.now);
  if (!id) return id.error();
  return json{{"id", *id}};
}

Result<json> undo(const Call& c) {
  return nothing(c.replica().undo(c.text("id")));
}

Result<json> mark_read(const Call& c) {
  return nothing(c.replica().mark_read(c.text("conversation"), c.now));
}

Result<json> note_typing(const Call& c) {
  std::string conversation = c.text("conversation");
  if (!c.fields.ok()) return c.fields.error();
  return c.engine.note_typing(std::move(conversation), c.now), json();
}

Result<json> answer_survey(const Call& c) {
  const std::string conversation = c.text("conversation");
  const auto kind = survey_kind_from(c.text("kind", "stars"));
  if (!kind) c.fields.fail("kind", "must be stars, thumbs, nps or ces");
  const char* score = kind == SurveyKind::stars ? "stars" : "score";
  const ScoreRange range = scores_of(kind.value_or(SurveyKind::stars));
  const SurveyAnswered survey{static_cast<int>(c.fields.integer(score, range.least, range.most)),
                              c.text("comment", ""), kind.value_or(SurveyKind::stars),
                              read_tags(c.fields)};
  if (!c.fields.ok()) return c.fields.error();
  if (auto written = c.replica().emit(conversation, survey, c.now); !written)
    return written.error();
  return json();
}

Result<json> update_customer(const Call& c) {
  const auto owner = c.replica().identity();
  const CustomerUpdated customer{
      owner ? owner->actor.id : "", c.fields.optional_text("name", kMaxNameBytes),
      c.fields.optional_text("email", kMaxNameBytes), read_attributes(c.fields)};
  if (!c.fields.ok()) return c.fields.error();
  if (auto written = c.replica().emit("", customer, c.now); !written) return written.error();
  return json();
}

json site_json(const SiteView& site, Millis now) {
  json desk;  // null: the site does not say when somebody is there
  if (const auto hours = parse_office_hours(site.hours); !site.hours.empty() && hours.ok()) {
    const DeskState state = desk_state(*hours, now);
    desk = {{"open", state.open},
            {"changes_at", state.changes_at ? json(*state.changes_at) : json()}};
  }
  return {{"name", site.name},
          {"greeting", site.greeting},
          {"desk", std::move(desk)},
          {"reply_minutes", site.reply_minutes},
          {"suggestions", rich(site.suggestions)},
          {"form", rich(site.form)},
          {"survey", rich(site.survey)}};
}

json messages_json(Replica& replica, const Views& views, const ConversationView& shown,
                   std::int64_t limit) {
  json list = json::array();
  for (const MessageView& view : views.messages(shown.id, static_cast<std::size_t>(limit))) {
    json message = to_json(view);
    message["undo"] = view.state == MessageState::saved && replica.can_undo(view.id);
    list.push_back(std::move(message));
  }
  return list;
}

/// The names of the agents who are writing just now; empty for one whose name is not known.
json typing_json(const Engine& engine, const Views& views, const std::string& conversation) {
  json names = json::array();
  for (const Actor& actor : engine.typing(conversation))
    if (actor.kind == ActorKind::agent) names.push_back(views.agent_name(actor.id));
  return names;
}

Result<json> panel(const Call& c) {
  const auto owner = c.replica().identity();
  if (!owner) return Error{ErrorCode::not_signed_in, "This device is nobody's yet."};
  const std::string wanted = c.text("conversation", "");
  const auto limit = c.fields.integer("limit", 1, kMaxMessages, kDefaultMessages);
  if (!c.fields.ok()) return c.fields.error();

  const Views views(c.replica().database(), owner->actor);
  const auto conversations = views.conversations(100);
  std::int64_t unread = 0;
  for (const ConversationView& conversation : conversations) unread += conversation.unread;
  const auto shown = wanted.empty() && !conversations.empty() ? std::optional(conversations.front())
                                                              : views.conversation(wanted);
  const auto customer =
      views.customer(owner->actor.id).value_or(CustomerView{owner->actor.id, "", "", {}});
  return json{
      {"site", site_json(views.site(), c.now)},
      {"customer",
       {{"id", customer.id},
        {"name", customer.name},
        {"email", customer.email},
        {"attributes", customer.attributes}}},
      {"connection", name_of(kConnections, c.engine.connection())},
      {"unsent", c.replica().unsent_count()},
      {"unread", unread},
      {"conversations", to_json(conversations)},
      {"conversation", shown ? to_json(*shown) : json()},
      {"typing", shown ? typing_json(c.engine, views, shown->id) : json::array()},
      {"messages", shown ? messages_json(c.replica(), views, *shown, limit) : json::array()}};
}

Result<json> transcript(const Call& c) {
  const auto owner = c.replica().identity();
  if (!owner) return Error{ErrorCode::not_signed_in, "This device is nobody's yet."};
  const auto limit = c.fields.integer("limit", 1, kMaxMessages, kMaxMessages);
  if (!c.fields.ok()) return c.fields.error();
  const Views views(c.replica().database(), owner->actor);
  return to_json(views.past_messages(static_cast<std::size_t>(limit)));
}

Result<json> read_answer(const Call& c) {
  const auto owner = c.replica().identity();
  if (!owner) return Error{ErrorCode::not_signed_in, "This device is nobody's yet."};
  const std::string id = c.text("id");
  if (!c.fields.ok()) return c.fields.error();
  const Views views(c.replica().database(), owner->actor);
  const auto found = views.answer(id);
  if (!found) return json();
  const auto customer = views.customer(owner->actor.id);
  std::map<std::string, std::string> values{{"site.name", views.site().name}};
  if (customer && !customer->name.empty()) values["customer.name"] = customer->name;
  return json{{"id", found->id},
              {"title", found->title},
              {"text", fill_template(found->text, values).text},
              {"language", found->language}};
}

Result<json> find_answers(const Call& c) {
  const auto owner = c.replica().identity();
  if (!owner) return Error{ErrorCode::not_signed_in, "This device is nobody's yet."};
  const std::string words = c.text("words", "");
  const auto limit = c.fields.integer("limit", 1, 1000, kDefaultAnswers);
  if (!c.fields.ok()) return c.fields.error();
  const Views views(c.replica().database(), owner->actor);
  return to_json(views.find_answers(words, static_cast<std::size_t>(limit)));
}

Result<json> hash(const Call& c) {
  static constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string text(16, '0');
  std::uint64_t value = c.replica().hash();
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4)
    *digit = kHexDigits[value & 15];
  return json{{"hash", text}};
}

struct CommandRow {
  std::string_view name;
  Result<json> (*run)(const Call&);
};

constexpr CommandRow kCommands[] = {
    {"adopt", adopt},
    {"new_customer", new_customer},
    {"identity", identity},
    {"start", start},
    {"stop", stop},
    {"network", network},
    {"message.post", post_message},
    {"message.discard", discard},
    {"message.resend", resend},
    {"message.undo", undo},
    {"conversation.read", mark_read},
    {"conversation.typing", note_typing},
    {"survey.answer", answer_survey},
    {"customer.update", update_customer},
    {"panel", panel},
    {"transcript", transcript},
    {"answer.read", read_answer},
    {"answers.find", find_answers},
    {"hash", hash},
};

Result<json> run(Engine& engine, Random& random, const json& command, Millis now) {
  JsonFields fields(command, "command", ErrorCode::invalid_command);
  const std::string name = fields.text("command", kMaxNameBytes);
  if (!fields.ok()) return fields.error();
  for (const CommandRow& row : kCommands) {
    if (row.name != name) continue;
    auto result = row.run({engine, random, fields, now});
    return fields.ok() ? std::move(result) : fields.error();
  }
  return Error{ErrorCode::invalid_command, "There is no command \"" + name + "\"."};
}

Response read_response(const json& object, JsonFields& outer) {
  JsonFields fields(object, "response", ErrorCode::invalid_command);
  Response response;
  response.request = static_cast<std::uint64_t>(fields.integer("request", 0, kMaxInteger));
  response.status = static_cast<int>(fields.integer("status", 0, 999));
  response.content_type = fields.text("content_type", kMaxNameBytes, "");
  if (fields.find("retry_after_ms"))
    response.retry_after_ms = fields.integer("retry_after_ms", 0, kMaxInteger);
  response.body = fields.text("body", kInputLimits.bytes, "");
  if (!fields.ok()) outer.fail("", fields.error().message);
  return response;
}

Result<json> take_in(Engine& engine, const json& input, Millis now) {
  JsonFields fields(input, "input", ErrorCode::invalid_command);
  if (const json* response = fields.find("response")) {
    const Response read = read_response(*response, fields);
    if (fields.ok()) engine.on_response(read, now);
  } else if (const json* chunk = fields.find("chunk")) {
    JsonFields inner(*chunk, "chunk", ErrorCode::invalid_command);
    const auto request = static_cast<std::uint64_t>(inner.integer("request", 0, kMaxInteger));
    const std::string text = inner.text("text", kInputLimits.bytes);
    if (!inner.ok()) return inner.error();
    engine.on_stream_bytes(request, text, now);
  } else if (const json* failure = fields.find("failure")) {
    JsonFields inner(*failure, "failure", ErrorCode::invalid_command);
    const auto request = static_cast<std::uint64_t>(inner.integer("request", 0, kMaxInteger));
    if (!inner.ok()) return inner.error();
    engine.on_failure(request, now);
  } else {
    fields.fail("", "must be a response, a chunk or a failure");
  }
  if (!fields.ok()) return fields.error();
  return json();
}

Result<json> parse_input(std::string_view bytes) {
  if (auto checked = check_json_limits(bytes, kInputLimits); !checked) return checked.error();
  return parse_json(bytes);
}

json to_json(const Request& request) {
  return {{"id", request.id},
          {"method", request.method},
          {"path", request.path},
          {"token", request.token},
          {"body", request.body},
          {"stream", request.stream},
          {"timeout_ms", request.timeout_ms}};
}

}  // namespace

std::string Border::send(std::string_view command, Millis now) {
  try {
    const auto parsed = parse_input(command);
    if (!parsed) return answer(parsed.error());
    return answer(run(engine_, random_, *parsed, now));
  } catch (const StoreError& error) {
    return answer(error.error());
  }
}

std::string Border::receive(std::string_view input, Millis now) {
  const auto parsed = parse_input(input);
  const auto taken = parsed.ok() ? take_in(engine_, *parsed, now) : parsed;
  return taken.ok() ? "" : answer(taken.error());
}

std::string Border::effects(Millis now) {
  const Effects effects = engine_.take_effects(now);
  json changes = json::array();
  for (const Change& change : effects.changes)
    changes.push_back({{"subject", name_of(kSubjects, change.subject)}, {"id", change.id}});
  json requests = json::array();
  for (const Request& request : effects.link.requests) requests.push_back(to_json(request));
  return dump_json(
      {{"durability", name_of(kDurabilities, effects.durability)},
       {"requests", std::move(requests)},
       {"cancelled", effects.link.cancelled},
       {"wake_at", effects.link.wake_at ? json(*effects.link.wake_at) : json()},
       {"changes", std::move(changes)},
       {"connection",
        effects.connection_changed ? json(name_of(kConnections, engine_.connection())) : json()},
       {"storage_error", effects.storage_error ? error_json(*effects.storage_error) : json()}});
}

}  // namespace deskbell
