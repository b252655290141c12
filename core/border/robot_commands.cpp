#include "core/border/robot_commands.h"

#include "core/event/answer_fields.h"
#include "core/event/json_object.h"
#include "core/view/answer_book.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::size_t kMostFound = 32;
constexpr int kSure = 1000;

std::optional<HandOverReason> reason_for(const std::string& wish, JsonFields& fields) {
  if (wish.empty()) return std::nullopt;
  if (wish == "person") return HandOverReason::requested;
  if (wish == "complaint") return HandOverReason::complaint;
  if (wish != "site") fields.fail("wish", "must be person, complaint, site or empty");
  return HandOverReason::keyword;
}

const json* array_of(JsonFields& fields, const char* name) {
  const json* list = fields.find(name);
  if (list && list->is_array() && list->size() <= kMostFound) return list;
  fields.fail(name, "must be an array of at most " + std::to_string(kMostFound));
  return nullptr;
}

}  // namespace

std::optional<FinderSays> read_finder_says(JsonFields& fields) {
  const json* finder = fields.find("finder");
  if (!finder) return std::nullopt;
  JsonFields inner(*finder, "finder", ErrorCode::invalid_command);
  FinderSays says;
  if (const json* found = array_of(inner, "found")) {
    for (const json& one : *found) {
      JsonFields entry(one, "finder.found", ErrorCode::invalid_command);
      says.heard.found.push_back({entry.text("answer", kMaxNameBytes),
                                  static_cast<int>(entry.integer("confidence", 0, kSure))});
      if (!entry.ok()) inner.fail(entry.error());
    }
  }
  says.heard.wish = reason_for(inner.text("wish", kMaxNameBytes, ""), inner);
  says.heard.answer_at = static_cast<int>(inner.integer("answer_at", 0, kSure));
  says.heard.offer_at = static_cast<int>(inner.integer("offer_at", 0, kSure));
  says.language = inner.text("language", kMaxNameBytes, "");
  if (!inner.ok()) fields.fail(inner.error());
  return says;
}

json to_json(const RobotStepView& step) {
  json answers = json::array();
  for (const BookAnswer& answer : step.answers)
    answers.push_back(JsonObject()
                          .text("id", answer.id)
                          .text("title", answer.title)
                          .text("text", answer.text)
                          .take());
  return JsonObject()
      .text("kind", step.kind)
      .put("answers", std::move(answers))
      .put("fields", step.fields)
      .text("reason", step.reason)
      .flag("away", step.away)
      .put("helpful", step.helpful ? json(*step.helpful) : json())
      .flag("open", step.open)
      .take();
}

Result<json> answers_named(const Call& c) {
  const auto owner = c.owner();
  if (!owner) return owner.error();
  const json* ids = array_of(c.fields, "ids");
  if (!c.fields.ok()) return c.fields.error();
  const std::string language = c.text("language", "");
  if (!c.fields.ok()) return c.fields.error();
  const AnswerBook book(c.replica().database());
  json named = json::array();
  for (const json& id : *ids) {
    if (!id.is_string()) continue;
    // The index may be older than the book: what is gone is gone.
    const auto answer = book.entry(id.get_ref<const std::string&>());
    if (answer && is_for_customers(answer->entry, c.now))
      named.push_back(
          JsonObject().put("id", id).text("title", text_in(answer->entry, language).title).take());
  }
  return named;
}

Result<json> choose_answer(const Call& c) {
  const std::string conversation = c.text("conversation");
  const AnswerChosen chosen{c.text("step"), c.text("answer"), c.text("language", "")};
  if (!c.fields.ok()) return c.fields.error();
  if (auto done = c.replica().choose_answer(conversation, chosen, c.now); !done)
    return done.error();
  return json();
}

Result<json> rate_answer(const Call& c) {
  const std::string conversation = c.text("conversation");
  const AnswerRated rated{c.text("step"), c.fields.boolean("helpful", false)};
  if (!c.fields.ok()) return c.fields.error();
  if (auto done = c.replica().rate_answer(conversation, rated, c.now); !done) return done.error();
  return json();
}

Result<json> hand_over(const Call& c) {
  const std::string conversation = c.text("conversation");
  if (!c.fields.ok()) return c.fields.error();
  if (auto done = c.replica().hand_over(conversation, c.now); !done) return done.error();
  return json();
}

}  // namespace deskbell
