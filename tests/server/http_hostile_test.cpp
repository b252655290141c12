#include <boost/test/unit_test.hpp>
#include <memory>
#include <random>
#include <thread>

#include "core/sync/wire.h"
#include "server/http/gate.h"
#include "tests/server/running_hub.h"

using namespace deskbell;
using namespace deskbell::test;

namespace {

struct HostileFixture {
  RunningHub hub;

  /// What the server says to these bytes, and whether it hangs up after it.
  Reply refusal(const std::string& bytes) {
    TestClient client(hub.port());
    client.send(bytes);
    auto reply = client.read_reply();
    BOOST_REQUIRE_MESSAGE(reply.has_value(), "no answer to " << bytes.substr(0, 200));
    BOOST_CHECK_EQUAL(reply->field("connection"), "close");
    BOOST_CHECK_EQUAL(reply->field("content-type"), "application/problem+json");
    client.shut_down_sending();
    BOOST_CHECK(client.read_to_end());
    return *reply;
  }

  void check_well() { BOOST_CHECK_EQUAL(hub.request("GET", "/v1/health").status, 200); }
};

const std::string kSmuggled = "GET /v1/health HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_hostile, HostileFixture)

BOOST_AUTO_TEST_CASE(what_could_smuggle_is_refused_and_the_connection_closed) {
  hub.start();
  const std::string start = "POST " + kSitePath + "/tokens HTTP/1.1\r\n";
  const std::string host = "Host: a\r\n";
  for (const std::string& head :
       {start, start + host + host, start + host + "Transfer-Encoding: identity\r\n",
        start + host + "Transfer-Encoding: xchunked\r\n",
        start + host + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        start + host + "Content-Length: 4\r\nContent-Length: 5\r\n",
        start + host + "Content-Length: +4\r\n", start + host + "X: a\r\n folded\r\n",
        start + host + "Content-Length : 4\r\n", start + host + "X: a\nContent-Length: 4\r\n",
        std::string("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n")})
    BOOST_CHECK_EQUAL(refusal(head + "\r\n0\r\n\r\n" + kSmuggled).status, 400);
  check_well();
}

BOOST_AUTO_TEST_CASE(too_much_is_refused_before_it_is_read) {
  hub.start();
  const std::string host = "Host: a\r\n";
  BOOST_CHECK_EQUAL(
      refusal("GET /" + std::string(kMaxHeadBytes, 'a') + " HTTP/1.1\r\n" + host + "\r\n").status,
      431);
  BOOST_CHECK_EQUAL(refusal("POST " + kSitePath + "/events HTTP/1.1\r\n" + host +
                            "Content-Length: 1048577\r\n\r\n")
                        .status,
                    413);
  std::string chunks =
      "POST " + kSitePath + "/events HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunks += "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
  BOOST_CHECK_EQUAL(refusal(chunks).status, 413);
  check_well();
}

BOOST_AUTO_TEST_CASE(broken_chunks_are_refused) {
  hub.start();
  const std::string head =
      "POST " + kSitePath + "/tokens HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"xyz\r\n", "5\r\nabcdefgh\r\n", "-1\r\n\r\n", "5\nabcde\r\n0\r\n\r\n",
                           "ffffffffffffffffff\r\n"})
    BOOST_CHECK_EQUAL(refusal(head + body + kSmuggled).status, 400);
  check_well();
}

