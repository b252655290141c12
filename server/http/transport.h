#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "server/http/message.h"

// What handlers know of the network: requests come in, answers and streams go out, all on one
// thread. Behind it stand Asio and Beast (listener.cpp, connection.cpp), which take long to compile
// and are included nowhere else.

namespace deskbell {

/// Every bound on what strangers can make the hub hold. A test may set tighter ones.
struct TransportLimits {
  std::size_t max_connections = 10'000;  ///< Beyond it: 503 and closed.
  std::size_t max_body_bytes = 1024 * 1024;
  Millis head_timeout_ms = 10'000;  ///< From a head's first byte to its last.
  Millis idle_timeout_ms = 75'000;  ///< Between requests, and before the first byte.
  Millis body_timeout_ms = 60'000;
  Millis write_timeout_ms = 60'000;  ///< For an answer; streams have their own rules.
  Millis stop_timeout_ms = 10'000;   ///< What is not done then is cut off.
  Millis tick_ms = 1'000;            ///< How often the handler is told the time.
};

/// The hub's end of an event stream.
class StreamSink {
 public:
  virtual ~StreamSink() = default;
  /// Sends bytes of the body. Bounded by its callers: they send when the last bytes are gone.
  virtual void send(std::string bytes) = 0;
  /// Whether all that was sent has left this process.
  virtual bool drained() const = 0;
  /// Ends the body after what was sent, and closes.
  virtual void finish() = 0;
  /// Closes at once.
  virtual void abort() = 0;
};

/// Who fills an event stream.
class StreamSource {
 public:
  virtual ~StreamSource() = default;
  virtual void on_open(std::shared_ptr<StreamSink> sink) = 0;
  virtual void on_drained() = 0;
  /// The stream has ended, whoever ended it. The last call.
  virtual void on_closed() = 0;
};

/// A request that waits for its answer. May be answered later, but on the transport's thread; what
/// comes after the peer has left is dropped.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// Exactly one of these two, once.
  virtual void answer(HttpResponse response) = 0;
  virtual void stream(HttpResponse head, std::shared_ptr<StreamSource> source) = 0;
};

/// What a server does with requests.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual void handle(HttpRequest request, std::shared_ptr<Exchange> exchange) = 0;
  /// About once a second; `now` is of a clock that never jumps.
  virtual void tick(Millis now) = 0;
  /// The server is about to stop: end what waits.
  virtual void stop() = 0;
  /// The time to stop is over: let go of every exchange and stream at once.
  virtual void cut_off() = 0;
  /// The answer where the transport itself refuses: bad HTTP, too much at once.
  virtual HttpResponse refusal(int status, const std::string& reason) = 0;
};

/// The listening server. Made, run and destroyed by one thread, the I/O thread.
class Transport {
 public:
  static std::unique_ptr<Transport> make(const TransportLimits& limits);
  virtual ~Transport() = default;

  /// Binds the address; port 0 lets the system choose. Connections are queued by the system from
  /// here on.
  virtual Result<void> listen(const std::string& host, std::uint16_t port) = 0;
  virtual std::uint16_t port() const = 0;

  /// Connections that are open right now, streams among them. Any thread.
  virtual std::size_t connections() const = 0;

  /// Stops on SIGTERM and SIGINT from here on.
  virtual void stop_on_signals() = 0;

  /// Serves until `stop`, and until what was begun is done.
  virtual void run(HttpHandler& handler) = 0;

  /// Runs a function on the I/O thread soon. Any thread, until the transport is destroyed.
  virtual void post(std::function<void()> job) = 0;

  /// Begins the graceful stop. Any thread.
  virtual void stop() = 0;
};

/// Now, of a clock that never jumps; for time-outs.
Millis steady_now();

}  // namespace deskbell
