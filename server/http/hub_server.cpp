#include "server/http/hub_server.h"

#include <utility>

#include "server/http/api.h"

namespace deskbell {
namespace {

// argon2id takes 64 MiB and a tenth of a second each: two at once, and a short queue.
constexpr std::size_t kPasswordThreads = 2;
constexpr std::size_t kMaxQueuedPasswords = 32;

}  // namespace

/// In the order in which one needs the other; the threads end first.
struct HubServer::Parts {
  Parts(std::unique_ptr<Hub> some_hub, StaticFiles some_files, std::unique_ptr<Transport> some_io,
        const LiveLimits& live_limits, int max_new_customers, const Hub::Log& log)
      : hub(std::move(some_hub)),
        files(std::move(some_files)),
        live(live_limits, log),
        transport(std::move(some_io)),
        commits([this](HubStore& store, std::vector<Visibility> placed) {
          transport->post(
              [this, &store, placed = std::move(placed)] { live.publish(store, placed); });
        }),
        passwords(kPasswordThreads, kMaxQueuedPasswords),
        api({*hub, *transport, commits, passwords, live, files, log, max_new_customers}) {}

  std::unique_ptr<Hub> hub;
  StaticFiles files;
  LiveReaders live;
  std::unique_ptr<Transport> transport;
  CommitQueue commits;
  WorkerPool passwords;
  Api api;
};

Result<std::unique_ptr<HubServer>> HubServer::open(const ServeOptions& options,
                                                   const HubServerLimits& limits, Hub::Log log) {
  auto files = StaticFiles::load(options.web);
  if (!files) return files.error();
  auto hub = Hub::open(options.data, options.site_files, log);
  if (!hub) return hub.error();
  auto transport = Transport::make(limits.transport);
  if (auto listening = transport->listen(options.listen_host, options.port); !listening)
    return listening.error();
  return std::unique_ptr<HubServer>(new HubServer(
      std::make_unique<Parts>(std::move(*hub), std::move(*files), std::move(transport), limits.live,
                              options.max_new_customers, log)));
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
