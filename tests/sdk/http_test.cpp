#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <map>
#include <string>
#include <thread>
#include <tuple>

#include "sdk/http_client.h"

using deskbell::Request;
using deskbell::Response;
using deskbell::sdk::HttpClient;

namespace {

/// Answers one connection after another with the same bytes, whatever is asked, then closes it;
/// with no bytes, it keeps silent until the client goes.
class OddServer {
 public:
  explicit OddServer(std::string answer) : answer_(std::move(answer)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    BOOST_REQUIRE(::listen(listener_, 8) == 0);
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { loop(); });
  }
  ~OddServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  OddServer(const OddServer&) = delete;
  OddServer& operator=(const OddServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// What the first connection asked; only when it has been answered.
  const std::string& asked() const { return asked_; }

 private:
  void loop() {
    for (;;) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      std::array<char, 4096> bytes;
      std::string request;
      while (request.find("\r\n\r\n") == std::string::npos) {
        const auto count = ::read(peer, bytes.data(), bytes.size());
        if (count <= 0) break;
        request.append(bytes.data(), static_cast<std::size_t>(count));
      }
      if (asked_.empty()) asked_ = request;
      std::string_view rest = answer_;
      while (!rest.empty()) {
        const auto count = ::send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (count <= 0) break;
        rest.remove_prefix(static_cast<std::size_t>(count));
      }
      if (answer_.empty()) {
        while (::read(peer, bytes.data(), bytes.size()) > 0) {
        }
      }
      ::close(peer);
    }
  }

  const std::string answer_;
  std::string asked_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

/// Collects what the client tells, until each request has ended.
struct Collector final : HttpClient::Listener {
  std::map<std::uint64_t, Response> responses;
  std::map<std::uint64_t, std::string> streamed;
  std::map<std::uint64_t, std::string> failures;

