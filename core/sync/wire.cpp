#include "core/sync/wire.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/event/json_fields.h"
#include "core/event/json_object.h"
#include "core/event/json_slice.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::int64_t kMaxInteger = std::int64_t{1} << 53;
constexpr std::size_t kMaxTokenBytes = 2048;
constexpr std::size_t kMaxReasonBytes = 4096;
// What an event may be, a page and a push of such events must be able to carry; around each stand a
// few values more.
constexpr std::size_t kValuesAround = 8;
constexpr JsonLimits kPageLimits = {2 * kMaxPageBytes, kMaxEventDepth + 4,
                                    (kMaxPageEvents + 1) * (kMaxEventValues + kValuesAround)};
constexpr JsonLimits kPushLimits = {kMaxPushBytes, kMaxEventDepth + 2,
                                    (kMaxPushEvents + 1) * (kMaxEventValues + kValuesAround)};
constexpr JsonLimits kSmallLimits = {256 * 1024, 6, 20'000};

constexpr std::array<std::string_view, 3> kOutcomes = {"placed", "refused", "retry"};

Result<json> parse_bounded(std::string_view body, const JsonLimits& limits) {
  if (auto checked = check_json_limits(body, limits); !checked) return checked.error();
  return parse_json(body);
}

Cursor read_cursor(JsonFields& fields, const char* name) {
  const std::string token = fields.text(name, kMaxTokenBytes);
  const auto cursor = decode_cursor(token);
  if (!cursor) fields.fail(name, "is not a cursor");
  return cursor.value_or(Cursor{});
}

/// The members of a JSON object by name, as written; each at most once.
class Slices {
 public:
  static Result<Slices> of(std::string_view object) {
    auto members = slice_object(object);
    if (!members) return members.error();
    return Slices(std::move(*members));
  }
  std::string_view operator[](std::string_view name) const {
    for (const auto& [key, value] : members_)
      if (key == name) return value;
    return {};
  }
  /// The object again, without one member.
  std::string without(std::string_view name) const {
    std::string text = "{";
    for (const auto& [key, value] : members_) {
      if (key == name) continue;
      if (text.size() > 1) text += ',';
      text.append("\"").append(key).append("\":").append(value);
    }
    return text + "}";
  }

 private:
  explicit Slices(std::vector<std::pair<std::string_view, std::string_view>> members)
      : members_(std::move(members)) {}
  std::vector<std::pair<std::string_view, std::string_view>> members_;
};

// Pages hold thousands of these: read without building anything.
std::optional<Seq> to_integer(std::string_view text) {
  Seq value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<PlacedEvent> read_placed(std::string_view element) {
  auto slices = Slices::of(element);
  if (!slices) return slices.error();
  const auto seq = to_integer((*slices)["seq"]);
  if (!seq || *seq < 1 || *seq > kMaxInteger)
    return Error{ErrorCode::invalid_json, "a placed event: \"seq\" is missing or out of range"};
  const std::string_view body = (*slices)["event"];
  if (body.empty() || body.size() > kMaxEventBytes)
    return Error{ErrorCode::invalid_json, "a placed event: \"event\" is missing or too large"};
  return PlacedEvent{*seq, std::string(body)};
}

PushResult read_result(const json& element, JsonFields& outer) {
  JsonFields fields(element, "result", ErrorCode::invalid_json);
  PushResult result;
  result.id = fields.text("id", 64, "");
  const std::string outcome = fields.text("outcome", 64);
  if (outcome == "placed") {
    result.outcome = PushOutcome::placed;
    result.seq = fields.integer("seq", 1, kMaxInteger);
  } else {
    // An outcome of a newer hub: the cautious reading is to ask again later.
    result.outcome = outcome == "refused" ? PushOutcome::refused : PushOutcome::retry;
    result.error = Error{error_from_name(fields.text("code", 64, ""), ErrorCode::not_allowed),
                         fields.text("message", kMaxReasonBytes, "")};
  }
  if (!fields.ok()) outer.fail("results", fields.error().message);
  return result;
}

}  // namespace

std::string encode_push(const std::vector<std::string>& bodies) {
  std::string text = "{\"events\":[";
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    if (i > 0) text += ',';
    text += bodies[i];
  }
  return text + "]}";
}

