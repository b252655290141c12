#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <unordered_set>

#include "server/http/transport.h"

// Shared by the few translation units that know Asio. Included by no other.

namespace deskbell {

/// What connections share. One thread.
struct AsioServer {
  explicit AsioServer(const TransportLimits& some_limits) : limits(some_limits) {}

  const TransportLimits limits;
  HttpHandler* handler = nullptr;
  bool stopping = false;
  std::atomic<std::size_t> connections = 0;
  /// Connections between two requests: how to close each when the server stops.
  std::unordered_set<const std::function<void()>*> idle;
  /// Called when a connection has gone.
  std::function<void()> on_connection_gone;
};

/// Counts a connection for as long as it lives.
class ConnectionSlot {
 public:
  explicit ConnectionSlot(AsioServer& server) : server_(&server) { ++server.connections; }
  ConnectionSlot(ConnectionSlot&& other) noexcept
      : server_(std::exchange(other.server_, nullptr)) {}
  ConnectionSlot& operator=(ConnectionSlot&&) = delete;
  ~ConnectionSlot() {
    if (!server_) return;
    --server_->connections;
    server_->on_connection_gone();
  }

 private:
  AsioServer* server_;
};

/// Serves the requests of one connection until it ends (connection.cpp).
void start_connection(AsioServer& server, boost::asio::ip::tcp::socket socket);

/// Takes over a connection whose answer is a stream, the head being sent already
/// (stream_connection.cpp). `chunked`: the body's pieces are framed (HTTP/1.1).
void start_stream(ConnectionSlot slot, boost::asio::ip::tcp::socket socket, bool chunked,
                  std::shared_ptr<StreamSource> source);

}  // namespace deskbell
