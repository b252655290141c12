#include "server/http/gate.h"

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kMaxBody = 1024 * 1024;

/// What the gate says to bytes: a head, a refusal, or that more must come.
struct Outcome {
  int status = 0;  ///< of a refusal
  std::size_t head_bytes = 0;
  std::optional<RequestHead> head;
};

using Found = std::variant<std::monostate, std::size_t, GateRefusal>;

Outcome outcome_of(std::string_view bytes, const Found& found) {
  Outcome outcome;
  if (const auto* refusal = std::get_if<GateRefusal>(&found)) {
    outcome.status = refusal->status;
  } else if (const auto* size = std::get_if<std::size_t>(&found)) {
    auto checked = check_head(bytes.substr(0, *size), kMaxBody);
    if (const auto* refused = std::get_if<GateRefusal>(&checked)) {
      outcome.status = refused->status;
    } else {
      outcome.head_bytes = *size;
      outcome.head = std::get<RequestHead>(std::move(checked));
    }
  }
  return outcome;
}

/// The same bytes, come one by one.
Outcome outcome_in_pieces(std::string_view bytes) {
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    const Found found = find_head(bytes.substr(0, size), size - 1);
    if (!std::holds_alternative<std::monostate>(found)) return outcome_of(bytes, found);
  }
  return {};
}

std::string canonical(const RequestHead& head) {
  std::string text =
      head.method + " " + head.target + " HTTP/1." + std::to_string(head.minor_version) + "\r\n";
  for (const HttpField& field : head.fields)
    text.append(field.name).append(": ").append(field.value).append("\r\n");
  return text + "\r\n";
}

std::ptrdiff_t count(const RequestHead& head, std::string_view name) {
  return std::count_if(head.fields.begin(), head.fields.end(),
                       [&](const HttpField& field) { return field.name == name; });
}

void check_form(const RequestHead& head) {
  const auto one_line = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
  };
  require(one_line(head.method) && one_line(head.target), "the request line is one line");
  for (const HttpField& field : head.fields)
    require(one_line(field.name) && one_line(field.value), "a field is one line");
  require(head.target.starts_with('/') || head.target == "*", "a target is a path");
  require(!(head.chunked && head.content_length), "a body has one length");
  require(!head.chunked || head.minor_version == 1, "HTTP/1.0 has no chunks");
  require(head.content_length.value_or(0) <= kMaxBody, "a body keeps its limit");
  require(count(head, "host") <= 1 && (head.minor_version == 0 || count(head, "host") == 1),
          "there is one host");
  require(count(head, "content-length") + count(head, "transfer-encoding") <= 1,
          "one field says how long the body is");
}

/// Written anew, the head means the same.
void check_canonical(const RequestHead& head) {
  const auto again = check_head(canonical(head), kMaxBody);
  const auto* same = std::get_if<RequestHead>(&again);
  require(same, "what was let in is let in again");
  require(canonical(*same) == canonical(head) && same->chunked == head.chunked &&
              same->content_length == head.content_length && same->keep_alive == head.keep_alive &&
              same->expects_continue == head.expects_continue,
          "a head has one meaning");
}

/// Beast reads the same head behind the gate; where it takes it, it must understand the same.
void check_beast(std::string_view bytes, const RequestHead& head) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(kMaxHeadBytes);
  parser.body_limit(kMaxBody);
  boost::system::error_code error;
  parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error || !parser.is_header_done()) return;
  const auto& read = parser.get();
  require(std::string_view(read.method_string()) == head.method, "the parser sees the same method");
  if (bytes.substr(head.method.size()).starts_with(" /"))
    require(std::string_view(read.target()) == head.target, "the parser sees the same target");
  require(parser.chunked() == head.chunked, "the parser sees the same chunks");
  require(parser.keep_alive() || !head.keep_alive, "what the parser ends does not go on");
  const auto length = parser.content_length();
  require(length.has_value() == head.content_length.has_value() &&
              length.value_or(0) == head.content_length.value_or(0),
          "the parser sees the same length");
}

}  // namespace

// What passes the gate can be understood in one way only, however its bytes come.
void try_gate(std::string_view input) {
  const Outcome outcome = outcome_of(input, find_head(input, 0));
  const Outcome pieces = outcome_in_pieces(input);
  require(outcome.status == pieces.status && outcome.head_bytes == pieces.head_bytes,
          "however its bytes come, a request is judged the same");
  if (!outcome.head) return;
  check_form(*outcome.head);
  check_canonical(*outcome.head);
  check_beast(input.substr(0, outcome.head_bytes), *outcome.head);

  HttpRequest request;
  request.target = outcome.head->target;
  require(request.target.starts_with(request.path()), "a path begins its target");
  if (const auto cursor = request.query("cursor"))
    require(cursor->size() <= request.target.size(), "what is decoded does not grow");
}

}  // namespace deskbell::fuzz
