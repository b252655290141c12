#include "server/hub/notifier.h"

#include <set>

namespace deskbell {

void Notifier::subscribe(const HubStore& site, const Actor& reader, NewsListener& listener) {
  Site& listeners = sites_[&site];
  if (reader.kind == ActorKind::customer)
    listeners.customers[reader.id].insert(&listener);
  else
    listeners.agents.insert(&listener);
}

void Notifier::unsubscribe(const HubStore& site, const Actor& reader, NewsListener& listener) {
  Site& listeners = sites_[&site];
  if (reader.kind != ActorKind::customer) {
    listeners.agents.erase(&listener);
    return;
  }
  const auto customer = listeners.customers.find(reader.id);
  if (customer == listeners.customers.end()) return;
  customer->second.erase(&listener);
  if (customer->second.empty()) listeners.customers.erase(customer);
}

void Notifier::publish(const HubStore& site, const std::vector<Visibility>& placed) {
  for (const auto& listener : those_who_may_see(site, placed)) listener->on_news();
}

void Notifier::publish_typing(const HubStore& site, const std::string& customer,
                              const TypingNotice& notice) {
  for (const auto& listener : those_who_may_see(site, {{Audience::conversation, customer}}))
    listener->on_typing(notice);
}

Notifier::Woken Notifier::those_who_may_see(const HubStore& site,
                                            const std::vector<Visibility>& placed) const {
  const auto found = sites_.find(&site);
  if (found == sites_.end() || placed.empty()) return {};
  // The same rule as may_see(), turned round: from what was placed to who is waiting.
  bool everyone = false;
  std::set<std::string_view> concerned;
  for (const Visibility& visibility : placed) {
    everyone = everyone || visibility.audience == Audience::everyone;
    if (visibility.audience == Audience::conversation) concerned.insert(visibility.customer);
  }
  Woken woken;
  const auto wake = [&](const Listeners& listeners) {
    for (NewsListener* listener : listeners) woken.push_back(listener->shared_from_this());
  };
  wake(found->second.agents);
  if (everyone)
    for (const auto& [id, listeners] : found->second.customers) wake(listeners);
  else
    for (const std::string_view id : concerned)
      if (const auto customer = found->second.customers.find(std::string(id));
          customer != found->second.customers.end())
        wake(customer->second);
  return woken;
}

}  // namespace deskbell
