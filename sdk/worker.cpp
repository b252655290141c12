#include "sdk/worker.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/sync/wire.h"
#include "sdk/convert.h"

namespace deskbell::sdk {
namespace {

// WAL, so that the app's queries never wait for the network's writes; FULL, so that what a command
// has answered for survives a power cut; relaxed, for a page of the history can be had again. The
// cache (in KiB) and the log between checkpoints (in pages) hold what a site's history touches
// again and again while it comes in.
constexpr std::string_view kPragmas = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  PRAGMA cache_size = -16384;
  PRAGMA wal_autocheckpoint = 4000;
)sql";

/// The engine counts its requests from 1; those of signing in stand apart from them.
constexpr std::uint64_t kSignInRequests = std::uint64_t{1} << 63;
constexpr Millis kSignInTimeoutMs = 30'000;
/// How soon to try again when the store fails, and how long to sleep when there is nothing to do.
constexpr Millis kTroublePauseMs = 1000;
constexpr Millis kLongestSleepMs = 60'000;

Database open_database(const std::string& path) {
  return Database(path, {.relaxes = true, .pragmas = kPragmas});
}

std::string login_body(const std::string& login, const std::string& password) {
  const nlohmann::json body = {{"login", login}, {"password", password}};
  // What is no UTF-8 cannot be anybody's password; the hub says so.
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Worker::Worker(StoreFile store, std::string hub, std::string site, bool connect,
               ChangeQueue& changes, FileFolder& files)
    : store_(std::move(store)),
      database_(open_database(store_.path())),
      engine_(database_, random_),
      http_(hub, *this),
      changes_(changes),
      files_(files),
      fetcher_(http_, files),
      hub_(std::move(hub)),
      site_(std::move(site)),
      wanted_(connect) {
  if (wanted_ && engine_.replica().identity()) engine_.start(now_ms());
  refresh();
  tidy_files();
  told_.clear();  // where it begins is no change
  thread_ = std::thread([this] { loop(); });
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  http_.wake();
  thread_.join();
  constexpr const char* kClosed = "The client was closed before the hub answered.";
  end_sign_in(Error{ErrorCode::network_failed, kClosed});
  fetcher_.end_all({deskbell::ErrorCode::network_failed, kClosed});
}

void Worker::start() {
  post({.work =
            [this] {
              wanted_ = true;
              if (engine_.replica().identity()) engine_.start(now_ms());
            },
        .done = {}});
}

void Worker::stop() {
  post({.work =
            [this] {
              wanted_ = false;
              engine_.stop();
            },
        .done = {}});
}

void Worker::set_network_available(bool available) {
  post({.work = [this, available] { engine_.set_network(available, now_ms()); }, .done = {}});
}

void Worker::note_typing(std::string conversation) {
  post({.work = [this, conversation = std::move(
                           conversation)] { engine_.note_typing(conversation, now_ms()); },
        .done = {}});
}

void Worker::sign_in(std::string login, std::string password, SignedIn done) {
  post({.work = [this, login = std::move(login), password = std::move(password),
                 done = std::move(done)] { begin_sign_in(login, password, done); },
        .done = {}});
}

void Worker::fetch(FileFetcher::Wish wish) {
  const auto shared = std::make_shared<FileFetcher::Wish>(std::move(wish));
  shared->done = [this, id = shared->attachment, done = std::move(shared->done)](auto result) {
    told_.push_back({Subject::file, id});
    done(std::move(result));
  };
  post({.work = [this, shared] { fetcher_.add(std::move(*shared)); }, .done = {}});
}

Status Worker::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::optional<deskbell::Identity> Worker::identity() const {
  const std::lock_guard lock(mutex_);
  return identity_;
}

std::string Worker::name_at_sign_in() const {
  const std::lock_guard lock(mutex_);
  return name_at_sign_in_;
}

void Worker::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  http_.wake();
}

bool Worker::on_this_thread() const {
  const std::lock_guard lock(mutex_);
  return std::this_thread::get_id() == thread_id_;
}

void Worker::loop() {
  block_signals();
  {
    const std::lock_guard lock(mutex_);
    thread_id_ = std::this_thread::get_id();
  }
  for (;;) {
    std::vector<Task> tasks;
    {
      const std::lock_guard lock(mutex_);
      if (ending_ && tasks_.empty()) return;
      tasks.swap(tasks_);
    }
    for (const Task& task : tasks) guarded(task.work);
    settle();
    for (const Task& task : tasks)
      if (task.done) task.done();
    changes_.add(std::exchange(told_, {}));

    Millis pause = kLongestSleepMs;
    if (wake_at_) pause = std::clamp<Millis>(*wake_at_ - now_ms(), 0, kLongestSleepMs);
    http_.run(pause);
  }
}

/// Runs one step of the loop. What the core throws (the store failed) is told and tried again; it
/// must reach neither libcurl's callbacks nor the end of the thread.
template <class F>
void Worker::guarded(F step) {
  try {
    step();
  } catch (const StoreError& error) {
    tell_trouble(error.error());
  } catch (const std::exception& error) {
    tell_trouble({deskbell::ErrorCode::storage_failed, error.what()});
  }
}

void Worker::tell_trouble(const deskbell::Error& error) {
  failed_ = true;
  const std::lock_guard lock(mutex_);
  if (!status_.trouble) told_.push_back({Subject::status, ""});
  status_.trouble = to_public(error);
}

/// Carries out what the calls so far have come to. The store's transactions are committed by now.
void Worker::settle() {
  const bool failed_before = std::exchange(failed_, false);
  guarded([this] {
    const Effects effects = engine_.take_effects(now_ms());
    if (effects.storage_error) tell_trouble(*effects.storage_error);
    wake_at_ = effects.link.wake_at;
    for (const std::uint64_t request : effects.link.cancelled) http_.cancel(request);
    for (const Request& request : effects.link.requests) send(request);
    for (const deskbell::Change& change : effects.changes) told_.push_back(to_public(change));
    refresh();
    if (!effects.changes.empty() && files_.holds_files()) tidy_files();
    fetcher_.next(engine_.token(), engine_.connection());
  });
  if (std::exchange(settle_again_, false)) wake_at_ = now_ms();
  if (failed_ || failed_before) {
    const Millis retry_at = now_ms() + kTroublePauseMs;
    wake_at_ = wake_at_ ? std::min(*wake_at_, retry_at) : retry_at;
    return;
  }
  const std::lock_guard lock(mutex_);
  if (std::exchange(status_.trouble, std::nullopt)) told_.push_back({Subject::status, ""});
}

/// Makes a request, with the bytes of a file where it is to carry some.
void Worker::send(Request request) {
  if (!request.attachment.empty()) {
    auto piece = files_.piece(request.attachment, request.offset, request.length);
    if (!piece) {
      engine_.on_attachment_gone(request.id, now_ms());
      settle_again_ = true;
      return;
    }
    request.body = *std::move(piece);
  }
  http_.send(request);
}

void Worker::tidy_files() {
  files_.tidy(engine_.replica().needed_attachments());
}

/// Brings up to date what callers see. Throws StoreError.
void Worker::refresh() {
  const std::int64_t unsent = engine_.replica().unsent_count();
  const Connection connection = to_public(engine_.connection());
  const std::lock_guard lock(mutex_);
  if (connection != status_.connection) told_.push_back({Subject::status, ""});
  if (unsent != status_.unsent) told_.push_back({Subject::outbox, ""});
  status_.connection = connection;
  status_.unsent = unsent;
  if (identity_) return;  // once and for all
  identity_ = engine_.replica().identity();
  if (identity_) told_.push_back({Subject::identity, ""});
}

void Worker::on_response(const Response& response) {
  if (sign_in_ && sign_in_->request == response.request) {
    guarded([&] { end_sign_in(take_sign_in(response)); });
    return;
  }
  if (fetcher_.on_response(response)) return;
  guarded([&] { engine_.on_response(response, now_ms()); });
}

void Worker::on_stream_bytes(std::uint64_t request, std::string_view bytes) {
  if (fetcher_.on_bytes(request, bytes)) return;
  guarded([&] { engine_.on_stream_bytes(request, bytes, now_ms()); });
}

void Worker::on_failure(std::uint64_t request, const std::string& reason) {
  if (sign_in_ && sign_in_->request == request) {
    end_sign_in(Error{ErrorCode::network_failed,
                      "The hub at " + hub_ + " could not be reached: " + reason +
                          ". Check the address and the network, then sign in again."});
    return;
  }
  if (fetcher_.on_failure(request, reason)) return;
  guarded([&] { engine_.on_failure(request, now_ms()); });
}

void Worker::begin_sign_in(const std::string& login, const std::string& password, SignedIn done) {
  if (sign_in_) {
    http_.cancel(sign_in_->request);
    end_sign_in(Error{ErrorCode::invalid_command, "Another sign-in began meanwhile."});
  }
  sign_in_ = {kSignInRequests | ++last_sign_in_, std::move(done)};
  http_.send({.id = sign_in_->request,
              .kind = RequestKind::token,
              .method = "POST",
              .path = "/v1/sites/" + site_ + "/login",
              .token = "",
              .body = login_body(login, password),
              .stream = false,
              .timeout_ms = kSignInTimeoutMs});
}

/// What the hub answered: whose device this is from now on, or why not.
Result<Identity> Worker::take_sign_in(const Response& response) {
  if (response.status != 200) {
    if (const auto problem = decode_problem(response.body)) return to_public(problem->error);
    return Error{ErrorCode::network_failed, "Something other than a hub answered at " + hub_ +
                                                " (HTTP status " + std::to_string(response.status) +
                                                ")."};
  }
  const auto body = nlohmann::json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  const auto field = [&](const char* name) {
    const bool there = body.is_object() && body.contains(name) && body[name].is_string();
    return there ? body[name].get<std::string>() : std::string();
  };
  const std::string agent = field("agent"), name = field("name"), secret = field("secret");
  if (agent.empty() || secret.empty())
    return Error{ErrorCode::network_failed, "Something other than a hub answered at " + hub_ + "."};
  const auto adopted = adopt({site_, {deskbell::ActorKind::agent, agent}, secret});
  if (!adopted) return to_public(adopted.error());
  refresh();
  const std::lock_guard lock(mutex_);
  name_at_sign_in_ = name;
  return Identity{ActorKind::agent, agent, site_, name};
}

deskbell::Result<void> Worker::adopt(const deskbell::Identity& identity) {
  auto adopted = engine_.replica().adopt(identity);
  if (adopted && wanted_) {
    engine_.stop();  // a link that was signed out begins anew
    engine_.start(now_ms());
  }
  return adopted;
}

void Worker::end_sign_in(Result<Identity> result) {
  if (!sign_in_) return;
  const SignedIn done = std::exchange(sign_in_, std::nullopt)->done;
  told_.push_back({Subject::identity, ""});
  done(std::move(result));
}

}  // namespace deskbell::sdk
