#include "sdk/answer_learner.h"

#include <utility>

#include "core/answer/book_learner.h"
#include "core/answer/word_vectors/built_in_word_vectors.h"
#include "sdk/system.h"

namespace deskbell::sdk {
namespace {

Error closed() {
  return {ErrorCode::network_failed, "The client was closed before the answers were found."};
}

/// The text that was added as number `at`, over all entries.
const std::string& text_at(const std::vector<EntryTexts>& entries, std::size_t at) {
  static const std::string kNone;
  for (const EntryTexts& entry : entries) {
    if (at < entry.texts.size()) return entry.texts[at];
    at -= entry.texts.size();
  }
  return kNone;
}

}  // namespace

AnswerLearner::~AnswerLearner() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  asked_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const Job& job : jobs_) job.done(closed());
}

void AnswerLearner::ask(std::string question, std::size_t limit, Done done) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back({std::move(question), limit, std::move(done)});
    if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  }
  asked_.notify_one();
}

void AnswerLearner::loop() {
  block_signals();
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      asked_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      if (ending_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job.done(find(job));
  }
}

Result<std::vector<FoundEntry>> AnswerLearner::find(const Job& job) {
  if (const auto fresh = refresh(); !fresh) return fresh.error();
  std::vector<FoundEntry> found;
  for (AnswerMatch& match : learned_->index.ask(job.question, job.limit).matches) {
    const bool alike = match.nearest_example != Nearness::kNone;
    found.push_back({learned_->entries[match.entry].answer, match.confidence,
                     alike ? text_at(learned_->entries, match.nearest_example) : "",
                     std::move(match.words)});
  }
  return found;
}

Result<void> AnswerLearner::refresh() {
  for (;;) {
    auto book = read_(learned_ ? std::optional(learned_->hash) : std::nullopt);
    if (!book) return book.error();
    if (!*book) return {};
    auto index =
        learn_entries((*book)->entries, built_in_word_vectors(), [this] { return !ending_; });
    if (!index) return closed();
    learned_ = Learned{(*book)->hash, std::move((*book)->entries), *std::move(index)};
  }
}

}  // namespace deskbell::sdk
