#pragma once

#include <deskbell/result.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/answer/answer_index.h"
#include "core/answer/entry_texts.h"

namespace deskbell::sdk {

/// An entry that may answer a question, and why.
struct FoundEntry {
  std::string answer;  ///< The entry's id.
  float confidence;    ///< that it is the right one, 0 to 1
  /// The most alike of its titles, example questions and keywords; empty if none has a word of it.
  std::string nearest;
  std::vector<std::string> words;  ///< of the question that its texts have, rarest first
};

/// Finds the entries of a device's answer book that a question asks for. Learns the book on a
/// thread of its own when it is first asked, and again when it is asked after a change: a second or
/// so for a thousand entries. What changes while it learns is learned as well before it answers.
/// Any thread.
class AnswerLearner {
 public:
  struct Book {
    std::uint64_t hash;  ///< AnswerBook::hash
    std::vector<EntryTexts> entries;
  };
  /// Reads the book as it is, or nothing if it is still the one of that hash.
  using ReadBook =
      std::function<Result<std::optional<Book>>(std::optional<std::uint64_t> known_hash)>;
  using Done = std::function<void(Result<std::vector<FoundEntry>>)>;

  /// `read` is called on the learner's thread.
  explicit AnswerLearner(ReadBook read) : read_(std::move(read)) {}
  /// Gives up what is being learned; who still waits is told `network_failed`, as by all that the
  /// client's end cuts off.
  ~AnswerLearner();

  /// `done` gets at most `limit`, best first, on the learner's thread.
  void ask(std::string question, std::size_t limit, Done done);

 private:
  struct Job {
    std::string question;
    std::size_t limit;
    Done done;
  };
  struct Learned {
    std::uint64_t hash;
    std::vector<EntryTexts> entries;
    AnswerIndex index;
  };

  void loop();
  Result<std::vector<FoundEntry>> find(const Job& job);
  Result<void> refresh();

  const ReadBook read_;
  std::optional<Learned> learned_;  // the thread's own
  std::mutex mutex_;
  std::condition_variable asked_;
  std::deque<Job> jobs_;
  std::atomic<bool> ending_ = false;
  std::thread thread_;  // begins with the first question
};

}  // namespace deskbell::sdk
