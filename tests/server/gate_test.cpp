#include "server/http/gate.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace deskbell;

namespace {

constexpr std::size_t kBody = 1000;

/// A head of these lines.
std::string head(std::initializer_list<std::string_view> lines) {
  std::string bytes;
  for (const std::string_view line : lines) bytes.append(line).append("\r\n");
  return bytes + "\r\n";
}

std::string get(std::initializer_list<std::string_view> fields) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (const std::string_view field : fields) bytes.append(field).append("\r\n");
  return bytes + "\r\n";
}

RequestHead passes(const std::string& bytes) {
  auto found = find_head(bytes, 0);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<std::size_t>(found), bytes);
  BOOST_CHECK_EQUAL(std::get<std::size_t>(found), bytes.size());
  auto checked = check_head(bytes, kBody);
  if (const auto* refusal = std::get_if<GateRefusal>(&checked))
    BOOST_FAIL(bytes << refusal->reason);
  return std::get<RequestHead>(checked);
}

/// The status of the refusal, by whichever of the two steps; 0 if it is let in.
int refused(const std::string& bytes) {
  const auto found = find_head(bytes, 0);
  if (const auto* refusal = std::get_if<GateRefusal>(&found)) return refusal->status;
  if (!std::holds_alternative<std::size_t>(found)) return 0;
  const auto checked = check_head(bytes.substr(0, std::get<std::size_t>(found)), kBody);
  const auto* refusal = std::get_if<GateRefusal>(&checked);
  return refusal ? refusal->status : 0;
}

}  // namespace

#define CHECK_REFUSED(bytes, status) \
  BOOST_CHECK_MESSAGE(refused(bytes) == (status), "not refused as it should be: " << (bytes))

BOOST_AUTO_TEST_SUITE(gate)

BOOST_AUTO_TEST_CASE(a_plain_request_is_let_in_and_read) {
  const RequestHead request =
      passes(head({"POST /v1/sites/fern/events?x=1 HTTP/1.1", "Host: hub.example:8080",
                   "Content-Length: 12", "X-Odd:  spaced \t", "Empty:", "accept: */*"}));
  BOOST_CHECK_EQUAL(request.method, "POST");
  BOOST_CHECK_EQUAL(request.target, "/v1/sites/fern/events?x=1");
  BOOST_CHECK_EQUAL(request.content_length.value_or(0), 12u);
  BOOST_CHECK(!request.chunked);
  BOOST_CHECK(request.keep_alive);
  BOOST_CHECK_EQUAL(request.fields.size(), 5u);
  BOOST_CHECK_EQUAL(request.fields[2].name, "x-odd");
  BOOST_CHECK_EQUAL(request.fields[2].value, "spaced");
  BOOST_CHECK_EQUAL(request.fields[3].value, "");
}

BOOST_AUTO_TEST_CASE(there_is_exactly_one_host) {
  CHECK_REFUSED(head({"GET / HTTP/1.1"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.1", "Host: a", "Host: a"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.1", "Host: a", "hOST: b"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.0", "Host: a", "Host: b"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.1", "Host:"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.1", "Host: a, b"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.1", "Host: a b"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.1", "Host: user@a"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/1.1", "Host: a/b"}), 400);
  passes(head({"GET / HTTP/1.0"}));
  passes(head({"GET / HTTP/1.1", "Host: [::1]:8080"}));
}

BOOST_AUTO_TEST_CASE(transfer_encoding_is_chunked_or_nothing) {
  BOOST_CHECK(passes(get({"Transfer-Encoding: chunked"})).chunked);
  BOOST_CHECK(passes(get({"Transfer-Encoding: Chunked"})).chunked);
  for (const std::string_view value :
       {"identity", "xchunked", "chunked, chunked", "gzip, chunked", "chunked, identity",
        "\"chunked\"", "chunked;q=1", "", "chunked,", ", chunked", "x chunked", "chunked\x0b"})
    CHECK_REFUSED(get({"Transfer-Encoding: " + std::string(value)}), 400);
  CHECK_REFUSED(get({"Transfer-Encoding: chunked", "Transfer-Encoding: chunked"}), 400);
  CHECK_REFUSED(get({"Transfer-Encoding: chunked", "Transfer-Encoding: identity"}), 400);
  CHECK_REFUSED(head({"POST / HTTP/1.0", "Host: a", "Transfer-Encoding: chunked"}), 400);
}

