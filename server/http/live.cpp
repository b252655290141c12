#include "server/http/live.h"

#include "core/sync/wire.h"
#include "server/http/live_stream.h"
#include "server/http/long_poll.h"
#include "server/hub/wall_clock.h"

namespace deskbell {

void LiveReaders::open_stream(Site& site, const Actor& reader, Result<Seq> after,
                              Millis lifetime_ms, Exchange& exchange) {
  HttpResponse head;
  head.fields = {{"Content-Type", "text/event-stream"},
                 {"Cache-Control", "no-store"},
                 {"X-Accel-Buffering", "no"},  // a proxy that collects bytes makes a stream useless
                 {"X-Content-Type-Options", "nosniff"}};
  exchange.stream(std::move(head),
                  std::make_shared<LiveStream>(*this, site, reader, std::move(after), lifetime_ms));
}

void LiveReaders::wait_for_page(Site& site, const Actor& reader, Seq after, std::size_t limit,
                                Millis wait_ms, std::shared_ptr<Exchange> exchange) {
  std::make_shared<LongPoll>(*this, site, reader, after, limit, steady_now() + wait_ms,
                             std::move(exchange))
      ->begin();
}

void LiveReaders::tick(Millis now) {
  // A copy, for readers may end.
  const std::vector<std::shared_ptr<LiveReader>> readers(readers_.begin(), readers_.end());
  for (const auto& reader : readers) reader->tick(now);
}

void LiveReaders::stop() {
  stopping_ = true;
  const std::vector<std::shared_ptr<LiveReader>> readers(readers_.begin(), readers_.end());
  Millis already_told = 0;
  for (const auto& reader : readers)
    reader->stop(limits_.return_after_stop_ms +
                 already_told++ * 1'000 / limits_.returns_per_second);
}

void LiveReaders::cut_off() {
  const std::vector<std::shared_ptr<LiveReader>> readers(readers_.begin(), readers_.end());
  for (const auto& reader : readers) reader->cut_off();
}

std::string encode_sse(std::string_view name, std::string_view data) {
  std::string event = "event: ";
  event.append(name).append("\n");
  for (;;) {
    const std::size_t end = data.find_first_of("\r\n");
    event.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) break;
    const bool pair = data.substr(end, 2) == "\r\n";
    data.remove_prefix(end + (pair ? 2 : 1));
  }
  return event.append("\n");
}

}  // namespace deskbell