BOOST_AUTO_TEST_CASE(requests_that_follow_each_other_stay_in_step) {
  hub.start();
  const std::string body = encode_token_request({customer(1), secret_of(customer(1))});
  const std::string length = std::to_string(body.size());
  char size[16];
  std::snprintf(size, sizeof size, "%zx", body.size());
  // A body by length, one in chunks with an extension and a trailer, and none; several times.
  std::string bytes;
  for (int i = 0; i < 3; ++i) {
    bytes += request_bytes("POST", kSitePath + "/tokens", body);
    bytes += "POST " + kSitePath +
             "/tokens HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + size +
             ";x=y\r\n" + body + "\r\n0\r\nAuthorization: Bearer x\r\n\r\n";
    bytes += request_bytes("GET", "/v1/health");
    bytes += request_bytes("POST", "/v1/health", "a body nobody wants");
  }
  for (const std::size_t piece : {bytes.size(), std::size_t{1}, std::size_t{7}}) {
    TestClient client(hub.port());
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      client.send(std::string_view(bytes).substr(at, piece));
    for (int i = 0; i < 3; ++i)
      for (const int status : {200, 200, 200, 405}) {
        const auto reply = client.read_reply();
        BOOST_REQUIRE(reply.has_value());
        BOOST_CHECK_EQUAL(reply->status, status);
        BOOST_CHECK_EQUAL(reply->field("connection"), "keep-alive");
      }
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_to_be_told_sends_its_body_then) {
  hub.start();
  const std::string body = encode_token_request({customer(1), secret_of(customer(1))});
  TestClient client(hub.port());
  client.send("POST " + kSitePath + "/tokens HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" +
              "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n");
  BOOST_CHECK_EQUAL(client.read_reply(/*head_only=*/true)->status, 100);
  client.send(body);
  BOOST_CHECK_EQUAL(client.read_reply()->status, 200);
}

BOOST_AUTO_TEST_CASE(an_old_client_is_answered_and_hung_up_on) {
  hub.start();
  TestClient client(hub.port());
  client.send("GET /v1/health HTTP/1.0\r\n\r\n");
  const auto reply = client.read_reply();
  BOOST_CHECK_EQUAL(reply->status, 200);
  BOOST_CHECK_EQUAL(reply->field("connection"), "close");
  BOOST_CHECK(client.read_to_end());
}

BOOST_AUTO_TEST_CASE(whoever_drips_a_head_or_says_nothing_is_hung_up_on) {
  hub.limits.transport.head_timeout_ms = 50;
  hub.limits.transport.idle_timeout_ms = 50;
  hub.limits.transport.body_timeout_ms = 50;
  hub.start();
  for (const std::string& bytes :
       {std::string(), std::string("GET / HT"),
        "POST " + kSitePath + "/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"}) {
    TestClient client(hub.port());
    client.send(bytes);
    client.read_to_end();
  }
  check_well();
}

BOOST_AUTO_TEST_CASE(more_connections_than_allowed_are_told_to_come_back) {
  hub.limits.transport.max_connections = 3;
  hub.start();
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<TestClient>(hub.port()));
    clients.back()->send(request_bytes("GET", "/v1/health"));
    BOOST_REQUIRE(clients.back()->read_reply().has_value());
  }
  TestClient extra(hub.port());
  const auto reply = extra.read_reply();
  BOOST_REQUIRE(reply.has_value());
  BOOST_CHECK_EQUAL(reply->status, 503);
  BOOST_CHECK(!reply->field("retry-after").empty());
  clients.clear();
  while (hub.open_connections() > 0) std::this_thread::yield();
  check_well();
}

BOOST_AUTO_TEST_CASE(whoever_leaves_in_the_middle_does_no_harm) {
  hub.start();
  const std::string token = hub.token(customer(1));
  const std::string push = request_bytes("POST", kSitePath + "/events",
                                         encode_push({started(1, customer(1), 1)}), token);
  for (std::size_t bytes = 1; bytes < push.size(); bytes += 37) {
    TestClient client(hub.port());
    client.send(std::string_view(push).substr(0, bytes));
  }
  {
    TestClient client(hub.port());
    client.send(push);
  }
  while (hub.open_connections() > 0) std::this_thread::yield();
  const PushAnswer answer = hub.push(customer(1), {started(1, customer(1), 1)});
  BOOST_CHECK(answer.results[0].outcome == PushOutcome::placed);
}

BOOST_AUTO_TEST_CASE(no_bytes_at_all_bring_the_hub_down) {
  hub.start();
  const std::string token = hub.token(customer(1));
  const std::string sound = request_bytes("POST", kSitePath + "/events",
                                          encode_push({started(1, customer(1), 1)}), token);
  std::mt19937 random(2024);
  for (int round = 0; round < 300; ++round) {
    std::string bytes = sound;
    const auto changes = 1 + random() % 6;
    for (unsigned i = 0; i < changes; ++i) {
      const std::size_t at = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes.erase(at, random() % 8);
          break;
        default:
          bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 16));
      }
    }
    TestClient client(hub.port());
    client.send(bytes);
    client.shut_down_sending();
    client.read_to_end();
  }
  check_well();
}

BOOST_AUTO_TEST_SUITE_END()