BOOST_AUTO_TEST_CASE(a_body_has_one_length) {
  CHECK_REFUSED(get({"Content-Length: 5", "Transfer-Encoding: chunked"}), 400);
  CHECK_REFUSED(get({"Transfer-Encoding: chunked", "Content-Length: 5"}), 400);
  CHECK_REFUSED(get({"Content-Length: 5", "Content-Length: 5"}), 400);
  CHECK_REFUSED(get({"Content-Length: 5", "content-length: 6"}), 400);
  for (const std::string_view value :
       {"", "-1", "+5", "5, 5", "5,5", "0x5", "5 5", "5.0", "five", "\"5\"", "5;", "1e2"})
    CHECK_REFUSED(get({"Content-Length: " + std::string(value)}), 400);
  BOOST_CHECK_EQUAL(passes(get({"Content-Length: 0"})).content_length.value(), 0u);
  BOOST_CHECK_EQUAL(passes(get({"Content-Length: 0012"})).content_length.value(), 12u);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_too_long_is_refused_by_its_head) {
  passes(get({"Content-Length: 1000"}));
  CHECK_REFUSED(get({"Content-Length: 1001"}), 413);
  CHECK_REFUSED(get({"Content-Length: 18446744073709551616"}), 413);
  CHECK_REFUSED(get({"Content-Length: 99999999999999999999999999"}), 413);
}

BOOST_AUTO_TEST_CASE(a_compressed_body_is_refused_by_its_head) {
  for (const std::string_view value : {"gzip", "GZIP", "br", "gzip, identity", "x", ""})
    CHECK_REFUSED(get({"Content-Encoding: " + std::string(value)}), 415);
  CHECK_REFUSED(get({"Content-Encoding: identity", "Content-Encoding: gzip"}), 415);
  passes(get({"Content-Encoding: Identity", "Content-Length: 5"}));
}

