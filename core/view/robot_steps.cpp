// The robot's part of a conversation, as screens show it.

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/answer/template.h"
#include "core/event/json_fields.h"
#include "core/fold/robot_kinds.h"
#include "core/store/database.h"
#include "core/view/spoken_order.h"
#include "core/view/views.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> kKinds = {"answered", "offered", "asked",
                                                    "missed",   "chosen",  "handed_over"};

std::vector<BookAnswer> answers_of(std::string_view text,
                                   const std::map<std::string, std::string>& values) {
  std::vector<BookAnswer> answers;
  const json list = rich_json(text);
  if (!list.is_array()) return answers;
  // The store's own, which the fold has written.
  for (const json& one : list)
    answers.push_back({one.value("id", ""), one.value("title", ""),
                       fill_template(one.value("text", ""), values, one.value("language", "")).text,
                       one.value("replies", ""), one.value("cards", ""),
                       one.value("attachments", "")});
  return answers;
}

RobotStepView read_step(const Query& row, const std::map<std::string, std::string>& values) {
  const auto kind = static_cast<std::size_t>(row.integer(2));
  RobotStepView step;
  step.kind = kind < kKinds.size() ? kKinds[kind] : "";
  step.answers = answers_of(row.text(3), values);
  if (step.kind == "asked") {
    if (const json fields = rich_json(row.text(4)); fields.is_array())
      step.fields = fields.get<std::vector<std::string>>();
  } else {
    step.reason = row.text(4);
  }
  if (!row.is_null(5)) step.helpful = row.integer(5) != 0;
  return step;
}

}  // namespace

std::map<std::string, std::string> Views::values_for(std::string_view customer,
                                                     std::string_view conversation,
                                                     Seq before) const {
  std::map<std::string, std::string> values{{"site.name", site().name}};
  const auto known = this->customer(customer);
  if (!known) return values;
  values.merge(spoken_order(database_, conversation, known->attributes, before));
  const auto put = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) values["customer." + name] = value;
  };
  for (const auto& [name, value] : known->attributes) put(name, value);
  put("name", known->name);
  put("email", known->email);
  return values;
}

std::string robot_attachments(Database& database, std::string_view step) {
  const auto said = database.text("SELECT answers FROM robot_step WHERE id = ?", step);
  for (const BookAnswer& answer : answers_of(said.value_or(""), {})) return answer.attachments;
  return "";
}

void Views::append_steps(std::string_view conversation, std::size_t limit,
                         std::vector<Positioned>& messages) const {
  static constexpr std::string_view kLast = R"sql(
    SELECT s.id, s.at, s.kind, s.answers, s.detail, s.helpful, coalesce(s.seq, o.seq), s.position,
           c.customer, c.handled_by
    FROM robot_step AS s JOIN conversation AS c ON c.id = s.conversation
    LEFT JOIN outbox AS o ON o.id = s.id
    WHERE s.conversation = ? ORDER BY s.position DESC LIMIT ?)sql";
  const std::size_t others = messages.size();
  bool with_robot = false;
  for (Query row = database_.query(kLast, conversation, limit); row.next();) {
    // Few steps name anything that is known, and looking it up reads messages.
    std::map<std::string, std::string> values;
    if (row.text(3).find("{{") != std::string_view::npos)
      values = values_for(row.text(8), conversation, row.integer(7));
    with_robot = row.integer(9) == static_cast<int>(HandledBy::robot);
    MessageView view;
    view.id = row.text(0);
    view.author = {ActorKind::system, ""};
    view.at = row.integer(1);
    view.state = row.is_null(6) ? MessageState::saved : MessageState::sent;
    view.step = read_step(row, values);
    if (view.step->answers.size() == 1) {
      const BookAnswer& said = view.step->answers.front();
      view.text = said.text;
      view.replies = said.replies;
      view.cards = said.cards;
      view.attachments = attachments(view.id, said.attachments);
    }
    if (view.step->kind == "handed_over") {
      view.step->away = !view.step->answers.empty();
      view.step->answers.clear();
    }
    // Few among many that are in order: to sort them all would weigh 4 KB in a browser.
    const std::int64_t position = row.integer(7);
    const auto after = std::find_if(messages.rbegin(), messages.rend(), [&](const auto& one) {
      return one.position < position;
    });
    messages.insert(after.base(), {position, std::move(view)});
  }
  if (messages.size() == others) return;
  if (messages.size() > limit)
    messages.erase(messages.begin(), messages.end() - static_cast<std::ptrdiff_t>(limit));
  if (auto& last = messages.back().message; last.step && with_robot) last.step->open = true;
}

}  // namespace deskbell
