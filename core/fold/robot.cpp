#include <nlohmann/json.hpp>

#include "core/event/answer_fields.h"
#include "core/event/json_fields.h"
#include "core/event/json_object.h"
#include "core/event/robot_fields.h"
#include "core/fold/aggregates.h"
#include "core/fold/robot_kinds.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

using nlohmann::json;

/// What the book says just now, as it is kept with the step; null when it has no such answer for
/// customers.
json answer_of_book(const FoldContext& c, const std::string& id, const std::string& language,
                    bool with_text) {
  static constexpr std::string_view kAnswer =
      "SELECT title, text, language, details FROM answer WHERE id = ? AND scope = 0";
  Query row = c.database.query(kAnswer, id);
  if (!row.next()) return {};
  AnswerPublished entry;
  entry.title = row.text(0);
  entry.text = row.text(1);
  entry.language = row.text(2);
  set_entry_details(entry, row.text(3));
  const AnswerText words = text_in(entry, language);
  json answer = JsonObject().text("id", id).text("title", words.title).take();
  if (!with_text) return answer;
  const auto put = [&](const char* name, const std::string& value) {
    if (!value.empty()) answer[name] = value;
  };
  put("text", words.text);
  put("language", words.language);
  put("replies", entry.replies);
  put("cards", entry.cards);
  put("attachments", entry.attachments);
  return answer;
}

json list_of(const json& answer) {
  json list = json::array();
  list.push_back(answer);
  return list;
}

/// A message is answered once, whoever else thinks that it is his turn.
void insert(const FoldContext& c, RobotKind kind, const std::string& message, const json& answers,
            const std::string& detail) {
  static constexpr std::string_view kInsert = R"sql(
    INSERT INTO robot_step (id, conversation, position, seq, at, kind, message, answers, detail)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
    WHERE ?7 = '' OR NOT EXISTS (SELECT 1 FROM robot_step WHERE conversation = ?2 AND message = ?7
                                     AND (kind = 5) = (?6 = 5))
    ON CONFLICT DO NOTHING)sql";
  const std::optional<Seq> seq = c.place.seq > 0 ? std::optional(c.place.seq) : std::nullopt;
  c.database.run(kInsert, c.event.id, c.event.conversation, c.place.position, seq, c.event.at,
                 static_cast<int>(kind), message, answers.empty() ? "" : dump_json(answers),
                 detail);
}

/// What the site says just now while nobody is there, kept as an answer is; an empty text where it
/// says nothing of its own.
json away_line(const FoldContext& c) {
  const auto robot = c.database.text("SELECT value FROM site_setting WHERE name = 'robot'");
  return list_of(JsonObject().text("text", robot_policy(robot.value_or("")).away).take());
}

void begin(const FoldContext& c) {
  c.database.run("UPDATE conversation SET handled_by = 1 WHERE id = ? AND handled_by = 0",
                 c.event.conversation);
}

void give(const FoldContext& c, RobotKind kind, const std::string& message,
          const std::string& answer, const std::string& language) {
  begin(c);
  const json known = answer_of_book(c, answer, language, /*with_text=*/true);
  if (!known.is_null()) insert(c, kind, message, list_of(known), "");
}

}  // namespace

void fold(const FoldContext& c, const RobotAnswered& step) {
  give(c, RobotKind::answered, step.message, step.answer, step.language);
}

void fold(const FoldContext& c, const RobotOffered& step) {
  begin(c);
  json answers = json::array();
  for (const std::string& answer : step.answers)
    if (json known = answer_of_book(c, answer, step.language, /*with_text=*/false);
        !known.is_null())
      answers.push_back(std::move(known));
  if (!answers.empty()) insert(c, RobotKind::offered, step.message, answers, "");
}

void fold(const FoldContext& c, const RobotAsked& step) {
  begin(c);
  const json known = answer_of_book(c, step.answer, step.language, /*with_text=*/false);
  if (!known.is_null())
    insert(c, RobotKind::asked, step.message, list_of(known), dump_json(step.fields));
}

void fold(const FoldContext& c, const RobotMissed& step) {
  begin(c);
  insert(c, RobotKind::missed, step.message, json::array(), "");
}

void fold(const FoldContext& c, const AnswerChosen& chosen) {
  give(c, RobotKind::chosen, chosen.step, chosen.answer, chosen.language);
}

void fold(const FoldContext& c, const AnswerRated& rated) {
  c.database.run("UPDATE robot_step SET helpful = ? WHERE id = ? AND conversation = ?",
                 rated.helpful, rated.step, c.event.conversation);
}

void fold(const FoldContext& c, const ConversationHandedOver& over) {
  if (c.database.integer("SELECT handled_by FROM conversation WHERE id = ?",
                         c.event.conversation) == 2)
    return;
  insert(c, RobotKind::handed_over, over.message, over.away ? away_line(c) : json::array(),
         std::string(to_string(over.reason)));
  hand_to_people(c);
}

void hand_to_people(const FoldContext& c) {
  c.database.run("UPDATE conversation SET handled_by = 2 WHERE id = ?", c.event.conversation);
}

void take_from_robot(const FoldContext& c) {
  c.database.run("UPDATE conversation SET handled_by = 0 WHERE id = ? AND handled_by = 1",
                 c.event.conversation);
}

}  // namespace deskbell