  void on_response(const Response& response) override { responses[response.request] = response; }
  void on_stream_bytes(std::uint64_t request, std::string_view bytes) override {
    streamed[request] += bytes;
  }
  void on_failure(std::uint64_t request, const std::string& reason) override {
    failures[request] = reason;
  }
};

Request get(bool stream = false, deskbell::Millis timeout_ms = 20'000) {
  Request request;
  request.id = 1;
  request.method = "GET";
  request.path = "/v1/sites/demo/events";
  request.token = "secret-token";
  request.stream = stream;
  request.timeout_ms = timeout_ms;
  return request;
}

/// As many zeros, packed a thousand times smaller.
std::string packed_zeros(std::size_t megabytes) {
  const std::string command = "head -c " + std::to_string(megabytes) + "M /dev/zero | gzip -9";
  FILE* pipe = ::popen(command.c_str(), "r");
  BOOST_REQUIRE(pipe != nullptr);
  std::string packed;
  std::array<char, 4096> bytes;
  while (const auto count = std::fread(bytes.data(), 1, bytes.size(), pipe))
    packed.append(bytes.data(), count);
  BOOST_REQUIRE(::pclose(pipe) == 0);
  return packed;
}

Collector carry_out(const OddServer& server, const Request& request) {
  Collector collector;
  HttpClient client(server.url(), collector);
  client.send(request);
  const auto over = [&] {
    return !collector.failures.empty() || (!request.stream && !collector.responses.empty()) ||
           (request.stream && !collector.responses.empty() && collector.responses[1].status != 200);
  };
  while (!over()) client.run(1000);
  return collector;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http)

BOOST_AUTO_TEST_CASE(status_type_patience_and_body_are_handed_over) {
  const OddServer server(
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
      "Retry-After:  7 \r\nContent-Length: 2\r\n\r\n{}");
  const auto told = carry_out(server, get());
  BOOST_REQUIRE(told.responses.contains(1));
  const Response& response = told.responses.at(1);
  BOOST_TEST(response.status == 503);
  BOOST_TEST(response.content_type == "application/problem+json");
  BOOST_TEST(*response.retry_after_ms == 7000);
  BOOST_TEST(response.body == "{}");
  BOOST_TEST(server.asked().find("Authorization: Bearer secret-token") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_retry_after_is_read_in_both_its_forms_and_nonsense_is_bounded) {
  const std::string date = "Date: Fri, 31 Dec 1999 23:59:00 GMT\r\n";
  const std::tuple<std::string, std::optional<deskbell::Millis>> rows[] = {
      {"Retry-After: 0\r\n", 0},
      {"Retry-After: 120\r\n", 120'000},
      {"Retry-After: 99999999999999999999999\r\n", 24 * 3'600'000},
      {"Retry-After: -5\r\n", std::nullopt},
      {"Retry-After: soon\r\n", std::nullopt},
      {"Retry-After:\r\n", std::nullopt},
      {date + "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", 59'000},
      {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n" + date, 59'000},
      {date + "Retry-After: Fri, 31 Dec 1993 23:59:59 GMT\r\n", 0},
      {date + "Retry-After: Fri, 31 Dec 2032 23:59:59 GMT\r\n", 24 * 3'600'000},
      // Without the hub's clock, a date says nothing.
      {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", std::nullopt},
  };
  for (const auto& [fields, expected] : rows) {
    const OddServer server("HTTP/1.1 503 Busy\r\n" + fields + "Content-Length: 0\r\n\r\n");
    BOOST_TEST((carry_out(server, get()).responses.at(1).retry_after_ms == expected), fields);
  }
}

BOOST_AUTO_TEST_CASE(a_redirect_is_an_answer_and_the_token_goes_nowhere_else) {
  const OddServer elsewhere("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const OddServer server("HTTP/1.1 302 Found\r\nLocation: " + elsewhere.url() +
                         "/\r\nContent-Length: 0\r\n\r\n");
  BOOST_TEST(carry_out(server, get()).responses.at(1).status == 302);
  BOOST_TEST(elsewhere.asked() == "");
}

BOOST_AUTO_TEST_CASE(an_answer_without_end_is_given_up) {
  const OddServer server("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" +
                         std::string(8U << 20, 'x'));
  const auto told = carry_out(server, get());
  BOOST_TEST(told.responses.empty());
  BOOST_TEST(told.failures.at(1).find("larger") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_small_answer_that_swells_is_given_up) {
  const OddServer server(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n" +
      packed_zeros(64));
  const auto told = carry_out(server, get());
  BOOST_TEST(told.responses.empty());
  BOOST_TEST(told.failures.at(1).find("larger") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_stream_is_never_unpacked) {
  const std::string packed = packed_zeros(1);
  const OddServer server(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n\r\n" +
      packed);
  BOOST_TEST((carry_out(server, get(/*stream=*/true)).streamed.at(1) == packed));
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_a_failure) {
  for (const char* answer : {"\x00\x01\xff", "220 mail.example ESMTP\r\n",
                             "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"}) {
    const OddServer server{std::string(answer)};
    BOOST_TEST(carry_out(server, get()).failures.contains(1), answer);
  }
}

BOOST_AUTO_TEST_CASE(a_streams_bytes_come_as_they_are_and_its_end_is_told) {
  const OddServer server(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: page\ndata: {}\n\n");
  const auto told = carry_out(server, get(/*stream=*/true));
  BOOST_TEST(told.responses.at(1).status == 200);
  BOOST_TEST(told.responses.at(1).body == "");
  BOOST_TEST(told.streamed.at(1) == "event: page\ndata: {}\n\n");
  BOOST_TEST(told.failures.contains(1));
  BOOST_TEST(server.asked().find("Accept-Encoding") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_refused_stream_is_a_whole_answer) {
  const OddServer server(
      "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\n"
      "Content-Length: 2\r\n\r\n{}");
  const auto told = carry_out(server, get(/*stream=*/true));
  BOOST_TEST(told.responses.at(1).status == 409);
  BOOST_TEST(told.responses.at(1).body == "{}");
  BOOST_TEST(told.failures.empty());
}

BOOST_AUTO_TEST_CASE(bytes_are_sent_as_they_are_with_the_fields_that_were_asked_for) {
  const OddServer server(
      "HTTP/1.1 204 No Content\r\nUpload-Offset: 12\r\nUpload-Complete: ?0\r\n\r\n");
  Request request = get();
  request.method = "PATCH";
  request.body = std::string("\0\xff\r\n\r\n", 6);
  request.fields = {{"Content-Type", "application/partial-upload"}, {"Upload-Offset", "6"}};
  const auto told = carry_out(server, request);
  BOOST_TEST(told.responses.at(1).status == 204);
  BOOST_TEST(told.responses.at(1).upload_offset == "12");
  BOOST_TEST(told.responses.at(1).upload_complete == "?0");
  for (const char* expected :
       {"PATCH /v1/sites/demo/events HTTP/1.1", "Content-Type: application/partial-upload\r\n",
        "Upload-Offset: 6\r\n", "Content-Length: 6\r\n"})
    BOOST_TEST(server.asked().find(expected) != std::string::npos, expected);
  BOOST_TEST(server.asked().find("Content-Type: application/json") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_head_waits_for_no_body) {
  const OddServer server("HTTP/1.1 200 OK\r\nUpload-Offset: 7\r\nContent-Length: 99\r\n\r\n");
  Request request = get();
  request.method = "HEAD";
  const auto told = carry_out(server, request);
  BOOST_TEST(told.responses.at(1).upload_offset == "7");
  BOOST_TEST(server.asked().starts_with("HEAD "));
}

BOOST_AUTO_TEST_CASE(a_silent_server_is_given_up_after_the_requests_own_time) {
  for (const bool stream : {false, true}) {
    const OddServer server("");
    BOOST_TEST(carry_out(server, get(stream, 100)).failures.contains(1));
  }
}

BOOST_AUTO_TEST_CASE(a_cancelled_request_is_never_heard_of_again) {
  const OddServer server("");
  Collector collector;
  HttpClient client(server.url(), collector);
  client.send(get());
  client.run(0);
  client.cancel(1);
  client.wake();
  client.run(60'000);  // ends by `wake`
  BOOST_TEST(collector.responses.empty());
  BOOST_TEST(collector.failures.empty());
}

BOOST_AUTO_TEST_SUITE_END()
