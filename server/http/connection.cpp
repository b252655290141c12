#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "server/http/asio_server.h"
#include "server/http/compression.h"
#include "server/http/gate.h"
#include "server/http/negotiation.h"

// One connection is one coroutine that reads top to bottom: head, gate, body, handler, answer.
//
// GCC 12 miscompiles coroutines in which a co_await expression holds a capturing lambda or a
// temporary with a destructor. So whatever is awaited stands in a variable of its own here.

namespace deskbell {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 4096;
// After an answer that ends the connection, what the peer still sends is thrown away for a moment;
// closing at once would make the system reset the connection and the answer might not arrive.
constexpr std::size_t kMaxLingerBytes = 2 * 1024 * 1024;
constexpr std::chrono::seconds kLinger{2};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::chrono::milliseconds in_ms(Millis ms) {
  return std::chrono::milliseconds(ms);
}

/// A request that waits for its answer; the coroutine waits on a timer that never expires by
/// itself.
class PendingAnswer final : public Exchange {
 public:
  explicit PendingAnswer(const asio::any_io_executor& executor)
      : ready_(executor, asio::steady_timer::time_point::max()) {}

  void answer(HttpResponse response) override {
    if (response_) return;
    response_ = std::move(response);
    ready_.cancel();
  }

  void stream(HttpResponse head, std::shared_ptr<StreamSource> source) override {
    if (response_) return;
    source_ = std::move(source);
    answer(std::move(head));
  }

  bool answered() const { return response_.has_value(); }
  asio::steady_timer& ready() { return ready_; }
  HttpResponse take_response() { return std::move(*response_); }
  std::shared_ptr<StreamSource> take_source() { return std::move(source_); }

 private:
  asio::steady_timer ready_;
  std::optional<HttpResponse> response_;
  std::shared_ptr<StreamSource> source_;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(AsioServer& server, tcp::socket socket)
      : server_(server),
        slot_(server),
        stream_(std::move(socket)),
        buffer_(kMaxHeadBytes + server.limits.max_body_bytes + kReadBytes),
        close_when_idle_([this] { stream_.close(); }) {
    error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    const auto peer = stream_.socket().remote_endpoint(ignored);
    from_this_machine_ = peer.address().is_loopback();
    address_ = peer.address().to_string();
  }

