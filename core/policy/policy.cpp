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
  Permission operator()(const AnswerDrafted&) const { return {false, true, true, false}; }
  Permission operator()(const AnswerGuided&) const { return {false, true, true, false}; }
  Permission operator()(const SiteUpdated&) const { return {false, false, true, false}; }
  Permission operator()(const TranscriptRequested&) const { return {true, true, false, true}; }
  Permission operator()(const TranscriptSent&) const { return {false, false, true, true}; }
  Permission operator()(const TranscriptFailed&) const { return {false, false, true, true}; }
  // The robot acts on the device of the customer who wrote; where he has none (mail, say), the hub
  // is to act for him, as the system.
  Permission operator()(const RobotAnswered&) const { return {true, false, true, true}; }
  Permission operator()(const RobotOffered&) const { return {true, false, true, true}; }
  Permission operator()(const RobotAsked&) const { return {true, false, true, true}; }
  Permission operator()(const RobotMissed&) const { return {true, false, true, true}; }
  Permission operator()(const AnswerChosen&) const { return {true, false, false, true}; }
  Permission operator()(const AnswerRated&) const { return {true, false, false, true}; }
  Permission operator()(const ConversationHandedOver&) const { return {true, false, true, true}; }
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
    if (auto checked = check_answer_owner(answer.answer, answer.scope); !checked) return checked;
    const auto scope = database.integer("SELECT scope FROM answer WHERE id = ?", answer.answer);
    if (scope && static_cast<int>(answer.scope) > *scope) return refuse(ErrorCode::scope_narrowed);
    return {};
  }

  Result<void> operator()(const AnswerDrafted& draft) const {
    return check_answer_owner(draft.entry.answer, draft.entry.scope);
  }

  Result<void> operator()(const AnswerGuided& guide) const {
    if (!has_draft(guide.answer) && !is_visible(guide.answer))
      return refuse(ErrorCode::unknown_answer);
    return check_answer_owner(guide.answer, AnswerScope::team);
  }

  Result<void> operator()(const AnswerWithdrawn& answer) const {
    if (!(answer.draft ? has_draft(answer.answer) : is_visible(answer.answer)))
      return refuse(ErrorCode::unknown_answer);
    return {};
  }

  Result<void> operator()(const TranscriptRequested&) const {
    if (database.text("SELECT value FROM site_setting WHERE name = 'mail'") != "1")
      return refuse(ErrorCode::mail_off);
    if (database.integer(kWaiting, event.conversation, nullptr))
      return refuse(ErrorCode::mail_waiting);
    if (database.integer("SELECT count(*) FROM transcript WHERE conversation = ?",
                         event.conversation) >= kMaxTranscripts)
      return refuse(ErrorCode::mail_limit);
    return {};
  }
  Result<void> operator()(const TranscriptSent& sent) const { return check_waiting(sent.request); }
  Result<void> operator()(const TranscriptFailed& failed) const {
    return check_waiting(failed.request);
  }
  /// A request without an end; that one, or any.
  static constexpr std::string_view kWaiting = R"sql(
    SELECT 1 FROM transcript
    WHERE conversation = ?1 AND request = coalesce(?2, request) AND sent = 0 AND reason = '')sql";
  Result<void> check_waiting(const std::string& request) const {
    if (!database.integer(kWaiting, event.conversation, request))
      return refuse(ErrorCode::not_found);
    return {};
  }

  /// What is an agent's own only that agent may change; the site itself has nothing of its own.
  Result<void> check_answer_owner(const std::string& answer, AnswerScope scope) const {
    if (scope == AnswerScope::own && event.author.kind != ActorKind::agent)
      return not_allowed(event);
    const auto owner = database.text("SELECT owner FROM answer WHERE id = ?", answer);
    if (owner && !owner->empty() && *owner != event.author.id) return not_allowed(event);
    return {};
  }
  /// An entry that the author sees; somebody else's own one looks like none at all.
  bool is_visible(const std::string& answer) const {
    return database
        .integer("SELECT 1 FROM answer WHERE id = ? AND owner IN ('', ?)", answer, event.author.id)
        .has_value();
  }
  bool has_draft(const std::string& answer) const {
    return database
        .integer("SELECT 1 FROM answer_draft WHERE answer = ? AND owner IN ('', ?)", answer,
                 event.author.id)
        .has_value();
  }

  // The robot has the words of the book alone, and of it what customers may see.
  Result<void> of_book(const std::string& answer) const {
    if (!database.integer("SELECT 1 FROM answer WHERE id = ? AND scope = 0", answer))
      return refuse(ErrorCode::unknown_answer);
    return {};
  }
  Result<void> operator()(const RobotAnswered& step) const { return of_book(step.answer); }
  Result<void> operator()(const RobotAsked& step) const { return of_book(step.answer); }
  Result<void> operator()(const AnswerChosen& chosen) const { return of_book(chosen.answer); }
  Result<void> operator()(const RobotOffered& step) const {
    for (const std::string& answer : step.answers)
      if (auto checked = of_book(answer); !checked) return checked;
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
    case ErrorCode::attachment_missing:
    case ErrorCode::storage_failed:
    case ErrorCode::storage_full:
    case ErrorCode::overloaded:
      return true;
    default:
      return false;
  }
}

}  // namespace deskbell
