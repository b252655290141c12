#include "core/policy/policy.h"

#include "core/event/id.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

/// Which kinds of author may emit a type, and whether it belongs to a conversation.
struct Permission {
  bool customer;
  bool agent;
  bool system;
  bool in_conversation;
};

struct PermissionOf {
  Permission operator()(const UnknownPayload&) const { return {false, false, false, false}; }
  Permission operator()(const ConversationStarted&) const { return {true, false, false, true}; }
  Permission operator()(const MessagePosted&) const { return {true, true, false, true}; }
  Permission operator()(const ReceiptDelivered&) const { return {true, true, false, true}; }
  Permission operator()(const ReceiptRead&) const { return {true, true, false, true}; }
  Permission operator()(const NoteAdded&) const { return {false, true, false, true}; }
  Permission operator()(const ConversationAssigned&) const { return {false, true, false, true}; }
  Permission operator()(const ConversationResolved&) const { return {false, true, true, true}; }
  Permission operator()(const ConversationReopened&) const { return {true, true, false, true}; }
  Permission operator()(const SurveyAnswered&) const { return {true, false, false, true}; }
  Permission operator()(const CustomerUpdated&) const { return {true, true, true, false}; }
  Permission operator()(const AgentUpdated&) const { return {false, false, true, false}; }
  Permission operator()(const AnswerPublished&) const { return {false, true, true, false}; }
  Permission operator()(const AnswerWithdrawn&) const { return {false, true, true, false}; }
  Permission operator()(const SiteUpdated&) const { return {false, false, true, false}; }
};

Error refuse(ErrorCode code) {
  return {code, std::string(error_meaning(code))};
}

Error not_allowed(const Event& event) {
  return {ErrorCode::not_allowed, "A " + std::string(to_string(event.author.kind)) +
                                      " may not emit \"" + event.type + "\" here."};
}

Result<void> check_author(const Actor& actor, const Event& event) {
  if (event.author != actor) return refuse(ErrorCode::wrong_author);
  const Permission permission = std::visit(PermissionOf{}, event.payload);
  const bool allowed = actor.kind == ActorKind::customer ? permission.customer
                       : actor.kind == ActorKind::agent  ? permission.agent
                                                         : permission.system;
  if (!allowed) return not_allowed(event);
  if (permission.in_conversation == event.conversation.empty())
    return Error{ErrorCode::invalid_event, permission.in_conversation
                                               ? "The event needs a conversation."
                                               : "The event belongs to no conversation."};
  return {};
}

/// What the state has to say to an event whose author and form are right.
struct StateRule {
  Database& database;
  const Event& event;

  template <class T>
  Result<void> operator()(const T&) const {
    return {};
  }

  Result<void> operator()(const ConversationStarted&) const {
    if (database.integer("SELECT 1 FROM conversation WHERE id = ?", event.conversation))
      return refuse(ErrorCode::conversation_exists);
    return {};
  }

  Result<void> operator()(const MessagePosted& message) const {
    // Cards and ready answers are the site's to offer: a customer's would only deceive the team.
    if (event.author.kind == ActorKind::customer &&
        !(message.replies.empty() && message.cards.empty()))
      return not_allowed(event);
    if (event.author.kind != ActorKind::agent || !message.seen) return {};
    // In another history the number says nothing; a hub that is given back what it lost must not
    // hold it against the reply.
    if (message.seen->epoch != database.text("SELECT value FROM meta WHERE name = 'epoch'"))
      return {};
    static constexpr std::string_view kNewerByOthers = R"sql(
      SELECT 1 FROM message
      WHERE conversation = ? AND position > ? AND seq IS NOT NULL AND note = 0 AND author <> ?
      LIMIT 1)sql";
    if (database.integer(kNewerByOthers, event.conversation, message.seen->seq, event.author.id))
      return refuse(ErrorCode::stale_reply);
    return {};
  }

  Result<void> operator()(const ConversationAssigned& assigned) const {
    if (!assigned.agent.empty() &&
        !database.integer("SELECT 1 FROM agent WHERE id = ?", assigned.agent))
      return refuse(ErrorCode::unknown_agent);
    return {};
  }

  Result<void> operator()(const SurveyAnswered&) const {
    if (database.integer("SELECT 1 FROM survey_answer WHERE conversation = ?", event.conversation))
      return refuse(ErrorCode::survey_already_answered);
    if (!database.integer("SELECT 1 FROM conversation WHERE id = ? AND was_resolved",
                          event.conversation))
      return refuse(ErrorCode::survey_not_open);
    return {};
  }

  Result<void> operator()(const CustomerUpdated& customer) const {
    if (event.author.kind == ActorKind::customer && customer.customer != event.author.id)
      return not_allowed(event);
    // What the site's own server has proved stands under names that only the hub may write.
    for (const auto& [name, value] : customer.attributes)
      if (name.starts_with('_') && event.author.kind != ActorKind::system)
        return not_allowed(event);
    return {};
  }

  Result<void> operator()(const AnswerPublished& answer) const {
    const auto scope = database.integer("SELECT scope FROM answer WHERE id = ?", answer.answer);
    if (scope == static_cast<int>(AnswerScope::everyone) && answer.scope == AnswerScope::team)
      return refuse(ErrorCode::scope_narrowed);
    return {};
  }

  Result<void> operator()(const AnswerWithdrawn& answer) const {
    if (!database.integer("SELECT 1 FROM answer WHERE id = ?", answer.answer))
      return refuse(ErrorCode::unknown_answer);
    return {};
  }
};

/// The conversation must be there, and be the customer's own.
Result<void> check_conversation(Database& database, const Event& event) {
  if (event.conversation.empty() || std::holds_alternative<ConversationStarted>(event.payload))
    return {};
  const auto customer =
      database.text("SELECT customer FROM conversation WHERE id = ?", event.conversation);
  // Somebody else's conversation looks like none at all, so that ids cannot be probed.
  if (!customer || (event.author.kind == ActorKind::customer && *customer != event.author.id))
    return refuse(ErrorCode::unknown_conversation);
  return {};
}

}  // namespace

Result<void> check_policy(Database& database, const Actor& actor, const Event& event) {
  if (std::holds_alternative<UnknownPayload>(event.payload))
    return Error{ErrorCode::unknown_type, "This version does not know \"" + event.type + "\"."};
  if (auto checked = check_author(actor, event); !checked) return checked;
  if (auto checked = check_conversation(database, event); !checked) return checked;
  return std::visit(StateRule{database, event}, event.payload);
}

bool may_succeed_later(ErrorCode code) {
  switch (code) {
    case ErrorCode::unknown_conversation:
    case ErrorCode::storage_failed:
    case ErrorCode::storage_full:
    case ErrorCode::overloaded:
      return true;
    default:
      return false;
  }
}

}  // namespace deskbell
