#pragma once

#include <deskbell/types.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/store/database.h"
#include "core/sync/engine.h"
#include "sdk/change_queue.h"
#include "sdk/file_fetcher.h"
#include "sdk/file_folder.h"
#include "sdk/http_client.h"
#include "sdk/store_file.h"
#include "sdk/system.h"

namespace deskbell::sdk {

/// The SDK's one thread. It owns the connection that writes, the core's engine and the HTTP client,
/// carries out what the engine wants done, and runs the app's commands between that. It holds no
/// rule: those are the core's.
class Worker final : HttpClient::Listener {
 public:
  /// Told on the worker's thread.
  using SignedIn = std::function<void(Result<Identity>)>;

  /// Opens the store and starts the thread; `connect` as soon as the device is somebody's. Throws
  /// StoreError.
  Worker(StoreFile store, std::string hub, std::string site, bool connect, ChangeQueue& changes,
         FileFolder& files);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Runs `command(engine, now)`, which gives a core Result, on the thread, and waits for it: for
  /// the local transaction, that is, never for the network.
  template <class F>
  auto run(F command) -> std::invoke_result_t<F&, Engine&, Millis>;

  void start();
  void stop();
  void set_network_available(bool available);
  /// See `Engine::note_typing`. Does not wait.
  void note_typing(std::string conversation);

  /// Never tells when the worker ends before: see `Device`.
  void sign_in(std::string login, std::string password, SignedIn done);

  /// Fetches a file of a message; `done` is told on the worker's thread.
  void fetch(FileFetcher::Wish wish);

  /// Makes the device this person's and begins to connect. On the thread: call it in `run`.
  deskbell::Result<void> adopt(const deskbell::Identity& identity);

  Status status() const;
  std::optional<deskbell::Identity> identity() const;
  /// The name that came with the sign-in; used until the site's own events tell it.
  std::string name_at_sign_in() const;
  const std::string& site() const { return site_; }
  SystemRandom& random() { return random_; }

 private:
  /// What a caller asked for: `work` does it, `done` lets the caller go on, after what it changed
  /// is to be seen in `status` and `identity`.
  struct Task {
    std::function<void()> work;
    std::function<void()> done;
  };
  struct SignIn {
    std::uint64_t request;
    SignedIn done;
  };

  void on_response(const Response& response) override;
  void on_stream_bytes(std::uint64_t request, std::string_view bytes) override;
  void on_failure(std::uint64_t request, const std::string& reason) override;

  void post(Task task);
  bool on_this_thread() const;
  void loop();
  template <class F>
  void guarded(F step);
  void settle();
  void send(Request request);
  void tidy_files();
  void refresh();
  void tell_trouble(const deskbell::Error& error);
  void begin_sign_in(const std::string& login, const std::string& password, SignedIn done);
  Result<Identity> take_sign_in(const Response& response);
  void end_sign_in(Result<Identity> result);

  StoreFile store_;
  Database database_;
  SystemRandom random_;
  Engine engine_;
  HttpClient http_;
  ChangeQueue& changes_;
  FileFolder& files_;
  FileFetcher fetcher_;
  const std::string hub_;
  const std::string site_;
  bool wanted_;  // the app wants to be connected
  std::optional<SignIn> sign_in_;
  std::uint64_t last_sign_in_ = 0;
  std::optional<Millis> wake_at_;
  bool failed_ = false;  // the store did, since the last `settle`
  bool settle_again_ = false;
  std::vector<Change> told_;  // changes to tell once the callers can see them

  mutable std::mutex mutex_;  // guards what follows
  std::thread::id thread_id_;
  std::vector<Task> tasks_;
  bool ending_ = false;
  Status status_;
  std::optional<deskbell::Identity> identity_;
  std::string name_at_sign_in_;

  std::thread thread_;  // last, so that all else is there when it starts
};

template <class F>
auto Worker::run(F command) -> std::invoke_result_t<F&, Engine&, Millis> {
  using Outcome = std::invoke_result_t<F&, Engine&, Millis>;
  if (on_this_thread())
    return deskbell::Error{deskbell::ErrorCode::invalid_command,
                           "Commands cannot be called from within on_change; wake your own loop "
                           "there, and call them from it."};
  struct Call {
    F command;
    std::optional<Outcome> outcome;
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
  };
  // Lives on this stack: the worker lets go of it before `done` is seen.
  Call call{std::move(command), std::nullopt, {}, {}, false};
  post({.work =
            [this, &call] {
              try {
                call.outcome.emplace(call.command(engine_, now_ms()));
              } catch (const StoreError& error) {
                call.outcome.emplace(error.error());
              } catch (const std::exception& error) {
                call.outcome.emplace(
                    deskbell::Error{deskbell::ErrorCode::storage_failed, error.what()});
              }
            },
        .done =
            [&call] {
              const std::lock_guard lock(call.mutex);
              call.done = true;
              call.changed.notify_one();
            }});
  std::unique_lock lock(call.mutex);
  call.changed.wait(lock, [&] { return call.done; });
  return std::move(*call.outcome);
}

}  // namespace deskbell::sdk
