#include "server/http/live_stream.h"

#include <algorithm>

#include "core/event/json_fields.h"
#include "core/sync/wire.h"
#include "server/hub/wall_clock.h"

namespace deskbell {

LiveStream::LiveStream(LiveReaders& readers, Site& site, const Actor& reader, Result<Seq> after,
                       Millis lifetime_ms)
    : readers_(readers),
      site_(site),
      reader_(reader),
      start_(std::move(after)),
      ends_at_(steady_now() + std::max(Millis{0}, lifetime_ms)) {}

void LiveStream::on_open(std::shared_ptr<StreamSink> sink) {
  sink_ = std::move(sink);
  readers_.keep(self());
  if (!start_) return leave_with(encode_sse("reset", dump_json({{"epoch", site_.store->epoch()}})));
  place_ = *start_;
  if (readers_.stopping()) return say_bye("stopping", readers_.limits().return_after_stop_ms);
  checkpoint_at_ = steady_now() + readers_.limits().checkpoint_ms;
  // First the listener, then what was missed: nothing falls between the two.
  readers_.notifier().subscribe(*site_.store, reader_, *this);
  advance();
}

void LiveStream::on_closed() {
  sink_.reset();
  readers_.notifier().unsubscribe(*site_.store, reader_, *this);
  readers_.drop(self());
}

void LiveStream::on_news() {
  news_ = true;
  advance();
}

/// Never waits in memory: whoever reads slowly has other things to catch up with.
void LiveStream::on_typing(const TypingNotice& notice) {
  if (!sink_ || leaving_ || !greeted_ || !sink_->drained() || notice.actor == reader_) return;
  send(encode_sse("typing", encode_typing_notice(notice)));
}

void LiveStream::advance() {
  if (!sink_ || leaving_ || !news_ || !sink_->drained()) return;
  if (std::string page = next_page(); !page.empty()) send(std::move(page));
}

std::string LiveStream::next_page() {
  const auto page =
      site_.store->read(reader_, place_, kStreamPageEvents, kStreamPageBytes, wall_clock_now());
  if (!page) {
    readers_.log("site " + site_.name + ": a stream cannot be read: " + page.error().message);
    say_bye("failed", readers_.limits().return_after_stop_ms);
    return "";
  }
  news_ = page->more;
  const bool says_something = !greeted_ || page->cursor.seq > place_;
  greeted_ = true;
  place_ = page->cursor.seq;
  return says_something ? encode_sse("page", encode_page(*page)) : "";
}

void LiveStream::send(std::string bytes) {
  sent_at_ = steady_now();
  sink_->send(std::move(bytes));
}

void LiveStream::tick(Millis now) {
  if (!sink_) return;
  const LiveLimits& limits = readers_.limits();
  if (leaving_) {
    if (now - sent_at_ >= limits.bye_ms) sink_->abort();
    return;
  }
  if (!sink_->drained()) {
    if (now - sent_at_ >= limits.slow_reader_ms) say_bye("slow_reader", 0);
    return;
  }
  if (now >= ends_at_) return say_bye("token_ends", 0);
  if (now < checkpoint_at_) return;
  checkpoint_at_ = now + limits.checkpoint_ms;
  // What scope hid woke nobody; the page before the checkpoint moves the reader's cursor over it.
  std::string bytes = next_page();
  if (leaving_) return;
  if (!news_)
    bytes += encode_sse("checkpoint",
                        encode_checkpoint({{site_.store->epoch(), place_, 0}, wall_clock_now()}));
  send(std::move(bytes));
}

void LiveStream::stop(Millis return_after_ms) {
  if (sink_ && !leaving_) say_bye("stopping", return_after_ms);
}

void LiveStream::cut_off() {
  if (sink_) sink_->abort();
}

void LiveStream::say_bye(const char* reason, Millis retry_after_ms) {
  leave_with(encode_sse("bye", encode_bye({reason, retry_after_ms})));
}

void LiveStream::leave_with(std::string last_event) {
  leaving_ = true;
  send(std::move(last_event));
  sink_->finish();
}

}  // namespace deskbell
