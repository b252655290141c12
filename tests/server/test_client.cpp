#include "tests/server/test_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>

namespace deskbell::test {
namespace {

// Only so that a broken server fails a test instead of hanging it for ever.
constexpr timeval kGiveUp = {120, 0};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

std::string Reply::field(const std::string& name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

TestClient::TestClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  BOOST_REQUIRE_GE(socket_, 0);
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kGiveUp, sizeof kGiveUp);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE_EQUAL(
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

TestClient::~TestClient() {
  ::close(socket_);
}

void TestClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server hung up; what it said before is still to be read
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void TestClient::shut_down_sending() {
  ::shutdown(socket_, SHUT_WR);
}

void TestClient::set_receive_buffer(int bytes) {
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool TestClient::fill() {
  char bytes[16 * 1024];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  BOOST_REQUIRE_MESSAGE(count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK),
                        "the server said nothing for too long");
  if (count <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(count));
  return true;
}

std::optional<std::string> TestClient::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos)
    if (!fill()) return std::nullopt;
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

std::optional<std::string> TestClient::read_chunk() {
  const auto line = read_line();
  if (!line) return std::nullopt;
  const std::size_t size = std::stoul(*line, nullptr, 16);
  while (buffer_.size() < size + 2)
    if (!fill()) return std::nullopt;
  std::string chunk = buffer_.substr(0, size);
  BOOST_CHECK_EQUAL(buffer_.substr(size, 2), "\r\n");
  buffer_.erase(0, size + 2);
  return chunk;
}

std::optional<Reply> TestClient::read_reply(bool head_only) {
  auto line = read_line();
  if (!line) return std::nullopt;
  Reply reply;
  reply.status_line = *line;
  reply.status = std::stoi(line->substr(9, 3));
  while ((line = read_line()) && !line->empty()) {
    const std::size_t colon = line->find(": ");
    BOOST_REQUIRE_NE(colon, std::string::npos);
    reply.fields.emplace(lower(line->substr(0, colon)), line->substr(colon + 2));
  }
  if (head_only) return reply;
  const std::string length = reply.field("content-length");
  if (!length.empty()) {
    const std::size_t size = std::stoul(length);
    while (buffer_.size() < size) BOOST_REQUIRE(fill());
    reply.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
  } else if (reply.field("transfer-encoding") == "chunked") {
    for (auto chunk = read_chunk(); chunk && !chunk->empty(); chunk = read_chunk())
      reply.body += *chunk;
  }
  return reply;
}

std::optional<SseEvent> TestClient::read_stream_event() {
  while (events_.empty()) {
    const auto chunk = read_chunk();
    if (!chunk || chunk->empty()) return std::nullopt;
    BOOST_REQUIRE(
        parser_.feed(*chunk, [this](SseEvent event) { events_.push_back(std::move(event)); }));
  }
  SseEvent event = std::move(events_.front());
  events_.erase(events_.begin());
  return event;
}

bool TestClient::read_to_end() {
  char bytes[16 * 1024];
  ssize_t count = 0;
  while ((count = ::recv(socket_, bytes, sizeof bytes, 0)) > 0) {
  }
  return count == 0;
}

std::string request_bytes(const std::string& method, const std::string& target,
                          const std::string& body, const std::string& token,
                          const std::string& more_fields) {
  std::string bytes = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
  if (!token.empty()) bytes += "Authorization: Bearer " + token + "\r\n";
  if (!body.empty()) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return bytes + more_fields + "\r\n" + body;
}

}  // namespace deskbell::test
