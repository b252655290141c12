#include "core/border/border.h"

#include <array>

#include "core/base/random.h"
#include "core/border/robot_commands.h"
#include "core/border/shown.h"
#include "core/event/attachment.h"
#include "core/event/email.h"
#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"
#include "core/event/json_slice.h"
#include "core/event/rich_fields.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53;
constexpr std::size_t kSecretBytes = 32;
// A response may carry a whole page as a JSON string, every byte of it escaped.
constexpr JsonLimits kInputLimits = {16 * 1024 * 1024, 8, 1'000'000};

constexpr std::array<std::string_view, 3> kDurabilities = {"none", "relaxed", "strict"};
constexpr std::array<std::string_view, 5> kSubjects = {"conversation", "answers", "site", "people",
                                                       "outbox"};

template <class Names, class Enum>
std::string_view name_of(const Names& names, Enum value) {
  return names[static_cast<std::size_t>(value)];
}

std::string answer(Result<json> result) {
  JsonObject object;
  if (result.ok())
    object.put("result", *std::move(result));
  else
    object.put("error", error_json(result.error()));
  return dump_json(object.take());
}

Result<json> nothing(const Result<void>& done) {
  if (!done) return done.error();
  return json();
}

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
    return JsonObject().text("id", owner->actor.id).take();
  const Identity identity{
      site, {ActorKind::customer, make_id(c.now, c.random)}, random_hex(kSecretBytes, c.random)};
  if (auto adopted = c.replica().adopt(identity); !adopted) return adopted.error();
  return JsonObject().text("id", identity.actor.id).take();
}

Result<json> identity(const Call& c) {
  const auto owner = c.owner();
  if (!owner) return owner.error();
  return JsonObject()
      .text("site", owner->site)
      .text("actor", to_string(owner->actor.kind))
      .text("id", owner->actor.id)
      .text("secret", owner->secret)
      .take();
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

std::vector<std::string> read_beside(JsonFields& fields) {
  std::vector<std::string> ids;
  const json* list = fields.find("beside");
  if (!list) return ids;
  if (!list->is_array()) fields.fail("beside", "must be a list of conversations' ids");
  for (const json& one : *list) {
    if (one.is_string() && is_id(one.get_ref<const std::string&>()))
      ids.push_back(one.get<std::string>());
    else
      fields.fail("beside", "must be a list of conversations' ids");
  }
  return ids;
}

Result<json> post_message(const Call& c) {
  MessagePosted message;
  message.attachments = read_attachments(c.fields);
  message.text = message.attachments.empty() ? c.text("text") : c.text("text", "");
  const std::string conversation = c.text("conversation", "");
  PostOptions options{.id = c.text("id", ""),
                      .beside = read_beside(c.fields),
                      .proactive = c.text("proactive", ""),
                      .says = read_finder_says(c.fields)};
  if (!c.fields.ok()) return c.fields.error();
  auto id = c.replica().post_message(conversation, std::move(message), c.now, std::move(options));
  if (!id) return id.error();
  // What was posted before and refused is in the outbox alone.
  static constexpr std::string_view kWhere = R"sql(
    SELECT conversation FROM message WHERE id = ?1
    UNION ALL SELECT conversation FROM outbox WHERE id = ?1)sql";
  return JsonObject()
      .text("id", *id)
      .text("conversation", c.replica().database().text(kWhere, *id).value_or(""))
      .take();
}

Result<json> attachments_needed(const Call& c) {
  return JsonObject().put("ids", c.replica().needed_attachments()).take();
}

/// Where a message's file is to be had. The request is the driver's to make: what comes is none of
/// the core's business.
Result<json> attachment_source(const Call& c) {
  const auto owner = c.owner();
  if (!owner) return owner.error();
  const std::string id = c.text("id");
  const std::string message = c.text("message");
  if (c.fields.ok() && !is_attachment_id(id)) c.fields.fail("id", "must be an attachment's");
  if (c.fields.ok() && !is_id(message)) c.fields.fail("message", "must be a message's id");
  if (!c.fields.ok()) return c.fields.error();
  return JsonObject()
      .text("path", attachment_path(owner->site, id, message))
      .text("token", c.engine.token())
      .take();
}

Result<json> discard(const Call& c) {
  return nothing(c.replica().discard(c.text("id")));
}

Result<json> resend(const Call& c) {
  auto id = c.replica().resend(c.text("id"), c.now);
  if (!id) return id.error();
  return JsonObject().text("id", *id).take();
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

Result<json> request_transcript(const Call& c) {
  const std::string conversation = c.text("conversation");
  TranscriptRequested request{c.text("email"), c.text("language", "")};
  if (c.fields.ok() && !is_email(request.email))
    c.fields.fail("email", "must be one e-mail address");
  if (!c.fields.ok()) return c.fields.error();
  if (auto written = c.replica().emit(conversation, std::move(request), c.now); !written)
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

Result<json> hash(const Call& c) {
  static constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string text(16, '0');
  std::uint64_t value = c.replica().hash();
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4)
    *digit = kHexDigits[value & 15];
  return JsonObject().text("hash", text).take();
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
    {"attachments.needed", attachments_needed},
    {"attachment.source", attachment_source},
    {"message.discard", discard},
    {"message.resend", resend},
    {"message.undo", undo},
    {"conversation.read", mark_read},
    {"conversation.typing", note_typing},
    {"survey.answer", answer_survey},
    {"customer.update", update_customer},
    {"transcript.request", request_transcript},
    {"panel", panel},
    {"transcript", transcript},
    {"answer.read", read_answer},
    {"answers.find", find_answers},
    {"answers.named", answers_named},
    {"answer.choose", choose_answer},
    {"answer.rate", rate_answer},
    {"conversation.hand_over", hand_over},
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
  response.upload_offset = fields.text("upload_offset", kMaxNameBytes, "");
  response.upload_complete = fields.text("upload_complete", kMaxNameBytes, "");
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
    const bool gone = inner.boolean("gone", false);
    if (!inner.ok()) return inner.error();
    if (gone)
      engine.on_attachment_gone(request, now);
    else
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
  json fields = json::object();
  for (const auto& [name, value] : request.fields) fields[name] = value;
  json upload;  // null: the body is the one given
  if (!request.attachment.empty())
    upload = JsonObject()
                 .text("attachment", request.attachment)
                 .number("offset", request.offset)
                 .number("length", request.length)
                 .take();
  return JsonObject()
      .put("id", request.id)
      .text("method", request.method)
      .text("path", request.path)
      .text("token", request.token)
      .put("fields", std::move(fields))
      .put("upload", std::move(upload))
      .text("body", request.body)
      .flag("stream", request.stream)
      .number("timeout_ms", request.timeout_ms)
      .take();
}

}  // namespace

nlohmann::json error_json(const Error& error) {
  return JsonObject().text("code", error_name(error.code)).text("message", error.message).take();
}

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
    changes.push_back(JsonObject()
                          .text("subject", name_of(kSubjects, change.subject))
                          .text("id", change.id)
                          .take());
  json requests = json::array();
  for (const Request& request : effects.link.requests) requests.push_back(to_json(request));
  return dump_json(
      JsonObject()
          .text("durability", name_of(kDurabilities, effects.durability))
          .put("requests", std::move(requests))
          .put("cancelled", effects.link.cancelled)
          .number("wake_at", effects.link.wake_at)
          .put("changes", std::move(changes))
          .put("connection",
               effects.connection_changed ? json(to_string(engine_.connection())) : json())
          .put("storage_error", effects.storage_error ? error_json(*effects.storage_error) : json())
          .take());
}

}  // namespace deskbell
