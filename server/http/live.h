#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

#include "core/base/time.h"
#include "core/event/event.h"
#include "server/http/transport.h"
#include "server/hub/hub.h"
#include "server/hub/notifier.h"

namespace deskbell {

/// How streams and long polls behave in time. A test may set shorter ones.
struct LiveLimits {
  Millis checkpoint_ms = 15'000;
  /// A reader that has not taken what it was sent for so long is sent away.
  Millis slow_reader_ms = 20'000;
  /// How long a stream that was told `bye` may take to read it.
  Millis bye_ms = 5'000;
  /// Streams end so long before their token does.
  Millis token_margin_ms = 30'000;
  /// When readers are to come back after the hub stopped: the first of them so late, and the others
  /// so many a second, that they do not all come in one moment.
  Millis return_after_stop_ms = 2'000;
  int returns_per_second = 200;
};

/// Pages of a stream are smaller than those of a pull, for each may wait in memory for a slow
/// reader; there is never more than one for each stream.
inline constexpr std::size_t kStreamPageEvents = 100;
inline constexpr std::size_t kStreamPageBytes = 256 * 1024;

/// One reader who is told of news as they happen, by a stream or once by a long poll. Ends itself
/// when it is done.
class LiveReader : public NewsListener {
 public:
  virtual void tick(Millis now) = 0;
  /// The hub stops; the reader is to come back after so long.
  virtual void stop(Millis return_after_ms) = 0;
  /// The hub has waited long enough.
  virtual void cut_off() = 0;
};

/// All who wait for news. No reader is kept an event for: each has a place in the log and reads on
/// from there when it is woken and can take more. I/O thread.
class LiveReaders {
 public:
  LiveReaders(const LiveLimits& limits, Hub::Log log) : limits_(limits), log_(std::move(log)) {}

  /// What was placed at a site, after it is durable.
  void publish(const HubStore& site, const std::vector<Visibility>& placed) {
    notifier_.publish(site, placed);
  }
  /// Somebody is writing in the customer's conversation. Streams alone carry it.
  void publish_typing(const HubStore& site, const std::string& customer,
                      const TypingNotice& notice) {
    notifier_.publish_typing(site, customer, notice);
  }

  /// Answers with a stream from `after` on, which lasts `lifetime_ms` at most. When the reader's
  /// cursor is of another history, the stream says so and ends.
  void open_stream(Site& site, const Actor& reader, Result<Seq> after, Millis lifetime_ms,
                   Exchange& exchange);

  /// Answers with a page as soon as there is something in it, or after `wait_ms`.
  void wait_for_page(Site& site, const Actor& reader, Seq after, std::size_t limit, Millis wait_ms,
                     std::shared_ptr<Exchange> exchange);

  void tick(Millis now);
  void stop();
  void cut_off();

  // For readers
  Notifier& notifier() { return notifier_; }
  const LiveLimits& limits() const { return limits_; }
  bool stopping() const { return stopping_; }
  void log(const std::string& line) { log_(line); }
  void keep(const std::shared_ptr<LiveReader>& reader) { readers_.insert(reader); }
  void drop(const std::shared_ptr<LiveReader>& reader) { readers_.erase(reader); }

 private:
  const LiveLimits limits_;
  Hub::Log log_;
  Notifier notifier_;
  bool stopping_ = false;
  std::unordered_set<std::shared_ptr<LiveReader>> readers_;
};

/// One event of an event stream on the wire. Line breaks inside the data (which JSON allows between
/// its tokens) become several `data` lines, which the reader joins again.
std::string encode_sse(std::string_view name, std::string_view data);

}  // namespace deskbell
