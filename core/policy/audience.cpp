#include "core/policy/audience.h"

#include "core/store/database.h"

namespace deskbell {
namespace {

struct AudienceRule {
  Database& database;
  const Event& event;

  template <class OfConversation>
  Visibility operator()(const OfConversation&) const {
    return of_customer(
        database.text("SELECT customer FROM conversation WHERE id = ?", event.conversation)
            .value_or(""));
  }

  Visibility operator()(const ConversationStarted&) const { return of_customer(event.author.id); }
  Visibility operator()(const CustomerUpdated& customer) const {
    return of_customer(customer.customer);
  }

  Visibility operator()(const UnknownPayload&) const { return {Audience::team, ""}; }
  Visibility operator()(const NoteAdded&) const { return {Audience::team, ""}; }

  Visibility operator()(const AgentUpdated&) const { return {Audience::everyone, ""}; }
  Visibility operator()(const SiteUpdated&) const { return {Audience::everyone, ""}; }
  Visibility operator()(const AnswerPublished& answer) const { return of_scope(answer.scope); }
  Visibility operator()(const AnswerWithdrawn& answer) const {
    const auto scope = database.integer("SELECT scope FROM answer WHERE id = ?", answer.answer);
    return of_scope(scope == static_cast<int>(AnswerScope::everyone) ? AnswerScope::everyone
                                                                     : AnswerScope::team);
  }

  static Visibility of_scope(AnswerScope scope) {
    return {scope == AnswerScope::team ? Audience::team : Audience::everyone, ""};
  }
  static Visibility of_customer(std::string customer) {
    if (customer.empty()) return {Audience::team, ""};
    return {Audience::conversation, std::move(customer)};
  }
};

}  // namespace

Visibility visibility_of(Database& database, const Event& event) {
  return std::visit(AudienceRule{database, event}, event.payload);
}

bool may_see(const Actor& reader, const Visibility& visibility) {
  if (reader.kind != ActorKind::customer) return true;
  if (visibility.audience == Audience::everyone) return true;
  return visibility.audience == Audience::conversation && visibility.customer == reader.id;
}

}  // namespace deskbell