  asio::awaitable<void> run() {
    while (co_await serve_one()) {
    }
    if (refused_) co_await linger();
    if (handed_over_) co_return;
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

 private:
  /// One request and its answer; true when another may follow.
  asio::awaitable<bool> serve_one() {
    std::optional<std::size_t> head_size = co_await await_head();
    if (!head_size) co_return false;
    auto checked = check_head(seen().substr(0, *head_size), server_.limits.max_body_bytes);
    if (const auto* refusal = std::get_if<GateRefusal>(&checked)) {
      co_await refuse(*refusal);
      co_return false;
    }
    RequestHead head = std::move(std::get<RequestHead>(checked));
    HttpRequest request;
    if (head.has_body()) {
      if (!co_await read_body(head, request.body)) co_return false;
    } else {
      buffer_.consume(*head_size);
    }
    const bool compressed = accepts_encoding(value_of(head, "accept-encoding"), "gzip");
    request.method = head.method;
    request.target = std::move(head.target);
    request.fields = std::move(head.fields);
    request.address = address_of(request);

    auto pending = std::make_shared<PendingAnswer>(stream_.get_executor());
    server_.handler->handle(std::move(request), pending);
    if (!pending->answered()) {
      stream_.expires_never();
      error_code woken;
      co_await pending->ready().async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    HttpResponse response = pending->take_response();
    std::shared_ptr<StreamSource> source = pending->take_source();
    if (source) {
      co_await begin_stream(head, response, source);
      co_return false;
    }
    if (compressed) compress(response);
    const bool keep_alive = head.keep_alive && !server_.stopping;
    const bool sent = co_await send(response, head.method != "HEAD", keep_alive);
    co_return sent&& keep_alive;
  }

  /// The first field of that name; empty if there is none.
  static std::string_view value_of(const RequestHead& head, std::string_view name) {
    for (const HttpField& field : head.fields)
      if (field.name == name) return field.value;
    return {};
  }

  std::string_view seen() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
  }

  /// Reads until a whole head stands at the buffer's front; nothing when the connection is over.
  asio::awaitable<std::optional<std::size_t>> await_head() {
    if (buffer_.size() == 0) {
      if (server_.stopping) co_return std::nullopt;
      stream_.expires_after(in_ms(server_.limits.idle_timeout_ms));
      server_.idle.insert(&close_when_idle_);
      const bool more = co_await read_some();
      server_.idle.erase(&close_when_idle_);
      if (!more) co_return std::nullopt;
    }
    // Once for the whole head: whoever drips it byte by byte gains nothing.
    stream_.expires_after(in_ms(server_.limits.head_timeout_ms));
    std::size_t scanned = 0;
    for (;;) {
      const auto found = find_head(seen(), scanned);
      if (const auto* size = std::get_if<std::size_t>(&found)) co_return *size;
      if (const auto* refusal = std::get_if<GateRefusal>(&found)) {
        co_await refuse(*refusal);
        co_return std::nullopt;
      }
      scanned = buffer_.size();
      if (!co_await read_some()) co_return std::nullopt;
    }
  }

  asio::awaitable<bool> read_some() {
    error_code error;
    const auto space = buffer_.prepare(kReadBytes);
    const std::size_t count =
        co_await stream_.async_read_some(space, asio::redirect_error(asio::use_awaitable, error));
    buffer_.commit(count);
    co_return !error;
  }

  /// Beast reads head and body from the same bytes; what the gate and Beast think of the body's
  /// length must agree.
  asio::awaitable<bool> read_body(const RequestHead& head, std::string& body) {
    if (head.expects_continue) {
      error_code error;
      const auto bytes = asio::buffer(kContinue);
      co_await asio::async_write(stream_, bytes, asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return false;
    }
    stream_.expires_after(in_ms(server_.limits.body_timeout_ms));
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(kMaxHeadBytes);
    parser.body_limit(server_.limits.max_body_bytes);
    error_code error;
    co_await beast::http::async_read(stream_, buffer_, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
    if (error == beast::http::error::body_limit) {
      const GateRefusal refusal{413, "The body is too long."};
      co_await refuse(refusal);
      co_return false;
    }
    if (error == beast::error::timeout) co_return false;
    const bool agreed = !error && parser.chunked() == head.chunked &&
                        (head.chunked || parser.get().body().size() == head.content_length);
    if (!agreed) {
      const GateRefusal refusal{400, "The body is not framed as its head says."};
      co_await refuse(refusal);
      co_return false;
    }
    body = std::move(parser.get().body());
    co_return true;
  }

  asio::awaitable<void> refuse(const GateRefusal& refusal) {
    const HttpResponse response = server_.handler->refusal(refusal.status, refusal.reason);
    refused_ = co_await send(response, true, false);
  }

  asio::awaitable<bool> send(const HttpResponse& response, bool with_body, bool keep_alive) {
    const std::string head = encode_head(response, response.content().size(), keep_alive);
    const bool bodiless = !with_body || response.status == 204 || response.status == 304;
    const std::array<asio::const_buffer, 2> bytes = {
        asio::buffer(head), bodiless ? asio::const_buffer() : asio::buffer(response.content())};
    stream_.expires_after(in_ms(server_.limits.write_timeout_ms));
    error_code error;
    co_await asio::async_write(stream_, bytes, asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
  }

  asio::awaitable<void> begin_stream(const RequestHead& head, const HttpResponse& response,
                                     std::shared_ptr<StreamSource>& source) {
    const bool chunked = head.minor_version == 1;
    std::string bytes =
        encode_head(response, chunked ? std::nullopt : std::optional(std::size_t{0}),
                    chunked && head.keep_alive);
    if (!chunked) {
      // HTTP/1.0 has no chunks: the body ends with the connection.
      const std::string length = "Content-Length: 0\r\n";
      bytes.erase(bytes.find(length), length.size());
    }
    stream_.expires_after(in_ms(server_.limits.write_timeout_ms));
    const auto buffer = asio::buffer(bytes);
    error_code error;
    co_await asio::async_write(stream_, buffer, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    stream_.expires_never();
    handed_over_ = true;
    start_stream(std::move(slot_), stream_.release_socket(), chunked, std::move(source));
  }

  asio::awaitable<void> linger() {
    error_code error;
    stream_.socket().shutdown(tcp::socket::shutdown_send, error);
    stream_.expires_after(kLinger);
    for (std::size_t thrown_away = 0; thrown_away < kMaxLingerBytes;) {
      buffer_.clear();
      const bool more = co_await read_some();
      if (!more) co_return;
      thrown_away += buffer_.size();
    }
  }

  /// A proxy on this machine says whom it speaks for, in the last element it added; from anywhere
  /// else, anyone could claim anything.
  std::string address_of(const HttpRequest& request) const {
    const auto forwarded = request.field("x-forwarded-for");
    if (!from_this_machine_ || !forwarded) return address_;
    std::string_view last = forwarded->substr(forwarded->rfind(',') + 1);
    last.remove_prefix(std::min(last.find_first_not_of(" \t"), last.size()));
    return std::string(last);
  }

  AsioServer& server_;
  ConnectionSlot slot_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  const std::function<void()> close_when_idle_;
  std::string address_;
  bool from_this_machine_ = false;
  bool refused_ = false;
  bool handed_over_ = false;
};

asio::awaitable<void> run_connection(std::shared_ptr<Connection> connection) {
  co_await connection->run();
}

}  // namespace

void start_connection(AsioServer& server, tcp::socket socket) {
  const auto executor = socket.get_executor();
  asio::co_spawn(executor, run_connection(std::make_shared<Connection>(server, std::move(socket))),
                 asio::detached);
}

}  // namespace deskbell
