#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/base/time.h"
#include "server/hub/hub.h"
#include "server/hub/rate_limiter.h"
#include "server/mail/options.h"
#include "server/mail/smtp.h"
#include "server/mail/transcripts.h"

namespace deskbell {

/// The first wait after a failure, which doubles with each more, up to the longest.
inline constexpr Millis kFirstMailRetryMs = 1'000;
inline constexpr Millis kLongestMailRetryMs = 30 * 60 * 1'000;
/// What has not left by then (as this process counts) will not.
inline constexpr Millis kMailPatienceMs = 24 * 60 * 60 * 1'000;
/// How many mails one address gets in a day: nobody's mailbox is to be filled by strangers.
inline constexpr int kMaxMailsToAddress = 10;
inline constexpr Millis kMailsToAddressWindowMs = 24 * 60 * 60 * 1'000;

/// Sends the transcripts that are wished for, one after the other, on a thread of its own. The wish
/// and its end are events: a hub that stopped in between finds the wish without an end, and sends
/// it again under the same Message-ID.
class Mailer {
 public:
  /// Places, on the thread that writes, what the hub says of a wish, and tells readers; then `done`
  /// is called there, with whether it is durable. False when too much waits to be written.
  using Place = std::function<bool(Site& site, OwnEvent event, std::function<void(bool)> done)>;

  Mailer(MailSettings settings, Hub::Log log);
  ~Mailer();
  Mailer(const Mailer&) = delete;
  Mailer& operator=(const Mailer&) = delete;

  /// Looks for wishes in these sites, which outlive it, and goes on until `stop`. Does nothing
  /// without a mail server.
  void start(Hub& hub, Place place);
  /// Something was placed at that site. Any thread.
  void wake(const HubStore& store);
  /// What is under way gets a moment to end. `Place` is not called any more after it.
  void stop();

 private:
  /// A wish, and what has been done about it.
  struct Job {
    Site* site = nullptr;
    WaitingTranscript wish;
    Millis since = 0;
    Millis due = 0;
    int failures = 0;
    std::optional<Payload> end;  ///< What is to be placed.
    bool placing = false;
  };
  using Jobs = std::map<std::string, Job>;  // by the wish's event, in the order of ids: by time

  void work();
  void look_at(Site& site);
  void settle();
  std::optional<Millis> do_next();
  void try_to_send(Job& job);
  void judge(Job& job, const SmtpAnswer& answer);
  void end(Job& job, Payload payload);
  bool must_stop();

  const MailSettings settings_;
  const Hub::Log log_;
  Place place_;
  std::vector<Site*> sites_;

  // The thread's own
  std::map<Site*, std::unique_ptr<TranscriptReader>> readers_;
  Jobs jobs_;
  int server_failures_ = 0;
  Millis server_due_ = 0;
  std::deque<Millis> sent_at_;
  bool told_limit_ = false;
  /// By the address in lower case: most mailboxes have one spelling, whatever the letters' case.
  RateLimiter per_address_{kMaxMailsToAddress, kMailsToAddressWindowMs};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::set<const HubStore*> to_look_at_;
  std::vector<std::pair<std::string, bool>> placed_;  // wishes, and whether their end is durable
  std::optional<Millis> stop_at_;
  std::thread thread_;
};

}  // namespace deskbell
