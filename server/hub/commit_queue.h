#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/event/event.h"
#include "core/sync/wire.h"
#include "server/store/hub_store.h"

namespace deskbell {

/// What waits to be written, at most; beyond it a hub says `overloaded`.
inline constexpr std::size_t kMaxQueuedJobs = 4096;
inline constexpr std::size_t kMaxQueuedBytes = 64 * 1024 * 1024;
/// Pushed bytes that share one transaction, so that none waits long for the others.
inline constexpr std::size_t kMaxGroupBytes = 4 * 1024 * 1024;

/// The one thread that writes to the stores. While it commits, pushes queue up, and those of one
/// site then share the next commit: the slower the disk, the larger the groups.
class CommitQueue {
 public:
  using Done = std::function<void(Result<PushAnswer>)>;
  /// Called on the writing thread after each commit that placed something.
  using OnPlaced = std::function<void(HubStore&, std::vector<Visibility>)>;

  explicit CommitQueue(OnPlaced on_placed);
  /// Does what is queued, then ends the thread.
  ~CommitQueue();

  /// Queues a push (the body of `POST …/events`, its events as views into it); `done` is called on
  /// the writing thread when it is durable or has failed. False when too much is queued: nothing
  /// will be done. Any thread. The store must outlive the queue.
  [[nodiscard]] bool push(HubStore& store, Actor author, std::string body, Done done);

  /// Queues anything else that writes, in order with the pushes. Any thread.
  [[nodiscard]] bool run(std::function<void()> job);

 private:
  struct Job {
    HubStore* store = nullptr;  // none: `run` is the job
    Actor author;
    std::string body;
    Done done;
    std::function<void()> run;
  };

  bool enqueue(Job job);
  std::deque<Job> take();
  void work();
  void place_group(std::deque<Job>& jobs);
  void place_together(std::vector<Job>& group);

  OnPlaced on_placed_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::size_t queued_bytes_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace deskbell
