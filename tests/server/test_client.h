#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sync/sse_parser.h"

namespace deskbell::test {

/// An answer as it came over the wire.
struct Reply {
  int status = 0;
  std::string status_line;
  std::multimap<std::string, std::string> fields;  ///< Names in lower case.
  std::string body;

  std::string field(const std::string& name) const;
};

/// A blocking connection to a server on this machine. Speaks bytes, so that it can misbehave.
class TestClient {
 public:
  explicit TestClient(std::uint16_t port);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  void send(std::string_view bytes);
  /// As much as the system takes right now.
  void shut_down_sending();
  void set_receive_buffer(int bytes);

  /// Reads one whole answer; nothing if the connection ended before its first byte. With
  /// `head_only`, the body is left for `read_stream_event` or there is none.
  std::optional<Reply> read_reply(bool head_only = false);

  /// The next event of a chunked event stream; nothing when the stream has ended.
  std::optional<SseEvent> read_stream_event();

  /// Reads until the other side hangs up. True for a clean end.
  bool read_to_end();

 private:
  bool fill();
  std::optional<std::string> read_line();
  std::optional<std::string> read_chunk();

  int socket_;
  std::string buffer_;
  SseParser parser_;
  std::vector<SseEvent> events_;
};

/// A request's bytes. Without a body there is no Content-Length.
std::string request_bytes(const std::string& method, const std::string& target,
                          const std::string& body = "", const std::string& token = "",
                          const std::string& more_fields = "");

}  // namespace deskbell::test
