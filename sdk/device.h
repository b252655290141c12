#pragma once

#include <deskbell/client.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/answer_learner.h"
#include "sdk/change_queue.h"
#include "sdk/file_folder.h"
#include "sdk/reader.h"
#include "sdk/worker.h"

namespace deskbell::sdk {

/// What stands behind both public interfaces, C++ and C: a store's worker, its reader and the
/// changes between them.
class Device {
 public:
  static Result<std::unique_ptr<Device>> open(Options options, bool as_customer);

  Worker& worker() { return worker_; }
  ChangeQueue& changes() { return changes_; }
  FileFolder& files() { return files_; }

  /// See `Reader::read`; as whose device this is.
  template <class F>
  auto read(F query) {
    return reader_.read(actor(), std::move(query));
  }

  std::optional<Identity> identity();

  /// Entries of the book that answer a question and are good now. `done` is told on a thread of the
  /// device's own.
  void suggest(std::string question, std::size_t limit, AnswerLearner::Done done);
  /// The same for what an agent types: an entry whose shortcut that is comes first, and those that
  /// merely have its words come last.
  void search(std::string typed, std::size_t limit, AnswerLearner::Done done);

  /// What the customer wrote last in a conversation; empty when he has written no words.
  Result<std::string> last_question(std::string_view conversation);

  /// Keeps a file's bytes on this device until they are at the hub, and tells how a message names
  /// it. On the caller's thread: it takes as long as the disk does.
  struct KeptFile {
    Attachment attachment;
    std::shared_ptr<void> hold;  ///< See `FileFolder::Kept`.
  };
  Result<KeptFile> keep(const File& file);

  /// How fetching a file has ended; told on the worker's thread, or where it was asked.
  using SaveDone = std::function<void(Result<void>)>;
  /// Fetches a file of a message.
  void save_file(const std::string& message, const std::string& attachment, std::string path,
                 SaveDone done);
  /// Fetches a file of a canned answer.
  void save_answer_file(const std::string& answer, const std::string& attachment, std::string path,
                        SaveDone done);

 private:
  Device(StoreFile store, std::string hub, Options options);
  Result<void> check_owner(bool as_customer);
  Actor actor() const;
  void fetch(const std::string& attachment, const Result<std::int64_t>& size, std::string path,
             std::string target, SaveDone done);
  Result<std::optional<AnswerLearner::Book>> read_book(std::optional<std::uint64_t> known);

  ChangeQueue changes_;
  const std::string path_;
  FileFolder files_;
  Worker worker_;
  Reader reader_;
  AnswerLearner answers_{[this](std::optional<std::uint64_t> known) { return read_book(known); }};
};

}  // namespace deskbell::sdk
