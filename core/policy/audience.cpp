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
  Visibility operator()(const AnswerPublished& answer) const {
    return of_scope(answer.scope, event.author.id);
  }
  Visibility operator()(const AnswerDrafted& draft) const {
    return draft.entry.scope == AnswerScope::own ? own(event.author.id) : team();
  }
  Visibility operator()(const AnswerGuided& guide) const {
    const Visibility entry = of_entry(guide.answer);
    if (entry.audience == Audience::own) return entry;
    const bool only_own_draft = !is_known(guide.answer) && has_draft(guide.answer, event.author.id) &&
                                !has_draft(guide.answer, "");
    return only_own_draft ? own(event.author.id) : team();
  }
  Visibility operator()(const AnswerWithdrawn& answer) const {
    if (!answer.draft) return of_entry(answer.answer);
    return has_draft(answer.answer, event.author.id) ? own(event.author.id) : team();
  }

  /// For those whom the entry was for so far.
  Visibility of_entry(const std::string& answer) const {
    Query row = database.query("SELECT scope, owner FROM answer WHERE id = ?", answer);
    if (!row.next()) return team();
    return of_scope(static_cast<AnswerScope>(row.integer(0)), std::string(row.text(1)));
  }
  bool is_known(const std::string& answer) const {
    return database.integer("SELECT 1 FROM answer WHERE id = ?", answer).has_value();
  }
  bool has_draft(const std::string& answer, const std::string& owner) const {
    return database
        .integer("SELECT 1 FROM answer_draft WHERE answer = ? AND owner = ?", answer, owner)
        .has_value();
  }

  static Visibility team() { return {Audience::team, ""}; }
  static Visibility own(std::string agent) { return {Audience::own, std::move(agent)}; }
  static Visibility of_scope(AnswerScope scope, std::string owner) {
    if (scope == AnswerScope::own) return own(std::move(owner));
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
  if (visibility.audience == Audience::own)
    return reader.kind == ActorKind::agent && visibility.customer == reader.id;
  if (reader.kind != ActorKind::customer) return true;
  if (visibility.audience == Audience::everyone) return true;
  return visibility.audience == Audience::conversation && visibility.customer == reader.id;
}

}  // namespace deskbell
