#include "server/http/answer_finders.h"

#include <sys/resource.h>

#include <utility>

#include "server/http/compression.h"
#include "server/http/negotiation.h"
#include "server/http/problem.h"
#include "server/hub/content_hash.h"

namespace deskbell {
namespace {

// One book at a time, and no more waiting than there may be sites that many people use at once.
constexpr std::size_t kMaxQueuedBooks = 1'000;
constexpr std::size_t kMaxWaiting = 1'000;
constexpr int kLowPriority = 10;
constexpr long kRetrySeconds = 2;

HttpResponse come_back() {
  return problem_with_retry(
      {ErrorCode::overloaded, std::string(error_meaning(ErrorCode::overloaded))}, 503,
      kRetrySeconds);
}

/// What the finder depends on, as one text.
std::string hash_of(const BookToLearn& book) {
  std::string all = std::to_string(book.wrong_in_100);
  const auto add = [&](const std::string& text) {
    all.append(std::to_string(text.size())).append(":").append(text);
  };
  for (const std::string& word : book.handover_words) add(word);
  for (const EntryTexts& entry : book.entries) {
    add("\n" + entry.answer);
    for (const std::string& text : entry.texts) add(text);
  }
  return sha256_hex(all);
}

}  // namespace

AnswerFinders::AnswerFinders(Transport& transport, WordVectors vectors, Hub::Log log)
    : transport_(transport),
      vectors_(std::move(vectors)),
      log_(std::move(log)),
      learner_(1, kMaxQueuedBooks) {}

AnswerFinders::~AnswerFinders() {
  give_up_ = true;
}

void AnswerFinders::note_change(const HubStore& site) {
  const auto found = shelves_.find(&site);
  if (found == shelves_.end()) return;
  found->second.fresh = false;
  found->second.changed_meanwhile = true;
}

void AnswerFinders::stop() {
  stopping_ = true;
  const HttpResponse later = come_back();
  for (auto& [store, shelf] : shelves_) answer_all(shelf, &later);
}

void AnswerFinders::serve(Site& site, const HttpRequest& request,
                          std::shared_ptr<Exchange> exchange) {
  Shelf& shelf = shelves_[site.store.get()];
  if (stopping_ || shelf.waiting.size() >= kMaxWaiting) return exchange->answer(come_back());
  Waiting one{std::string(request.field("accept-encoding").value_or("")),
              std::string(request.field("if-none-match").value_or("")), std::move(exchange)};
  if (!shelf.fresh && !shelf.learning) {
    if (auto refreshed = refresh(site, shelf); !refreshed)
      return one.exchange->answer(problem_response(refreshed.error()));
  }
  if (shelf.fresh) return answer(shelf, one);
  shelf.waiting.push_back(std::move(one));
}

/// Looks whether the book has changed, and has it learned if so. Whether it is fresh already.
Result<bool> AnswerFinders::refresh(Site& site, Shelf& shelf) {
  auto book = site.store->book_to_learn();
  if (!book) return book.error();
  std::string hash = hash_of(*book);
  if (book->entries.empty()) {
    shelf.plain = shelf.packed = nullptr;
    shelf.hash = std::move(hash);
    shelf.fresh = true;
  } else if (hash == shelf.hash) {
    shelf.fresh = true;
  } else {
    learn(site, shelf, std::move(*book), std::move(hash));
  }
  return shelf.fresh;
}

void AnswerFinders::learn(Site& site, Shelf& shelf, BookToLearn book, std::string hash) {
  shelf.learning = true;
  shelf.changed_meanwhile = false;
  const auto job = [this, &site, book = std::move(book), hash = std::move(hash)] {
    // Of this thread alone, on Linux: people who wait for a message come first.
    setpriority(PRIO_PROCESS, 0, kLowPriority);
    const auto finder = learn_book(book, vectors_, [this] { return !give_up_; });
    if (!finder) return;
    auto plain = std::make_shared<const std::string>(finder->save());
    auto smaller = gzip_small(*plain);
    auto packed = smaller ? std::make_shared<const std::string>(std::move(*smaller)) : nullptr;
    transport_.post([this, &site, hash, plain, packed] { put(site, hash, plain, packed); });
  };
  if (learner_.run(job)) return;
  shelf.learning = false;
  const HttpResponse later = come_back();
  answer_all(shelf, &later);
}

void AnswerFinders::put(Site& site, const std::string& hash,
                        std::shared_ptr<const std::string> plain,
                        std::shared_ptr<const std::string> packed) {
  Shelf& shelf = shelves_[site.store.get()];
  shelf.learning = false;
  shelf.hash = hash;
  shelf.etag = "\"" + sha256_hex(*plain).substr(0, 32) + "\"";
  shelf.plain = std::move(plain);
  shelf.packed = std::move(packed);
  log_("site " + site.name + ": its answers are learned, " +
       std::to_string((shelf.packed ? shelf.packed : shelf.plain)->size()) + " bytes");
  shelf.fresh = !shelf.changed_meanwhile;
  if (!shelf.fresh && !shelf.waiting.empty()) {
    const auto refreshed = refresh(site, shelf);
    if (refreshed && !*refreshed) return;  // who waits gets the newest
  }
  answer_all(shelf, nullptr);
}

void AnswerFinders::answer_all(Shelf& shelf, const HttpResponse* instead) {
  for (const Waiting& one : std::exchange(shelf.waiting, {})) {
    if (instead)
      one.exchange->answer(*instead);
    else
      answer(shelf, one);
  }
}

void AnswerFinders::answer(const Shelf& shelf, const Waiting& one) {
  HttpResponse response;
  response.fields = {{"Cache-Control", "no-cache"},
                     {"X-Content-Type-Options", "nosniff"},
                     {"Vary", "Accept-Encoding"}};
  if (!shelf.plain) {
    response.status = 204;
    return one.exchange->answer(std::move(response));
  }
  response.fields.push_back({"ETag", shelf.etag});
  if (one.if_none_match == shelf.etag) {
    response.status = 304;
    return one.exchange->answer(std::move(response));
  }
  response.fields.push_back({"Content-Type", "application/octet-stream"});
  const bool packed = shelf.packed && accepts_encoding(one.accept_encoding, "gzip");
  if (packed) response.fields.push_back({"Content-Encoding", "gzip"});
  response.shared_body = packed ? shelf.packed : shelf.plain;
  one.exchange->answer(std::move(response));
}

}  // namespace deskbell
