#include "core/sync/robot_turn.h"

#include <nlohmann/json.hpp>

#include "core/answer/template.h"
#include "core/desk/office_hours.h"
#include "core/event/answer_fields.h"
#include "core/event/json_fields.h"
#include "core/event/rich_fields.h"
#include "core/event/robot_fields.h"
#include "core/fold/robot_kinds.h"
#include "core/store/database.h"
#include "core/view/answer_book.h"
#include "core/view/views.h"

namespace deskbell {
namespace {

using nlohmann::json;

bool is_desk_open(const std::string& hours, Millis now) {
  if (hours.empty()) return true;  // the site does not say when nobody is there
  const auto parsed = parse_office_hours(hours);
  return !parsed.ok() || desk_state(*parsed, now).open;
}

RobotMemory memory_of(Database& database, const std::string& conversation) {
  static constexpr std::string_view kSteps = R"sql(
    SELECT s.kind, s.answers, s.helpful
    FROM robot_step AS s JOIN conversation AS c ON c.id = s.conversation
    WHERE s.conversation = ? AND s.position > c.handled_since ORDER BY s.position)sql";
  RobotMemory memory;
  memory.with_people = database.integer("SELECT handled_by FROM conversation WHERE id = ?",
                                        conversation) == static_cast<int>(HandledBy::people);
  for (Query row = database.query(kSteps, conversation); row.next();) {
    const auto kind = static_cast<RobotKind>(row.integer(0));
    const bool said = kind == RobotKind::answered || kind == RobotKind::chosen;
    // An offer that nobody chose from has missed as well, and so has a form that nobody filled in.
    if (kind == RobotKind::missed || kind == RobotKind::offered || kind == RobotKind::asked)
      ++memory.misses;
    if (said) memory.misses = 0;
    if (!said && kind != RobotKind::asked) continue;
    const json answers = rich_json(row.text(1));
    if (!answers.is_array() || answers.empty()) continue;
    memory.last_answer = answers.front().value("id", "");
    if (!row.is_null(2) && row.integer(2) == 0) memory.unhelpful.insert(memory.last_answer);
  }
  return memory;
}

using Values = std::map<std::string, std::string>;

/// What is known of a customer, and of the order that is spoken of.
Values values_of(Database& database, const std::string& customer, const std::string& conversation) {
  return Views(database, {ActorKind::customer, customer}).values_for(customer, conversation);
}

/// What of a text is not known of its customer and can be asked of him; nothing where it lacks
/// something else, which would be shown to him in braces.
std::optional<std::vector<std::string>> to_ask(const std::string& text, const Values& values) {
  constexpr std::string_view kOfCustomer = "customer.";
  std::vector<std::string> names;
  for (const std::string& name : fill_template(text, values).missing) {
    if (!name.starts_with(kOfCustomer)) return std::nullopt;
    names.push_back(name.substr(kOfCustomer.size()));
    if (!is_attribute_name(names.back())) return std::nullopt;
  }
  if (names.size() > kMaxAskedFields) return std::nullopt;
  return names;
}

/// Of what was found, what may be said to this customer now; with what his answer would lack.
Heard checked(Database& database, const std::string& customer, const std::string& conversation,
              const FinderSays& says, Millis now) {
  const Values values = values_of(database, customer, conversation);
  const AnswerBook book(database);
  Heard heard = says.heard;
  heard.found.clear();
  for (const HeardAnswer& one : says.heard.found) {
    const auto known = book.entry(one.answer);
    if (!known || !is_for_customers(known->entry, now)) continue;
    auto missing = to_ask(text_in(known->entry, says.language).text, values);
    if (missing) heard.found.push_back({one.answer, one.confidence, *std::move(missing)});
  }
  return heard;
}

Payload step_of(const RobotMove& move, const std::string& message, const std::string& language,
                bool desk_open) {
  switch (move.kind) {
    case RobotMove::Kind::answer:
      return RobotAnswered{message, move.answers.front(), language};
    case RobotMove::Kind::offer:
      return RobotOffered{message, move.answers, language};
    case RobotMove::Kind::ask:
      return RobotAsked{message, move.answers.front(), move.fields, language};
    case RobotMove::Kind::miss:
      return RobotMissed{message};
    case RobotMove::Kind::hand_over:
      break;
  }
  return ConversationHandedOver{move.reason, message, !desk_open};
}

}  // namespace

std::vector<Payload> robot_turn(Database& database, const std::string& conversation,
                                const std::string& message, const FinderSays& says, Millis now) {
  const auto customer =
      database.text("SELECT customer FROM conversation WHERE id = ?", conversation);
  if (!customer) return {};
  const Views views(database, {ActorKind::customer, *customer});
  const SiteView site = views.site();
  Heard heard = checked(database, *customer, conversation, says, now);
  heard.chosen = database.text("SELECT answer FROM message WHERE id = ?", message).value_or("");
  const bool desk_open = is_desk_open(site.hours, now);
  const auto move =
      robot_move(robot_policy(site.robot), memory_of(database, conversation), heard, desk_open);
  if (!move) return {};
  return {step_of(*move, message, says.language, desk_open)};
}

Payload robot_choice(Database& database, const std::string& conversation,
                     const AnswerChosen& chosen, Millis now) {
  const auto customer =
      database.text("SELECT customer FROM conversation WHERE id = ?", conversation);
  const auto known = AnswerBook(database).entry(chosen.answer);
  if (!customer || !known) return chosen;
  auto missing = to_ask(text_in(known->entry, chosen.language).text,
                        values_of(database, *customer, conversation));
  if (!missing) return robot_hand_over(database, HandOverReason::missed, chosen.step, now);
  if (missing->empty()) return chosen;
  return RobotAsked{chosen.step, chosen.answer, *std::move(missing), chosen.language};
}

std::vector<Payload> robot_turn_after_rating(Database& database, const std::string& conversation,
                                             const AnswerRated& rated, Millis now) {
  const bool with_robot = database.integer("SELECT handled_by FROM conversation WHERE id = ?",
                                           conversation) == static_cast<int>(HandledBy::robot);
  if (rated.helpful || !with_robot) return {};
  return {robot_hand_over(database, HandOverReason::unhelpful, rated.step, now)};
}

ConversationHandedOver robot_hand_over(Database& database, HandOverReason reason,
                                       std::string message, Millis now) {
  const std::string hours = Views(database, {}).site().hours;
  return {reason, std::move(message), !is_desk_open(hours, now)};
}

}  // namespace deskbell
