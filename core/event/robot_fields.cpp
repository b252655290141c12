#include "core/event/robot_fields.h"

#include <array>

#include "core/event/event.h"
#include "core/event/id.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kHours = {"always", "closed", "never"};
constexpr std::size_t kMaxRobotTextBytes = 1024;
constexpr std::size_t kMaxHandoverWords = 64;
constexpr int kMostWrong = 50;
constexpr int kMostMisses = 5;

std::string read_id(JsonFields& fields, const char* name) {
  std::string id = fields.text(name, kMaxNameBytes);
  if (fields.ok() && !is_id(id)) fields.fail(name, "must be a UUID in lower case");
  return id;
}

std::vector<std::string> read_short_texts(JsonFields& fields, const char* name, std::size_t least,
                                          std::size_t most) {
  std::vector<std::string> texts;
  const json* list = fields.find(name);
  const std::string bounds =
      "must be an array of " + std::to_string(least) + " to " + std::to_string(most) + " texts";
  if (!list && least == 0) return texts;
  if (!list || !list->is_array() || list->size() < least || list->size() > most)
    return fields.fail(name, bounds), texts;
  for (const json& text : *list) {
    if (!text.is_string() || text.get_ref<const std::string&>().empty() ||
        text.get_ref<const std::string&>().size() > kMaxNameBytes)
      return fields.fail(name, "must be short texts"), texts;
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

RobotPolicy read_policy(JsonFields& fields) {
  RobotPolicy policy;
  const std::string works = fields.text("works", kMaxNameBytes, "always");
  bool known = false;
  for (std::size_t i = 0; i < kHours.size(); ++i) {
    if (kHours[i] != works) continue;
    policy.works = static_cast<RobotHours>(i);
    known = true;
  }
  if (!known) fields.fail("works", "must be always, closed or never");
  policy.name = fields.text("name", kMaxNameBytes, "");
  policy.greeting = fields.text("greeting", kMaxRobotTextBytes, "");
  policy.away = fields.text("away", kMaxRobotTextBytes, "");
  policy.wrong_in_100 =
      static_cast<int>(fields.integer("wrong_in_100", 1, kMostWrong, policy.wrong_in_100));
  policy.misses = static_cast<int>(fields.integer("misses", 1, kMostMisses, policy.misses));
  policy.handover_words = read_short_texts(fields, "handover_words", 0, kMaxHandoverWords);
  return policy;
}

}  // namespace

std::string read_robot(JsonFields& fields) {
  const json* robot = fields.find("robot");
  if (!robot) return "";
  JsonFields inner(*robot, "data.robot", ErrorCode::invalid_event);
  const RobotPolicy policy = read_policy(inner);
  if (!inner.ok()) return fields.fail(inner.error()), "";
  return dump_json(JsonObject()
                       .text("works", kHours[static_cast<std::size_t>(policy.works)])
                       .text("name", policy.name)
                       .text("greeting", policy.greeting)
                       .text("away", policy.away)
                       .number("wrong_in_100", policy.wrong_in_100)
                       .number("misses", policy.misses)
                       .put("handover_words", policy.handover_words)
                       .take());
}

RobotPolicy robot_policy(const std::string& text) {
  const json parsed = rich_json(text);
  if (!parsed.is_object()) return {};
  JsonFields fields(parsed, "robot", ErrorCode::invalid_event);
  RobotPolicy policy = read_policy(fields);
  return fields.ok() ? policy : RobotPolicy{};
}

Payload read_robot_answered(JsonFields& fields) {
  return RobotAnswered{read_id(fields, "message"), read_id(fields, "answer"),
                       fields.text("language", kMaxNameBytes, "")};
}

Payload read_robot_offered(JsonFields& fields) {
  RobotOffered offered{read_id(fields, "message"),
                       read_short_texts(fields, "answers", 1, kMostOffered),
                       fields.text("language", kMaxNameBytes, "")};
  for (const std::string& answer : offered.answers)
    if (!is_id(answer)) fields.fail("answers", "must be UUIDs in lower case");
  return offered;
}

Payload read_robot_asked(JsonFields& fields) {
  return RobotAsked{read_id(fields, "message"), read_id(fields, "answer"),
                    read_short_texts(fields, "fields", 1, kMaxAskedFields),
                    fields.text("language", kMaxNameBytes, "")};
}

Payload read_robot_missed(JsonFields& fields) {
  return RobotMissed{read_id(fields, "message")};
}

Payload read_answer_chosen(JsonFields& fields) {
  return AnswerChosen{read_id(fields, "step"), read_id(fields, "answer"),
                      fields.text("language", kMaxNameBytes, "")};
}

Payload read_answer_rated(JsonFields& fields) {
  const AnswerRated rated{read_id(fields, "step"), fields.boolean("helpful", false)};
  if (!fields.find("helpful")) fields.fail("helpful", "must be true or false");
  return rated;
}

Payload read_handed_over(JsonFields& fields) {
  const auto reason = hand_over_reason_from(fields.text("reason", kMaxNameBytes));
  if (!reason) fields.fail("reason", "must be requested, complaint, keyword, missed or unhelpful");
  ConversationHandedOver over{reason.value_or(HandOverReason::requested)};
  if (fields.find("message")) over.message = read_id(fields, "message");
  over.away = fields.boolean("away", false);
  return over;
}

}  // namespace deskbell
