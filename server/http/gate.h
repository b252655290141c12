#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/http/message.h"

// The gate in front of the HTTP parser. A lenient parser behind a proxy that reads the same bytes
// another way is how requests are smuggled, and Beast is lenient: it takes two Host fields or none,
// `Transfer-Encoding: xchunked`, folded lines, chunks in HTTP/1.0. So the head's bytes are read
// here first, by RFC 9112 at its strictest, and whatever can be understood in two ways is refused
// and the connection closed. What passes says without doubt how long its body is.

namespace deskbell {

inline constexpr std::size_t kMaxHeadBytes = 16 * 1024;
inline constexpr std::size_t kMaxHeadFields = 100;

/// Why a request is not let in: the status to answer with before closing, and one line.
struct GateRefusal {
  int status = 400;
  std::string reason;
};

/// A head that is let in.
struct RequestHead {
  std::string method;
  std::string target;             ///< In origin form: path and query. "*" for `OPTIONS *`.
  int minor_version = 1;          ///< of HTTP/1
  std::vector<HttpField> fields;  ///< Names in lower case, values without white space around.
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// Looks for the end of a head in the bytes that have arrived: the size of the head with its empty
/// line; nothing while more must come; or why it can never become one (a bare CR or LF, a NUL, too
/// many bytes). `scanned` says how many of the bytes an earlier call has seen.
std::variant<std::monostate, std::size_t, GateRefusal> find_head(std::string_view bytes,
                                                                 std::size_t scanned);

/// Reads a whole head, as `find_head` delimits it. Bodies longer than `max_body_bytes` are refused
/// where the head says so.
std::variant<RequestHead, GateRefusal> check_head(std::string_view head,
                                                  std::size_t max_body_bytes);

}  // namespace deskbell