BOOST_AUTO_TEST_CASE(lines_end_with_cr_lf_and_are_not_folded) {
  CHECK_REFUSED("GET / HTTP/1.1\nHost: a\n\n", 400);
  CHECK_REFUSED("GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400);
  CHECK_REFUSED("GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400);
  CHECK_REFUSED("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400);
  CHECK_REFUSED(get({"X: y", " folded"}), 400);
  CHECK_REFUSED(get({"X: y", "\tfolded"}), 400);
  CHECK_REFUSED(get({"Transfer-Encoding:", " chunked"}), 400);
  CHECK_REFUSED("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400);
  CHECK_REFUSED("\r\n\r\n", 400);
}

BOOST_AUTO_TEST_CASE(field_names_and_values_are_of_the_allowed_characters) {
  for (const std::string_view field :
       {"X : y", "X\t: y", " X: y", ": y", "X", "X(: y", "X\x80: y", "X\x7f: y", "X: \x01",
        "X: a\x7f", "X: a\x0b", "Content-Length\x0b: 5", "X\"Y: z", "Transfer-Encoding : chunked",
        "Content-Length : 5"})
    CHECK_REFUSED(get({field}), 400);
  CHECK_REFUSED(get({std::string_view("X: a\0b", 6)}), 400);
  CHECK_REFUSED(get({std::string_view("X\0: a", 5)}), 400);
  passes(get({"X: \xc3\xa9", "X_y-z.1~!#$%&'*+^`|: tab\there"}));
}

BOOST_AUTO_TEST_CASE(the_request_line_has_three_parts_and_one_form) {
  for (const std::string_view line : {"GET /",
                                      "GET  / HTTP/1.1",
                                      "GET /  HTTP/1.1",
                                      " GET / HTTP/1.1",
                                      "GET / HTTP/1.1 ",
                                      "GET\t/ HTTP/1.1",
                                      "GET / HTTP/1.10",
                                      "GET / http/1.1",
                                      "GET / HTTP/1,1",
                                      "GET",
                                      "GET / x HTTP/1.1",
                                      "G(T / HTTP/1.1",
                                      "GET /a b HTTP/1.1",
                                      "GET /\x80 HTTP/1.1",
                                      "GET /\x7f HTTP/1.1",
                                      "GET /# HTTP/1.1",
                                      "GET * HTTP/1.1",
                                      "GET x HTTP/1.1",
                                      "GET ftp://a/ HTTP/1.1",
                                      "CONNECT a:443 HTTP/1.1",
                                      "ABCDEFGHIJKLMNOPQ / HTTP/1.1",
                                      "GET http:// HTTP/1.1",
                                      "GET http:///x HTTP/1.1",
                                      "GET http://u@a/ HTTP/1.1"})
    CHECK_REFUSED(head({line, "Host: a"}), 400);
  CHECK_REFUSED(head({"GET / HTTP/2.0", "Host: a"}), 505);
  CHECK_REFUSED(head({"GET / HTTP/0.9", "Host: a"}), 505);
  BOOST_CHECK_EQUAL(passes(head({"OPTIONS * HTTP/1.1", "Host: a"})).target, "*");
}

BOOST_AUTO_TEST_CASE(an_absolute_target_must_name_the_host_that_host_names) {
  BOOST_CHECK_EQUAL(passes(head({"GET http://A:80/x?y HTTP/1.1", "Host: a:80"})).target, "/x?y");
  BOOST_CHECK_EQUAL(passes(head({"GET https://a HTTP/1.1", "Host: a"})).target, "/");
  BOOST_CHECK_EQUAL(passes(head({"GET http://a?q HTTP/1.1", "Host: a"})).target, "/?q");
  CHECK_REFUSED(head({"GET http://b/ HTTP/1.1", "Host: a"}), 400);
  CHECK_REFUSED(head({"GET http://a:81/ HTTP/1.1", "Host: a"}), 400);
}

BOOST_AUTO_TEST_CASE(whether_the_connection_stays_is_read_from_version_and_field) {
  BOOST_CHECK(passes(get({})).keep_alive);
  BOOST_CHECK(!passes(get({"Connection: close"})).keep_alive);
  BOOST_CHECK(!passes(get({"Connection: x, CLOSE"})).keep_alive);
  BOOST_CHECK(!passes(get({"Connection: keep-alive", "Connection: close"})).keep_alive);
  BOOST_CHECK(!passes(head({"GET / HTTP/1.0"})).keep_alive);
  BOOST_CHECK(passes(head({"GET / HTTP/1.0", "Connection: Keep-Alive"})).keep_alive);
}

BOOST_AUTO_TEST_CASE(the_only_expectation_is_to_continue) {
  BOOST_CHECK(passes(get({"Expect: 100-Continue"})).expects_continue);
  BOOST_CHECK(!passes(head({"GET / HTTP/1.0", "Expect: 100-continue"})).expects_continue);
  CHECK_REFUSED(get({"Expect: 200-ok"}), 417);
}

BOOST_AUTO_TEST_CASE(credentials_come_once) {
  CHECK_REFUSED(get({"Authorization: Bearer a", "Authorization: Bearer b"}), 400);
}

BOOST_AUTO_TEST_CASE(heads_are_bounded) {
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (std::size_t i = 1; i < kMaxHeadFields; ++i) many += "X: y\r\n";
  passes(many + "\r\n");
  CHECK_REFUSED(many + "X: y\r\n\r\n", 431);
  CHECK_REFUSED(get({"X: " + std::string(kMaxHeadBytes, 'x')}), 431);
  // Also when it never ends.
  CHECK_REFUSED("GET / HTTP/1.1\r\nX: " + std::string(kMaxHeadBytes, 'x'), 431);
}

BOOST_AUTO_TEST_CASE(a_head_is_found_however_its_bytes_are_cut) {
  const std::string bytes = get({"X: y"}) + "the body and more\r\n\r\n";
  const std::size_t size = get({"X: y"}).size();
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    auto found = find_head(std::string_view(bytes).substr(0, first), 0);
    BOOST_REQUIRE(!std::holds_alternative<GateRefusal>(found));
    BOOST_CHECK_EQUAL(std::holds_alternative<std::size_t>(found), first >= size);
    found = find_head(bytes, std::min(first, size - 1));
    BOOST_REQUIRE(std::holds_alternative<std::size_t>(found));
    BOOST_CHECK_EQUAL(std::get<std::size_t>(found), size);
  }
}

BOOST_AUTO_TEST_CASE(what_can_never_be_a_head_is_refused_before_it_ends) {
  CHECK_REFUSED("GET / HTTP/1.1\n", 400);
  CHECK_REFUSED(std::string("GE\0", 3), 400);
  CHECK_REFUSED("GET / HTTP/1.1\rX", 400);
}

BOOST_AUTO_TEST_SUITE_END()
