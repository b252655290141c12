#include "server/http/hub_server.h"

#include <algorithm>
#include <utility>

#include "core/answer/word_vectors/built_in_word_vectors.h"
#include "server/http/api.h"
#include "server/hub/wall_clock.h"
#include "server/mail/mailer.h"

namespace deskbell {
namespace {

// argon2id takes 64 MiB and a tenth of a second each: two at once, and a short queue.
constexpr std::size_t kPasswordThreads = 2;
constexpr std::size_t kMaxQueuedPasswords = 32;
// Pieces of files that wait for the disk, each up to 1 MiB.
constexpr std::size_t kMaxQueuedUploads = 64;

}  // namespace

/// In the order in which one needs the other; the threads end first.
struct HubServer::Parts {
  Parts(std::unique_ptr<Hub> some_hub, StaticFiles some_files, std::unique_ptr<Transport> some_io,
        const HubServerLimits& limits, const ServeOptions& options, MailSettings mail,
        const Hub::Log& log)
      : hub(std::move(some_hub)),
        files(std::move(some_files)),
        live(limits.live, log),
        transport(std::move(some_io)),
        mailer(std::move(mail), log),
        commits([this](HubStore& store, std::vector<Visibility> placed) {
          mailer.wake(store);
          publish(store, std::move(placed));
        }),
        finders(*transport, options.word_vectors ? built_in_word_vectors() : WordVectors{}, log),
        passwords(kPasswordThreads, kMaxQueuedPasswords),
        uploads(1, kMaxQueuedUploads),
        api({*hub, *transport, commits, passwords, uploads, live, finders, files, log,
             options.max_new_customers, limits.files}) {
    mailer.start(*hub, [this](Site& site, OwnEvent event, std::function<void(bool)> done) {
      return place_own(site, std::move(event), std::move(done));
    });
  }
  /// It writes by the commit queue, and that one wakes it: it ends before and is gone after.
  ~Parts() { mailer.stop(); }

  void publish(HubStore& store, std::vector<Visibility> placed) {
    transport->post([this, &store, placed = std::move(placed)] {
      live.publish(store, placed);
      const auto for_everyone = [](const Visibility& one) {
        return one.audience == Audience::everyone;
      };
      if (std::any_of(placed.begin(), placed.end(), for_everyone)) finders.note_change(store);
    });
  }

  bool place_own(Site& site, OwnEvent event, std::function<void(bool)> done) {
    return commits.run([this, &site, event = std::move(event), done = std::move(done)] {
      auto placed = site.store->place_own(std::span(&event, 1), wall_clock_now());
      if (placed) publish(*site.store, std::move(*placed));
      done(placed.ok());
    });
  }

  std::unique_ptr<Hub> hub;
  StaticFiles files;
  LiveReaders live;
  std::unique_ptr<Transport> transport;
  Mailer mailer;
  CommitQueue commits;
  AnswerFinders finders;
  WorkerPool passwords;
  WorkerPool uploads;
  Api api;
};

Result<std::unique_ptr<HubServer>> HubServer::open(const ServeOptions& options,
                                                   const HubServerLimits& limits, Hub::Log log) {
  auto mail = check_mail_options(options.mail);
  if (!mail) return mail.error();
  auto files = StaticFiles::load(options.web);
  if (!files) return files.error();
  auto hub = Hub::open(options.data, options.site_files, log, options.attachments);
  if (!hub) return hub.error();
  Result<void> announced;
  (*hub)->each_site([&](Site& site) {
    if (announced) announced = announce_mail(site, mail->can_send(), wall_clock_now());
  });
  if (!announced) return announced.error();
  auto transport = Transport::make(limits.transport);
  if (auto listening = transport->listen(options.listen_host, options.port); !listening)
    return listening.error();
  return std::unique_ptr<HubServer>(new HubServer(
      std::make_unique<Parts>(std::move(*hub), std::move(*files), std::move(transport), limits,
                              options, std::move(*mail), log)));
}

HubServer::HubServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HubServer::~HubServer() = default;

std::uint16_t HubServer::port() const {
  return parts_->transport->port();
}
std::size_t HubServer::connections() const {
  return parts_->transport->connections();
}
void HubServer::stop_on_signals() {
  parts_->transport->stop_on_signals();
}
void HubServer::run() {
  parts_->transport->run(parts_->api);
}
void HubServer::stop() {
  parts_->transport->stop();
}

}  // namespace deskbell