Result<std::vector<std::string_view>> decode_push(std::string_view body) {
  if (auto checked = check_json_limits(body, kPushLimits); !checked) return checked.error();
  auto slices = Slices::of(body);
  if (!slices) return slices.error();
  const std::string_view events = (*slices)["events"];
  if (events.empty()) return Error{ErrorCode::invalid_json, "the array \"events\" is missing"};
  auto elements = slice_array(events);
  if (elements.ok() && elements->size() > kMaxPushEvents)
    return Error{ErrorCode::too_large,
                 "more than " + std::to_string(kMaxPushEvents) + " events; send fewer at once"};
  return elements;
}

std::string encode_push_answer(const PushAnswer& answer) {
  json results = json::array();
  for (const PushResult& result : answer.results) {
    json row = {{"id", result.id},
                {"outcome", kOutcomes[static_cast<std::size_t>(result.outcome)]}};
    if (result.outcome == PushOutcome::placed) row["seq"] = result.seq;
    if (result.error) {
      row["code"] = error_name(result.error->code);
      row["message"] = result.error->message;
    }
    results.push_back(std::move(row));
  }
  return dump_json({{"epoch", answer.epoch}, {"results", std::move(results)}});
}

Result<PushAnswer> decode_push_answer(std::string_view body) {
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "answer", ErrorCode::invalid_json);
  PushAnswer answer;
  answer.epoch = fields.text("epoch", 16);
  const json* results = fields.find("results");
  if (!results || !results->is_array())
    fields.fail("results", "must be an array");
  else
    for (const json& result : *results) answer.results.push_back(read_result(result, fields));
  if (!fields.ok()) return fields.error();
  return answer;
}

std::string encode_page(const Page& page) {
  std::string text = dump_json({{"since", encode_cursor(page.since)},
                                {"cursor", encode_cursor(page.cursor)},
                                {"more", page.more},
                                {"time", page.hub_time}});
  text.back() = ',';  // the events go in as they were written
  text += "\"events\":[";
  for (std::size_t i = 0; i < page.events.size(); ++i) {
    if (i > 0) text += ',';
    text += "{\"seq\":" + std::to_string(page.events[i].seq) + ",\"event\":" + page.events[i].body +
            '}';
  }
  return text + "]}";
}

Result<Page> decode_page(std::string_view body) {
  if (auto checked = check_json_limits(body, kPageLimits); !checked) return checked.error();
  auto slices = Slices::of(body);
  if (!slices) return slices.error();
  auto parsed = parse_json(slices->without("events"));
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "page", ErrorCode::invalid_json);
  Page page;
  page.since = read_cursor(fields, "since");
  page.cursor = read_cursor(fields, "cursor");
  page.more = fields.boolean("more", false);
  page.hub_time = fields.integer("time", 0, kMaxInteger, 0);
  auto elements = slice_array((*slices)["events"]);
  if (!elements) return elements.error();
  Seq last = page.since.seq;
  for (const std::string_view element : *elements) {
    auto placed = read_placed(element);
    if (!placed) return placed.error();
    if (placed->seq <= last || placed->seq > page.cursor.seq)
      fields.fail("events", "are out of order");
    last = placed->seq;
    page.events.push_back(std::move(*placed));
  }
  if (page.since.epoch != page.cursor.epoch || page.since.seq > page.cursor.seq)
    fields.fail("cursor", "lies before since");
  if (!fields.ok()) return fields.error();
  return page;
}

std::string encode_checkpoint(const Checkpoint& checkpoint) {
  return dump_json({{"cursor", encode_cursor(checkpoint.cursor)}, {"time", checkpoint.hub_time}});
}

Result<Checkpoint> decode_checkpoint(std::string_view body) {
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "checkpoint", ErrorCode::invalid_json);
  Checkpoint checkpoint{read_cursor(fields, "cursor"), fields.integer("time", 0, kMaxInteger, 0)};
  if (!fields.ok()) return fields.error();
  return checkpoint;
}

std::string encode_bye(const Bye& bye) {
  return dump_json({{"reason", bye.reason}, {"retry_after_ms", bye.retry_after_ms}});
}

