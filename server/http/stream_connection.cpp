#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <utility>

#include "server/http/asio_server.h"

namespace deskbell {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// A connection that has become an event stream: a socket, what is on its way, and nothing else.
/// The request's coroutine has ended; thousands of idle streams cost little.
class StreamConnection final : public StreamSink,
                               public std::enable_shared_from_this<StreamConnection> {
 public:
  StreamConnection(ConnectionSlot slot, tcp::socket socket, bool chunked,
                   std::shared_ptr<StreamSource> source)
      : slot_(std::move(slot)),
        socket_(std::move(socket)),
        chunked_(chunked),
        source_(std::move(source)) {}

  void start() {
    watch();
    source_->on_open(shared_from_this());
  }

  void send(std::string bytes) override {
    if (!source_ || finishing_) return;
    queue(chunked_ ? encode_chunk(bytes) : std::move(bytes));
  }

  bool drained() const override { return writing_.empty() && waiting_.empty(); }

  void finish() override {
    if (!source_ || finishing_) return;
    if (chunked_) queue(std::string(kLastChunk));
    finishing_ = true;
    if (drained()) close_gently();
  }

  void abort() override { end(); }

 private:
  void queue(std::string bytes) {
    waiting_ += bytes;
    if (writing_.empty()) write();
  }

  void write() {
    writing_ = std::exchange(waiting_, {});
    boost::asio::async_write(
        socket_, boost::asio::buffer(writing_),
        [self = shared_from_this()](error_code error, std::size_t) { self->written(error); });
  }

  void written(error_code error) {
    writing_.clear();
    writing_.shrink_to_fit();
    if (error) return end();
    if (!waiting_.empty()) return write();
    if (finishing_) return close_gently();
    if (source_) source_->on_drained();
  }

  /// The reader has nothing more to say; what it sends all the same is passed over. Its leaving is
  /// what this waits for.
  void watch() {
    socket_.async_read_some(boost::asio::buffer(heard_),
                            [self = shared_from_this()](error_code error, std::size_t) {
                              if (error)
                                self->end();
                              else
                                self->watch();
                            });
  }

  /// Says that nothing more will come, and lets the reader hang up first, so that the last bytes
  /// are not lost in a reset. The source's clock bounds the wait.
  void close_gently() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  void end() {
    error_code ignored;
    socket_.close(ignored);
    if (const auto source = std::exchange(source_, nullptr)) source->on_closed();
  }

  ConnectionSlot slot_;
  tcp::socket socket_;
  const bool chunked_;
  bool finishing_ = false;
  std::shared_ptr<StreamSource> source_;  // none once it has ended
  std::string writing_;
  std::string waiting_;
  std::array<char, 64> heard_;
};

}  // namespace

void start_stream(ConnectionSlot slot, tcp::socket socket, bool chunked,
                  std::shared_ptr<StreamSource> source) {
  std::make_shared<StreamConnection>(std::move(slot), std::move(socket), chunked, std::move(source))
      ->start();
}

}  // namespace deskbell
