#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "server/http/file_api.h"
#include "server/http/live.h"
#include "server/http/transport.h"
#include "server/serve.h"

namespace deskbell {

struct HubServerLimits {
  TransportLimits transport;
  LiveLimits live;
  FileLimits files;
};

/// A hub on the network, all parts put together. `serve` runs one in a process; a test runs one in
/// a thread. Threads: the caller of `run` does the I/O, one writes to the stores, two hash
/// passwords.
class HubServer {
 public:
  /// Opens the data, applies the site files, reads the widget's files and binds the address.
  static Result<std::unique_ptr<HubServer>> open(const ServeOptions& options,
                                                 const HubServerLimits& limits, Hub::Log log);
  ~HubServer();

  std::uint16_t port() const;
  /// Open connections, streams among them. Any thread.
  std::size_t connections() const;
  void stop_on_signals();
  /// Serves until `stop` and until what was begun is done.
  void run();
  /// Any thread.
  void stop();

 private:
  struct Parts;
  explicit HubServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace deskbell
