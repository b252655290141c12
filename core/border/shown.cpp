#include "core/border/shown.h"

#include <array>

#include "core/answer/template.h"
#include "core/border/robot_commands.h"
#include "core/event/json_object.h"
#include "core/view/site_json.h"
#include "core/view/views.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr std::int64_t kDefaultMessages = 200;
constexpr std::int64_t kMaxMessages = 10'000;
constexpr std::int64_t kDefaultAnswers = 10;

constexpr std::array<std::string_view, 5> kConnections = {"stopped", "offline", "connecting",
                                                          "live", "signed_out"};
constexpr std::array<std::string_view, 3> kHandlers = {"nobody", "robot", "people"};

template <class View>
json to_json(const std::vector<View>& views);

json survey_json(const SurveyView& survey) {
  return JsonObject()
      .flag("open", survey.open)
      .number("stars", survey.stars)
      .text("kind", to_string(survey.kind))
      .number("score", survey.score)
      .put("tags", rich_json(survey.tags))
      .text("comment", survey.comment)
      .take();
}

json to_json(const ConversationView& view) {
  return JsonObject()
      .text("id", view.id)
      .flag("resolved", view.resolved)
      .text("assignee_name", view.assignee_name)
      .number("last_at", view.last_at)
      .text("last_text", view.last_text)
      .text("handled_by", kHandlers[static_cast<std::size_t>(view.handled_by)])
      .number("unread", view.unread)
      .text("proactive", view.proactive)
      .put("survey", survey_json(view.survey))
      .take();
}

json to_json(const AttachmentView& view) {
  return JsonObject()
      .text("id", view.file.id)
      .text("name", view.file.name)
      .text("type", view.file.type)
      .number("size", view.file.size)
      .number("width", view.file.width)
      .number("height", view.file.height)
      .number("sent", view.sent)
      .text("state", to_string(view.state))
      .take();
}

json to_json(const MessageView& view) {
  return JsonObject()
      .text("id", view.id)
      .text("author", view.step ? "robot" : to_string(view.author.kind))
      .put("step", view.step ? to_json(*view.step) : json())
      .text("author_name", view.author_name)
      .flag("own", view.own)
      .number("at", view.at)
      .text("text", view.text)
      .put("replies", rich_json(view.replies))
      .put("cards", rich_json(view.cards))
      .put("attachments", to_json(view.attachments))
      .text("state", to_string(view.state))
      .put("error", view.refusal ? error_json(*view.refusal) : json())
      .take();
}

json to_json(const PastMessage& past) {
  json message = to_json(past.message);
  message["conversation"] = past.conversation;
  return message;
}

json to_json(const AnswerView& view) {
  return JsonObject()
      .text("id", view.id)
      .text("title", view.title)
      .text("text", view.text)
      .text("language", view.language)
      .text("category", view.category)
      .put("replies", rich_json(view.replies))
      .put("cards", rich_json(view.cards))
      .take();
}

template <class View>
json to_json(const std::vector<View>& views) {
  json list = json::array();
  for (const View& view : views) list.push_back(to_json(view));
  return list;
}

json customer_json(const CustomerView& customer) {
  return JsonObject()
      .text("id", customer.id)
      .text("name", customer.name)
      .text("email", customer.email)
      .put("attributes", customer.attributes)
      .take();
}

json transcript_json(const std::optional<TranscriptView>& view) {
  if (!view) return json();
  return JsonObject()
      .text("email", view->email)
      .flag("sent", view->sent)
      .put("error", view->error ? error_json(*view->error) : json())
      .take();
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

}  // namespace

std::string_view to_string(Connection connection) {
  return kConnections[static_cast<std::size_t>(connection)];
}

Result<nlohmann::json> panel(const Call& c) {
  const auto owner = c.owner();
  if (!owner) return owner.error();
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
  return JsonObject()
      .put("site", site_json(views.site(), c.now))
      .put("customer", customer_json(customer))
      .text("connection", to_string(c.engine.connection()))
      .number("unsent", static_cast<std::int64_t>(c.replica().unsent_count()))
      .number("unread", unread)
      .put("conversations", to_json(conversations))
      .put("conversation", shown ? to_json(*shown) : json())
      .put("transcript", shown ? transcript_json(views.transcript(shown->id)) : json())
      .put("typing", shown ? typing_json(c.engine, views, shown->id) : json::array())
      .put("messages", shown ? messages_json(c.replica(), views, *shown, limit) : json::array())
      .take();
}

Result<nlohmann::json> transcript(const Call& c) {
  const auto owner = c.owner();
  if (!owner) return owner.error();
  const auto limit = c.fields.integer("limit", 1, kMaxMessages, kMaxMessages);
  if (!c.fields.ok()) return c.fields.error();
  const Views views(c.replica().database(), owner->actor);
  return to_json(views.past_messages(static_cast<std::size_t>(limit)));
}

Result<nlohmann::json> read_answer(const Call& c) {
  const auto owner = c.owner();
  if (!owner) return owner.error();
  const std::string id = c.text("id");
  const std::string language = c.text("language", "");
  if (!c.fields.ok()) return c.fields.error();
  const Views views(c.replica().database(), owner->actor);
  auto found = views.answer(id, language);
  if (!found) return json();
  auto values = views.values_for(owner->actor.id);
  // A reader has no use for the names of what is not known.
  for (const std::string& name : fill_template(found->text, values).missing) values[name] = "…";
  found->text = fill_template(found->text, values, found->language).text;
  return to_json(*found);
}

Result<nlohmann::json> find_answers(const Call& c) {
  const auto owner = c.owner();
  if (!owner) return owner.error();
  const std::string words = c.text("words", "");
  const std::string language = c.text("language", "");
  const auto limit = c.fields.integer("limit", 1, 1000, kDefaultAnswers);
  if (!c.fields.ok()) return c.fields.error();
  const Views views(c.replica().database(), owner->actor);
  return to_json(views.find_answers(words, static_cast<std::size_t>(limit), c.now, language));
}

}  // namespace deskbell
