#include "server/http/long_poll.h"

#include "core/sync/wire.h"
#include "server/http/problem.h"
#include "server/hub/wall_clock.h"

namespace deskbell {

LongPoll::LongPoll(LiveReaders& readers, Site& site, const Actor& reader, Seq after,
                   std::size_t limit, Millis until, std::shared_ptr<Exchange> exchange)
    : readers_(readers),
      site_(site),
      reader_(reader),
      after_(after),
      limit_(limit),
      until_(until),
      exchange_(std::move(exchange)) {}

void LongPoll::begin() {
  readers_.keep(std::static_pointer_cast<LiveReader>(shared_from_this()));
  readers_.notifier().subscribe(*site_.store, reader_, *this);
  answer(/*even_if_empty=*/steady_now() >= until_ || readers_.stopping());
}

void LongPoll::tick(Millis now) {
  if (now >= until_) answer(/*even_if_empty=*/true);
}

void LongPoll::answer(bool even_if_empty) {
  if (!exchange_) return;
  const auto page = site_.store->read(reader_, after_, limit_, kMaxPageBytes, wall_clock_now());
  if (page && page->events.empty() && !even_if_empty) return;
  exchange_->answer(page_response(site_, page));
  end();
}

void LongPoll::end() {
  exchange_.reset();
  readers_.notifier().unsubscribe(*site_.store, reader_, *this);
  readers_.drop(std::static_pointer_cast<LiveReader>(shared_from_this()));
}

HttpResponse page_response(const Site& site, const Result<Page>& page) {
  if (page) return json_response(encode_page(*page));
  const bool other_history = page.error().code == ErrorCode::new_epoch;
  return problem_response(page.error(), other_history ? site.store->epoch() : "");
}

}  // namespace deskbell
