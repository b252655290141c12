#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "server/http/hub_server.h"
#include "tests/server/hub_fixture.h"
#include "tests/server/test_client.h"

namespace deskbell::test {

/// A hub in a thread of this process, on a port that the system chose, with the site "fern" and
/// the agents 1 and 2.
class RunningHub {
 public:
  RunningHub();
  ~RunningHub();

  /// Change these before `start`.
  HubServerLimits limits;
  ServeOptions options;

  void start();
  /// Stops gracefully and waits until it has.
  void stop();
  /// Begins to stop, and returns at once.
  void begin_stop() { server_->stop(); }

  std::uint16_t port() const { return server_->port(); }
  std::size_t open_connections() const { return server_->connections(); }
  const TemporaryFolder& folder() const { return folder_; }

  /// One request on a connection of its own.
  Reply request(const std::string& method, const std::string& target, const std::string& body = "",
                const std::string& token = "", const std::string& more_fields = "");

  /// Trades the actor's secret for a token.
  std::string token(const Actor& actor);

  /// Pushes events and returns the answer.
  PushAnswer push(const Actor& actor, const std::vector<std::string>& events);

  /// One page.
  Page pull(const Actor& actor, const std::string& query = "");

 private:
  TemporaryFolder folder_;
  std::unique_ptr<HubServer> server_;
  std::thread thread_;
};

/// The secret of an actor's device.
std::string secret_of(const Actor& actor);

inline const std::string kSitePath = "/v1/sites/fern";

}  // namespace deskbell::test
