#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/event/event.h"
#include "core/policy/audience.h"
#include "core/sync/wire.h"

namespace deskbell {

class HubStore;

/// Somebody who waits for news of a site: an event stream or a long poll.
class NewsListener : public std::enable_shared_from_this<NewsListener> {
 public:
  virtual ~NewsListener() = default;
  /// There is something new that the listener's reader may see. May unsubscribe anyone.
  virtual void on_news() = 0;
  /// Somebody is writing where the listener's reader may read. May be missed. As `on_news`.
  virtual void on_typing(const TypingNotice&) {}
};

/// Wakes those who may see what was placed, and nobody else. Carries no events: who is woken reads
/// the log, so that a lost or doubled wake-up does no harm. What is in no log, who is writing, is
/// told in passing. One thread.
class Notifier {
 public:
  void subscribe(const HubStore& site, const Actor& reader, NewsListener& listener);
  void unsubscribe(const HubStore& site, const Actor& reader, NewsListener& listener);
  void publish(const HubStore& site, const std::vector<Visibility>& placed);
  /// `customer`: whose conversation it is.
  void publish_typing(const HubStore& site, const std::string& customer,
                      const TypingNotice& notice);

 private:
  using Listeners = std::unordered_set<NewsListener*>;
  struct Site {
    Listeners agents;
    std::unordered_map<std::string, Listeners> customers;  // by the customer's id
  };
  /// Held while they are called, for a listener may end itself or another.
  using Woken = std::vector<std::shared_ptr<NewsListener>>;
  Woken those_who_may_see(const HubStore& site, const std::vector<Visibility>& placed) const;

  std::unordered_map<const HubStore*, Site> sites_;
};

}  // namespace deskbell
