#include "server/hub/commit_queue.h"

#include <utility>

namespace deskbell {

CommitQueue::CommitQueue(OnPlaced on_placed)
    : on_placed_(std::move(on_placed)), thread_([this] { work(); }) {}

CommitQueue::~CommitQueue() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool CommitQueue::push(HubStore& store, Actor author, std::string body, Done done) {
  return enqueue({&store, std::move(author), std::move(body), std::move(done), {}});
}

bool CommitQueue::run(std::function<void()> job) {
  return enqueue({{}, {}, {}, {}, std::move(job)});
}

bool CommitQueue::enqueue(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= kMaxQueuedJobs ||
        queued_bytes_ + job.body.size() > kMaxQueuedBytes)
      return false;
    queued_bytes_ += job.body.size();
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

std::deque<CommitQueue::Job> CommitQueue::take() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
  queued_bytes_ = 0;
  return std::exchange(jobs_, {});
}

void CommitQueue::work() {
  // An empty take means that we are to stop and that nothing is left.
  for (std::deque<Job> jobs = take(); !jobs.empty(); jobs = take()) {
    while (!jobs.empty()) {
      if (jobs.front().store) {
        place_group(jobs);
      } else {
        jobs.front().run();
        jobs.pop_front();
      }
    }
  }
}

/// Takes the first push and all later ones of its site that may go with it. Order is kept within a
/// site; other sites' pushes and jobs stay where they are.
void CommitQueue::place_group(std::deque<Job>& jobs) {
  HubStore* store = jobs.front().store;
  std::vector<Job> group;
  std::deque<Job> rest;
  std::size_t bytes = 0;
  bool full = false;
  for (Job& job : jobs) {
    // A job that is no push may belong to this site: nothing of the site passes it.
    full = full || !job.store ||
           (job.store == store && !group.empty() && bytes + job.body.size() > kMaxGroupBytes);
    if (full || job.store != store) {
      rest.push_back(std::move(job));
    } else {
      bytes += job.body.size();
      group.push_back(std::move(job));
    }
  }
  jobs = std::move(rest);
  place_together(group);
}

void CommitQueue::place_together(std::vector<Job>& group) {
  HubStore& store = *group.front().store;
  std::vector<Job> sound;
  std::vector<Push> pushes;
  sound.reserve(group.size());  // the pushes are views into the bodies, which must stay in place
  for (Job& job : group) {
    sound.push_back(std::move(job));
    auto events = decode_push(sound.back().body);
    if (events) {
      pushes.push_back({sound.back().author, std::move(*events)});
    } else {
      sound.back().done(events.error());
      sound.pop_back();
    }
  }
  if (sound.empty()) return;

  auto placement = store.place(pushes);
  if (!placement && sound.size() > 1) {
    // One of them may be what the store cannot bear: each for itself, then.
    for (Job& job : sound) {
      std::vector<Job> alone;
      alone.push_back(std::move(job));
      place_together(alone);
    }
    return;
  }
  for (std::size_t i = 0; i < sound.size(); ++i)
    sound[i].done(placement ? Result<PushAnswer>(std::move(placement->answers[i]))
                            : Result<PushAnswer>(placement.error()));
  if (placement && !placement->placed.empty()) on_placed_(store, std::move(placement->placed));
}

}  // namespace deskbell
