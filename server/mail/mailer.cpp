#include "server/mail/mailer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/ascii.h"
#include "server/hub/wall_clock.h"

namespace deskbell {
namespace {

/// A busy hub places a thousand events a second; this often is its store looked at.
constexpr Millis kMomentMs = 100;
/// What a mail that is under way at the end still gets.
constexpr Millis kLastMomentMs = 2'000;
constexpr Millis kHourMs = 60 * 60 * 1'000;

/// For waits, which a change of the system's clock must not touch.
Millis steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

Millis wait_after(int failures) {
  Millis wait = kFirstMailRetryMs;
  for (int i = 1; i < failures && wait < kLongestMailRetryMs; ++i) wait *= 2;
  return std::min(wait, kLongestMailRetryMs);
}

TranscriptFailed failed(const WaitingTranscript& wish, ErrorCode code) {
  return {wish.request, std::string(error_name(code))};
}

}  // namespace

Mailer::Mailer(MailSettings settings, Hub::Log log)
    : settings_(std::move(settings)), log_(std::move(log)) {}

Mailer::~Mailer() {
  stop();
}

void Mailer::start(Hub& hub, Place place) {
  if (!settings_.can_send()) return;
  place_ = std::move(place);
  hub.each_site([this](Site& site) {
    sites_.push_back(&site);
    to_look_at_.insert(site.store.get());
  });
  thread_ = std::thread([this] { work(); });
}

void Mailer::wake(const HubStore& store) {
  if (!settings_.can_send()) return;
  {
    const std::lock_guard lock(mutex_);
    to_look_at_.insert(&store);
  }
  wake_.notify_one();
}

void Mailer::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (!stop_at_) stop_at_ = steady_ms() + kLastMomentMs;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool Mailer::must_stop() {
  const std::lock_guard lock(mutex_);
  return stop_at_ && steady_ms() >= *stop_at_;
}

void Mailer::work() {
  std::unique_lock lock(mutex_);
  while (!stop_at_) {
    const auto look = std::exchange(to_look_at_, {});
    settle();
    lock.unlock();
    for (Site* site : sites_)
      if (look.contains(site->store.get())) look_at(*site);
    const auto due = do_next();
    lock.lock();
    const auto has_news = [this] {
      return stop_at_.has_value() || !to_look_at_.empty() || !placed_.empty();
    };
    if (due)
      wake_.wait_for(lock, std::chrono::milliseconds(std::max(Millis{0}, *due - steady_ms())),
                     has_news);
    else
      wake_.wait(lock, has_news);
    if (!look.empty())
      wake_.wait_for(lock, std::chrono::milliseconds(kMomentMs),
                     [this] { return stop_at_.has_value(); });
  }
}

/// Takes in what became of the ends that were to be placed.
void Mailer::settle() {
  for (const auto& [request, durable] : std::exchange(placed_, {})) {
    const auto found = jobs_.find(request);
    if (found == jobs_.end()) continue;
    Job& job = found->second;
    job.placing = false;
    if (durable)
      jobs_.erase(found);
    else
      job.due = steady_ms() + wait_after(++job.failures);
  }
}

void Mailer::look_at(Site& site) {
  const Millis now = steady_ms();
  try {
    auto& reader = readers_[&site];
    if (!reader) reader = std::make_unique<TranscriptReader>(site.database);
    std::set<std::string> waiting;
    for (WaitingTranscript& wish : reader->waiting()) {
      waiting.insert(wish.request);
      std::string request = wish.request;
      jobs_.try_emplace(std::move(request), Job{&site, std::move(wish), now, now, 0, {}, false});
    }
    // What has an end needs no other.
    std::erase_if(jobs_, [&](const auto& entry) {
      return entry.second.site == &site && !waiting.contains(entry.first);
    });
  } catch (const StoreError& error) {
    log_("site " + site.name + ": transcripts cannot be read: " + error.what());
    readers_.erase(&site);
  }
}

/// Does what is due; answers when to come back, if at all.
std::optional<Millis> Mailer::do_next() {
  std::optional<Millis> next;
  const auto wait_until = [&](Millis at) { next = next ? std::min(*next, at) : at; };
  for (auto& [request, job] : jobs_) {
    if (job.placing) continue;
    const Millis now = steady_ms();
    if (!job.end && now - job.since >= kMailPatienceMs)
      job.end = failed(job.wish, ErrorCode::mail_failed), job.due = now;
    if (!job.end && per_address_.wait_for(ascii_lower(job.wish.email), now))
      job.end = failed(job.wish, ErrorCode::mail_limit), job.due = now;
    const Millis due = job.end ? job.due : std::max(job.due, server_due_);
    if (due > now) {
      wait_until(due);
    } else if (job.end) {
      end(job, *job.end);
      if (!job.placing) wait_until(job.due);
    } else {
      while (!sent_at_.empty() && sent_at_.front() <= now - kHourMs) sent_at_.pop_front();
      if (sent_at_.size() >= static_cast<std::size_t>(settings_.per_hour)) {
        if (!std::exchange(told_limit_, true))
          log_("mail: as much has left in this hour as may; the rest waits");
        wait_until(sent_at_.front() + kHourMs);
        continue;
      }
      told_limit_ = false;
      try_to_send(job);
      // Whatever is new comes first: the next of them in the next round.
      wait_until(steady_ms());
      return next;
    }
  }
  return next;
}

void Mailer::try_to_send(Job& job) {
  std::string mail;
  try {
    auto& reader = readers_[job.site];
    if (!reader) reader = std::make_unique<TranscriptReader>(job.site->database);
    mail = compose_mail(reader->read(job.wish, job.site->name), settings_.from, wall_clock_now());
  } catch (const StoreError& error) {
    log_("site " + job.site->name + ": a conversation cannot be read: " + error.what());
    readers_.erase(job.site);
    job.due = steady_ms() + wait_after(++job.failures);
    return;
  }
  judge(job, send_mail(settings_, job.wish.email, mail, [this] { return must_stop(); }));
}

void Mailer::judge(Job& job, const SmtpAnswer& answer) {
  const Millis now = steady_ms();
  if (answer.end == SmtpEnd::trouble) {
    server_due_ = now + wait_after(++server_failures_);
    if (server_failures_ == 1 && !must_stop())
      log_("mail: the mail server takes none now: " + answer.what + "; it is asked again");
    return;
  }
  if (std::exchange(server_failures_, 0) > 0) log_("mail: the mail server takes mail again");
  switch (answer.end) {
    case SmtpEnd::later:
      if (++job.failures == 1)
        log_("site " + job.site->name + ": a mail is put off: " + answer.what);
      job.due = now + wait_after(job.failures);
      return;
    case SmtpEnd::refused:
      log_("site " + job.site->name + ": a mail was refused: " + answer.what);
      return end(job, failed(job.wish, ErrorCode::mail_refused));
    default:
      sent_at_.push_back(now);
      per_address_.count(ascii_lower(job.wish.email), now);
      end(job, TranscriptSent{job.wish.request});
  }
}

/// Has the end of a wish placed. Until that is durable, it is only tried again: the mail is not.
void Mailer::end(Job& job, Payload payload) {
  job.end = std::move(payload);
  const auto done = [this, request = job.wish.request](bool durable) {
    {
      const std::lock_guard lock(mutex_);
      placed_.emplace_back(request, durable);
    }
    wake_.notify_one();
  };
  job.placing = place_(*job.site, {"transcript", "", *job.end, job.wish.conversation}, done);
  if (!job.placing) job.due = steady_ms() + wait_after(++job.failures);
}

}  // namespace deskbell
