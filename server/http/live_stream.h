#pragma once

#include <memory>
#include <string>

#include "server/http/live.h"

namespace deskbell {

/// One event stream: a place in the log, and a connection that can or cannot take more right now.
/// It reads the next page when there is news and the last bytes have left; so a slow reader costs
/// one page and never an event. See docs/protocol.md, "Stream".
class LiveStream final : public LiveReader, public StreamSource {
 public:
  LiveStream(LiveReaders& readers, Site& site, const Actor& reader, Result<Seq> after,
             Millis lifetime_ms);

  void on_open(std::shared_ptr<StreamSink> sink) override;
  void on_drained() override { advance(); }
  void on_closed() override;
  void on_news() override;
  void on_typing(const TypingNotice& notice) override;
  void tick(Millis now) override;
  void stop(Millis return_after_ms) override;
  void cut_off() override;

 private:
  void advance();
  /// The next page as an event of the stream, if it says anything new; nothing also if the store
  /// failed, and the stream is ended then.
  std::string next_page();
  void send(std::string bytes);
  /// Sends the last event of the stream; the reader has a moment to take it.
  void leave_with(std::string last_event);
  void say_bye(const char* reason, Millis retry_after_ms);
  std::shared_ptr<LiveReader> self() {
    return std::static_pointer_cast<LiveReader>(shared_from_this());
  }

  LiveReaders& readers_;
  Site& site_;
  const Actor reader_;
  const Result<Seq> start_;
  std::shared_ptr<StreamSink> sink_;
  Seq place_ = 0;         // sent up to here
  bool greeted_ = false;  // the first page is sent even if it is empty: the reader is up to date
  bool news_ = true;
  bool leaving_ = false;
  Millis sent_at_ = 0;
  Millis checkpoint_at_ = 0;
  Millis ends_at_;
};

}  // namespace deskbell
