#pragma once

#include <memory>

#include "server/http/live.h"

namespace deskbell {

/// A pull that waits for news, for a while.
class LongPoll final : public LiveReader {
 public:
  LongPoll(LiveReaders& readers, Site& site, const Actor& reader, Seq after, std::size_t limit,
           Millis until, std::shared_ptr<Exchange> exchange);

  /// Answers at once if there is something; waits otherwise.
  void begin();

  void on_news() override { answer(/*even_if_empty=*/false); }
  void tick(Millis now) override;
  void stop(Millis) override { answer(/*even_if_empty=*/true); }
  void cut_off() override { end(); }

 private:
  void answer(bool even_if_empty);
  void end();

  LiveReaders& readers_;
  Site& site_;
  const Actor reader_;
  const Seq after_;
  const std::size_t limit_;
  const Millis until_;
  std::shared_ptr<Exchange> exchange_;  // none once answered
};

/// The answer to a pull.
HttpResponse page_response(const Site& site, const Result<Page>& page);

}  // namespace deskbell
