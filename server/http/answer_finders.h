#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/answer/book_learner.h"
#include "server/http/message.h"
#include "server/http/transport.h"
#include "server/hub/hub.h"
#include "server/hub/worker_pool.h"

namespace deskbell {

/// The finders of the sites' answer books, for devices to fetch. A book is learned when it is first
/// asked for and again when it is asked for after a change, on a thread of its own at a low
/// priority; whoever asks meanwhile waits for it. I/O thread.
class AnswerFinders {
 public:
  /// `vectors`: what is known of the languages' words when a book is learned.
  AnswerFinders(Transport& transport, WordVectors vectors, Hub::Log log);
  /// Gives up what is being learned.
  ~AnswerFinders();

  /// Answers with the finder's bytes, 304 where the caller has the same, or 204 for a site that has
  /// no answers for customers.
  void serve(Site& site, const HttpRequest& request, std::shared_ptr<Exchange> exchange);

  /// Something that everyone may see was placed: the book, perhaps.
  void note_change(const HubStore& site);

  /// The hub stops: who waits is told to come back.
  void stop();

 private:
  struct Waiting {
    std::string accept_encoding;
    std::string if_none_match;
    std::shared_ptr<Exchange> exchange;
  };
  /// One site's: what was learned from the book of that `hash`, as it is and packed.
  struct Shelf {
    bool fresh = false;
    bool learning = false;
    bool changed_meanwhile = false;
    std::string hash;
    std::string etag;
    std::shared_ptr<const std::string> plain;
    std::shared_ptr<const std::string> packed;
    std::vector<Waiting> waiting;
  };

  Result<bool> refresh(Site& site, Shelf& shelf);
  void learn(Site& site, Shelf& shelf, BookToLearn book, std::string hash);
  void put(Site& site, const std::string& hash, std::shared_ptr<const std::string> plain,
           std::shared_ptr<const std::string> packed);
  static void answer(const Shelf& shelf, const Waiting& one);
  void answer_all(Shelf& shelf, const HttpResponse* instead);

  Transport& transport_;
  WordVectors vectors_;
  Hub::Log log_;
  std::map<const HubStore*, Shelf> shelves_;
  bool stopping_ = false;
  std::atomic<bool> give_up_ = false;
  WorkerPool learner_;  // the last, so that it ends first
};

}  // namespace deskbell
