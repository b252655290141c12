#include "core/doctor/recount.h"

#include <algorithm>

#include "core/doctor/findings.h"
#include "core/store/database.h"
#include "core/view/views.h"

namespace deskbell {

void Recount::add(const Event& event, Seq seq, Seq position) {
  note_handler(event);
  if (std::holds_alternative<MessagePosted>(event.payload)) {
    conversations_[event.conversation].messages.emplace_back(
        position, event.author.kind == ActorKind::customer);
  } else if (const auto* receipt = std::get_if<ReceiptRead>(&event.payload)) {
    // Nobody can have read what was placed after his receipt.
    const Seq up_to = seq > 0 ? std::min(receipt->up_to, seq) : receipt->up_to;
    Seq& read = conversations_[event.conversation].read[{event.author.kind, event.author.id}];
    read = std::max(read, up_to);
  } else if (std::holds_alternative<SurveyAnswered>(event.payload)) {
    ++conversations_[event.conversation].survey_answers;
  }
}

/// While the robot sees to a conversation, the team is called to none of it; but to what the robot
/// did nothing about.
void Recount::note_handler(const Event& event) {
  const Payload& payload = event.payload;
  if (event.conversation.empty()) return;
  HandledBy& by = conversations_[event.conversation].handled_by;
  const auto* assigned = std::get_if<ConversationAssigned>(&payload);
  const bool by_agent = event.author.kind == ActorKind::agent;
  const bool message = std::holds_alternative<MessagePosted>(payload);
  if (std::holds_alternative<ConversationResolved>(payload))
    by = HandledBy::nobody;
  else if ((assigned && !assigned->agent.empty()) ||
           (message && by_agent) ||
           std::holds_alternative<ConversationHandedOver>(payload))
    by = HandledBy::people;
  else if (by == HandledBy::robot && message)
    by = HandledBy::nobody;
  else if (by == HandledBy::nobody && is_robot_step(payload))
    by = HandledBy::robot;
}

void Recount::check_unread(Database& database, const std::optional<Actor>& owner,
                           Findings& findings) const {
  for (const auto& [id, conversation] : conversations_) {
    if (owner) {
      check_reader(database, id, conversation, *owner, findings);
      continue;
    }
    const auto customer = database.text("SELECT customer FROM conversation WHERE id = ?", id);
    if (!customer) continue;
    const std::pair of_customer(ActorKind::customer, *customer);
    if (!conversation.read.contains(of_customer))
      check_reader(database, id, conversation, {ActorKind::customer, *customer}, findings);
    for (const auto& [reader, read] : conversation.read)
      check_reader(database, id, conversation, {reader.first, reader.second}, findings);
  }
}

void Recount::check_reader(Database& database, const std::string& id,
                           const Conversation& conversation, const Actor& reader,
                           Findings& findings) const {
  const auto view = Views(database, reader).conversation(id);
  if (!view) return;  // messages without a conversation: shown to nobody, counted by nobody
  const auto mark = conversation.read.find({reader.kind, reader.id});
  const Seq read = mark == conversation.read.end() ? 0 : mark->second;
  const bool is_customer = reader.kind == ActorKind::customer;
  const bool called = is_customer || conversation.handled_by != HandledBy::robot;
  const auto unread =
      !called ? 0
              : std::count_if(conversation.messages.begin(), conversation.messages.end(),
                              [&](const auto& message) {
                                return message.second != is_customer && message.first > read;
                              });
  if (unread == view->unread) return;
  findings.add("unread_wrong", "The conversation " + id + " shows " + std::to_string(view->unread) +
                                   " unread messages to " + std::string(to_string(reader.kind)) +
                                   ' ' + reader.id + "; counted from the events it is " +
                                   std::to_string(unread) + '.');
}

void Recount::check_surveys(Findings& findings) const {
  for (const auto& [id, conversation] : conversations_)
    if (conversation.survey_answers > 1)
      findings.add("survey_twice", "The survey of conversation " + id + " was answered " +
                                       std::to_string(conversation.survey_answers) +
                                       " times; only the first answer may be in the history.");
}

}  // namespace deskbell
