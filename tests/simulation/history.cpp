#include "tests/simulation/history.h"

#include <nlohmann/json.hpp>

namespace deskbell::test {

using nlohmann::json;

bool History::add(const PlacedEvent& placed) {
  if (placed.seq != head() + 1) return false;
  const json event = json::parse(placed.body);
  PlacedFact fact;
  fact.seq = placed.seq;
  fact.id = event.at("id");
  fact.type = event.at("type");
  fact.conversation = event.value("conversation", "");
  fact.author = event.at("author").at("id");
  const json data = event.value("data", json::object());
  fact.text = data.value("text", "");
  fact.up_to = data.value("up_to", Seq{0});

  static const std::set<std::string> kOfTheConversation = {
      "message.posted",        "receipt.delivered",     "receipt.read",   "conversation.assigned",
      "conversation.resolved", "conversation.reopened", "survey.answered",
      "transcript.requested",  "transcript.sent",       "transcript.failed"};
  if (fact.type == "conversation.started") {
    customer_of_.emplace(fact.conversation, fact.author);
    fact.for_customer = fact.author;
  } else if (kOfTheConversation.contains(fact.type)) {
    const auto found = customer_of_.find(fact.conversation);
    if (found != customer_of_.end()) fact.for_customer = found->second;
  } else if (fact.type == "customer.updated") {
    fact.for_customer = data.at("customer");
  } else if (fact.type == "site.updated" || fact.type == "agent.updated") {
    fact.for_everyone = true;
  } else if (fact.type == "answer.drafted") {
    fact.for_owner = data.value("scope", "everyone") == "own" ? fact.author : "";
  } else if (fact.type == "answer.published") {
    const std::string answer = data.at("answer");
    fact.for_owner = data.value("scope", "everyone") == "own" ? fact.author : "";
    if (!fact.for_owner.empty())
      own_answers_[answer] = fact.author;
    else
      own_answers_.erase(answer);
    fact.for_everyone = data.value("scope", "everyone") == "everyone";
    if (fact.for_everyone)
      public_answers_.insert(answer);
    else
      public_answers_.erase(answer);
  } else if (fact.type == "answer.guided") {
    fact.for_owner = owner_of(data.at("answer"));
  } else if (fact.type == "answer.withdrawn") {
    const std::string answer = data.at("answer");
    fact.for_owner = owner_of(answer);
    own_answers_.erase(answer);
    fact.for_everyone = public_answers_.erase(answer) > 0;
  }
  by_id_.emplace(fact.id, fact.seq);
  facts_.push_back(std::move(fact));
  return true;
}

void History::clear() {
  *this = History();
}

std::optional<Seq> History::seq_of(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

std::string History::owner_of(const std::string& answer) const {
  const auto found = own_answers_.find(answer);
  return found == own_answers_.end() ? "" : found->second;
}

bool History::visible(const Actor& reader, const PlacedFact& fact) const {
  if (!fact.for_owner.empty()) return fact.for_owner == reader.id;
  return reader.kind != ActorKind::customer || fact.for_everyone || fact.for_customer == reader.id;
}

std::vector<Seq> History::visible_between(const Actor& reader, Seq since, Seq until) const {
  std::vector<Seq> seqs;
  for (Seq seq = since + 1; seq <= until && seq <= head(); ++seq)
    if (visible(reader, at(seq))) seqs.push_back(seq);
  return seqs;
}

std::size_t History::count_visible(const Actor& reader, Seq until) const {
  std::size_t count = 0;
  for (const PlacedFact& fact : facts_)
    if (fact.seq <= until && visible(reader, fact)) ++count;
  return count;
}

}  // namespace deskbell::test