Result<Bye> decode_bye(std::string_view body) {
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "bye", ErrorCode::invalid_json);
  Bye bye{fields.text("reason", kMaxReasonBytes, ""),
          fields.integer("retry_after_ms", 0, kMaxInteger, 0)};
  if (!fields.ok()) return fields.error();
  return bye;
}

std::string encode_typing_request(std::string_view conversation) {
  return dump_json(JsonObject().text("conversation", conversation).take());
}

Result<std::string> decode_typing_request(std::string_view body) {
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "typing", ErrorCode::invalid_command);
  std::string conversation = fields.text("conversation", kMaxNameBytes);
  if (!fields.ok()) return fields.error();
  return conversation;
}

std::string encode_typing_notice(const TypingNotice& notice) {
  return dump_json({{"conversation", notice.conversation},
                    {"actor", to_string(notice.actor.kind)},
                    {"id", notice.actor.id}});
}

Result<TypingNotice> decode_typing_notice(std::string_view body) {
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "typing", ErrorCode::invalid_json);
  TypingNotice notice{fields.text("conversation", kMaxNameBytes), {}};
  const auto kind = actor_kind_from(fields.text("actor", kMaxNameBytes));
  if (!kind) fields.fail("actor", "must be customer, agent or system");
  notice.actor = {kind.value_or(ActorKind::customer), fields.text("id", kMaxNameBytes)};
  if (!fields.ok()) return fields.error();
  return notice;
}

std::string encode_token_request(const TokenRequest& request) {
  return dump_json(JsonObject()
                       .text("actor", to_string(request.actor.kind))
                       .text("id", request.actor.id)
                       .text("secret", request.secret)
                       .take());
}

Result<TokenRequest> decode_token_request(std::string_view body) {
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "request", ErrorCode::invalid_event);
  TokenRequest request;
  const auto kind = actor_kind_from(fields.text("actor", 16));
  if (!kind || *kind == ActorKind::system) fields.fail("actor", "must be customer or agent");
  request.actor = {kind.value_or(ActorKind::customer), fields.text("id", 36)};
  request.secret = fields.text("secret", 256);
  if (!fields.ok()) return fields.error();
  return request;
}

std::string encode_token_answer(const TokenAnswer& answer) {
  return dump_json({{"token", answer.token}, {"expires_in_ms", answer.expires_in_ms}});
}

Result<TokenAnswer> decode_token_answer(std::string_view body) {
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "answer", ErrorCode::invalid_json);
  TokenAnswer answer{fields.text("token", kMaxTokenBytes),
                     fields.integer("expires_in_ms", 0, kMaxInteger)};
  // It goes into a header, where a line's end would begin another field.
  const bool visible = std::all_of(answer.token.begin(), answer.token.end(),
                                   [](char c) { return c > ' ' && c < 0x7f; });
  if (answer.token.empty() || !visible) fields.fail("token", "must be of visible ASCII characters");
  if (!fields.ok()) return fields.error();
  return answer;
}

std::string encode_problem(const Problem& problem) {
  const ErrorCode code = problem.error.code;
  json document = {{"type", "/problems/" + std::string(error_name(code))},
                   {"title", error_meaning(code)},
                   {"status", error_http_status(code)},
                   {"detail", problem.error.message}};
  if (!problem.epoch.empty()) document["epoch"] = problem.epoch;
  return dump_json(document);
}

std::optional<Problem> decode_problem(std::string_view body) {
  static constexpr std::string_view kPrefix = "/problems/";
  auto parsed = parse_bounded(body, kSmallLimits);
  if (!parsed) return std::nullopt;
  JsonFields fields(*parsed, "problem", ErrorCode::invalid_json);
  const std::string type = fields.text("type", 256);
  Problem problem;
  problem.error.message = fields.text("detail", kMaxReasonBytes, "");
  problem.epoch = fields.text("epoch", 16, "");
  if (!fields.ok() || !type.starts_with(kPrefix)) return std::nullopt;
  problem.error.code = error_from_name(type.substr(kPrefix.size()), ErrorCode::network_failed);
  return problem;
}

}  // namespace deskbell
