#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "server/http/asio_server.h"

namespace deskbell {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int kListenQueue = 1024;
// When the system has no more sockets to give, trying at once again would only burn the processor.
constexpr std::chrono::milliseconds kAcceptPause{200};

class AsioTransport final : public Transport {
 public:
  explicit AsioTransport(const TransportLimits& limits)
      : server_(limits),
        acceptor_(io_),
        signals_(io_),
        tick_(io_),
        accept_pause_(io_),
        stop_deadline_(io_) {
    server_.on_connection_gone = [this] {
      if (server_.stopping && server_.connections == 0) stop_deadline_.cancel();
    };
  }

  // What is cut off is destroyed together with the context, after the timers.
  ~AsioTransport() override {
    server_.on_connection_gone = [] {};
  }

  Result<void> listen(const std::string& host, std::uint16_t port) override {
    error_code error;
    const auto fail = [&](const char* what) {
      return Error{ErrorCode::network_failed, std::string("Cannot ") + what + " " + host + ":" +
                                                  std::to_string(port) + ": " + error.message() +
                                                  "."};
    };
    tcp::resolver resolver(io_);
    const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
    if (error || found.empty()) return fail("find the address");
    const tcp::endpoint endpoint = *found.begin();
    acceptor_.open(endpoint.protocol(), error);
    if (error) return fail("open a socket for");
    acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    acceptor_.bind(endpoint, error);
    if (error) return fail("listen on");
    acceptor_.listen(kListenQueue, error);
    if (error) return fail("listen on");
    return {};
  }

  std::uint16_t port() const override {
    error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
  }

  std::size_t connections() const override { return server_.connections; }

  void stop_on_signals() override {
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.async_wait([this](error_code error, int) {
      if (!error) begin_stop();
    });
  }

  void run(HttpHandler& handler) override {
    server_.handler = &handler;
    accept();
    tick();
    // Nothing a handler throws (memory that ran out) may end the hub: the one request fails.
    for (bool again = true; again;) {
      try {
        io_.run();
        again = false;
      } catch (const std::exception&) {
      }
    }
  }

  void post(std::function<void()> job) override { asio::post(io_, std::move(job)); }

  void stop() override {
    asio::post(io_, [this] { begin_stop(); });
  }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (server_.stopping) return;
      if (error) return pause_accepting();
      if (server_.connections < server_.limits.max_connections)
        start_connection(server_, std::move(socket));
      else
        turn_away(std::move(socket));
      accept();
    });
  }

  void pause_accepting() {
    accept_pause_.expires_after(kAcceptPause);
    accept_pause_.async_wait([this](error_code error) {
      if (!error && !server_.stopping) accept();
    });
  }

  /// Too many connections: an answer as far as the socket takes it at once, and no more effort.
  void turn_away(tcp::socket socket) {
    const HttpResponse response = server_.handler->refusal(503, "Too many connections.");
    const std::string bytes =
        encode_head(response, response.content().size(), false) + response.content();
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(bytes), 0, ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void tick() {
    tick_.expires_after(std::chrono::milliseconds(server_.limits.tick_ms));
    tick_.async_wait([this](error_code error) {
      if (error) return;
      server_.handler->tick(steady_now());
      // While it stops, streams still need their clock.
      if (!server_.stopping || server_.connections > 0) tick();
    });
  }

  void begin_stop() {
    if (std::exchange(server_.stopping, true)) return;
    error_code ignored;
    acceptor_.close(ignored);
    signals_.cancel(ignored);
    accept_pause_.cancel();
    server_.handler->stop();
    const auto idle = server_.idle;
    for (const std::function<void()>* close : idle) (*close)();
    if (server_.connections == 0) {
      tick_.cancel();
      return;
    }
    stop_deadline_.expires_after(std::chrono::milliseconds(server_.limits.stop_timeout_ms));
    stop_deadline_.async_wait([this](error_code error) {
      tick_.cancel();
      if (error) return;
      server_.handler->cut_off();
      io_.stop();
    });
  }

  // Outlives the context, whose handlers refer to it when they are dropped.
  AsioServer server_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer tick_;
  asio::steady_timer accept_pause_;
  asio::steady_timer stop_deadline_;
};

}  // namespace

std::unique_ptr<Transport> Transport::make(const TransportLimits& limits) {
  return std::make_unique<AsioTransport>(limits);
}

Millis steady_now() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

}  // namespace deskbell
