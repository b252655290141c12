#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deskbell {

/// A header field. Names of requests are in lower case.
struct HttpField {
  std::string name;
  std::string value;
};

/// A request as handlers see it: past the gate, its body complete.
struct HttpRequest {
  std::string method;
  std::string target;  ///< Path and query, as sent.
  std::vector<HttpField> fields;
  std::string body;
  /// Whom the request is from, to tell callers apart; behind a proxy on this machine, what that
  /// proxy says.
  std::string address;

  /// The field's value; nothing if it is not there. The name in lower case.
  std::optional<std::string_view> field(std::string_view name) const;
  std::string_view path() const;
  /// A parameter of the query, percent-decoded; nothing if it is not there.
  std::optional<std::string> query(std::string_view name) const;
};

/// An answer. The transport adds `Content-Length`, `Date` and `Connection`, and leaves the body
/// out where the request was HEAD or the status has none.
struct HttpResponse {
  int status = 200;
  std::vector<HttpField> fields;
  std::string body;
  /// Used instead of `body` where set: bytes shared by many answers.
  std::shared_ptr<const std::string> shared_body;

  const std::string& content() const { return shared_body ? *shared_body : body; }
};

/// The answer's head on the wire: status line and fields, the empty line included. `body_bytes`
/// becomes `Content-Length`; without it the body is chunked.
std::string encode_head(const HttpResponse& response, std::optional<std::size_t> body_bytes,
                        bool keep_alive);

std::string_view status_text(int status);

/// What is no escape stays as it is, so that a stray percent sign is no error.
std::string percent_decode(std::string_view text);

/// One piece of a chunked body.
std::string encode_chunk(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace deskbell
