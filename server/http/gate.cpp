#include "server/http/gate.h"

#include <algorithm>
#include <charconv>

#include "core/base/ascii.h"

namespace deskbell {
namespace {

constexpr std::size_t kMaxMethodBytes = 16;
constexpr std::string_view kEnd = "\r\n\r\n";

bool is_token_char(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool is_target_char(char c) {
  return c > 0x20 && c < 0x7f && c != '#';
}

/// Host and port as an address may have them: no user, no path, no list.
bool is_authority(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~%:[]").find(c) != std::string_view::npos;
  });
}

/// Reads one head; the first thing that is wrong ends it.
class HeadReader {
 public:
  explicit HeadReader(std::size_t max_body_bytes) : max_body_bytes_(max_body_bytes) {}

  std::variant<RequestHead, GateRefusal> read(std::string_view head) {
    std::string_view line = take_line(head);
    bool sound = read_request_line(line);
    while (sound && !(line = take_line(head)).empty()) sound = read_field(line);
    sound = sound && settle_host() && settle_body() && settle_connection();
    if (!sound) return refusal_;
    return std::move(head_);
  }

 private:
  bool refuse(int status, std::string reason) {
    refusal_ = {status, std::move(reason)};
    return false;
  }

  /// The head ends with an empty line, so that there is always a next one.
  static std::string_view take_line(std::string_view& head) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(head.size(), end + 2));
    return line;
  }

  bool read_request_line(std::string_view line) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
      return refuse(400, "The request line is not of the form METHOD TARGET VERSION.");
    const std::string_view method = line.substr(0, first);
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(method) || method.size() > kMaxMethodBytes)
      return refuse(400, "The method is not a token.");
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!version.starts_with("HTTP/") || version.size() != 8 || !is_digit(version[5]) ||
        version[6] != '.' || !is_digit(version[7]))
      return refuse(400, "The version is not one of HTTP.");
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
      return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
    if (target.empty() || !std::all_of(target.begin(), target.end(), is_target_char))
      return refuse(400, "The target has characters that must be escaped.");
    head_.method = method;
    head_.minor_version = version.back() - '0';
    return read_target(target);
  }

  bool read_target(std::string_view target) {
    if (target == "*" && head_.method == "OPTIONS") {
      head_.target = target;
      return true;
    }
    if (target.front() != '/') {
      const std::size_t scheme = target.starts_with("http://")    ? 7
                                 : target.starts_with("https://") ? 8
                                                                  : 0;
      const std::size_t path = std::min(target.find_first_of("/?", scheme), target.size());
      absolute_authority_ = target.substr(scheme, path - scheme);
      if (scheme == 0 || !is_authority(absolute_authority_))
        return refuse(400, "The target must begin with a slash.");
      target.remove_prefix(path);
      if (!target.starts_with('/')) head_.target = "/";
    }
    head_.target += target;
    return true;
  }

  bool read_field(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t')
      return refuse(400, "A field must not be folded over several lines.");
    if (head_.fields.size() == kMaxHeadFields) return refuse(431, "Too many header fields.");
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return refuse(400, "A field lacks its colon.");
    if (!is_token(line.substr(0, colon)))
      return refuse(400, "A field's name has a character that is not allowed.");
    const std::string_view value = trim(line.substr(colon + 1));
    if (!std::all_of(value.begin(), value.end(), is_value_char))
      return refuse(400, "A field's value has a character that is not allowed.");
    head_.fields.push_back({ascii_lower(line.substr(0, colon)), std::string(value)});
    return true;
  }

  std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(head_.fields.begin(), head_.fields.end(),
                      [&](const HttpField& field) { return field.name == name; }));
  }

  std::string_view value(std::string_view name) const {
    for (const HttpField& field : head_.fields)
      if (field.name == name) return field.value;
    return {};
  }

  bool settle_host() {
    const std::size_t hosts = count("host");
    if (hosts > 1) return refuse(400, "There is more than one Host field.");
    if (hosts == 0 && head_.minor_version == 1) return refuse(400, "The Host field is missing.");
    if (hosts == 1 && !is_authority(value("host")))
      return refuse(400, "The Host field is not a host.");
    if (!absolute_authority_.empty() && hosts == 1 &&
        ascii_lower(absolute_authority_) != ascii_lower(value("host")))
      return refuse(400, "The target and the Host field name different hosts.");
    if (count("authorization") > 1)
      return refuse(400, "There is more than one Authorization field.");
    return true;
  }

  bool settle_body() {
    const std::size_t lengths = count("content-length");
    const std::size_t encodings = count("transfer-encoding");
    if (lengths > 1) return refuse(400, "There is more than one Content-Length field.");
    if (encodings > 1) return refuse(400, "There is more than one Transfer-Encoding field.");
    if (lengths == 1 && encodings == 1)
      return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
    if (encodings == 1) {
      if (head_.minor_version == 0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
      if (ascii_lower(value("transfer-encoding")) != "chunked")
        return refuse(400, "The only Transfer-Encoding is chunked.");
      head_.chunked = true;
    }
    // Nothing is unpacked here: what a few bytes may swell to is nobody's guess.
    for (const HttpField& field : head_.fields)
      if (field.name == "content-encoding" && ascii_lower(field.value) != "identity")
        return refuse(415, "A body must not be compressed: send it without Content-Encoding.");
    if (lengths == 1) return read_length(value("content-length"));
    return true;
  }

  bool read_length(std::string_view text) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return refuse(400, "Content-Length is not a number.");
    if (error != std::errc() || length > max_body_bytes_)
      return refuse(413, "The body is longer than " + std::to_string(max_body_bytes_) + " bytes.");
    head_.content_length = length;
    return true;
  }

  bool settle_connection() {
    head_.keep_alive = head_.minor_version == 1;
    for (const HttpField& field : head_.fields) {
      if (field.name != "connection") continue;
      for (std::string_view rest = field.value; !rest.empty();) {
        const std::string_view element = rest.substr(0, rest.find(','));
        const std::string option = ascii_lower(trim(element));
        if (option == "close") close_ = true;
        if (option == "keep-alive") head_.keep_alive = true;
        rest.remove_prefix(std::min(rest.size(), element.size() + 1));
      }
    }
    if (close_) head_.keep_alive = false;
    if (count("expect") > 0) {
      if (count("expect") > 1 || ascii_lower(value("expect")) != "100-continue")
        return refuse(417, "The only Expect is 100-continue.");
      head_.expects_continue = head_.minor_version == 1;
    }
    return true;
  }

  const std::size_t max_body_bytes_;
  RequestHead head_;
  GateRefusal refusal_;
  std::string_view absolute_authority_;
  bool close_ = false;
};

}  // namespace

std::variant<std::monostate, std::size_t, GateRefusal> find_head(std::string_view bytes,
                                                                 std::size_t scanned) {
  // An end may begin in what was seen before.
  const std::size_t start = scanned < kEnd.size() ? 0 : scanned - kEnd.size();
  for (std::size_t i = start; i < std::min(bytes.size(), kMaxHeadBytes); ++i) {
    const char c = bytes[i];
    if (c == '\0') return GateRefusal{400, "A NUL stands in the head."};
    if (c == '\n' && (i == 0 || bytes[i - 1] != '\r'))
      return GateRefusal{400, "A line ends without CR."};
    if (c == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n')
      return GateRefusal{400, "A CR stands alone."};
    if (c != '\n' || i + 1 < kEnd.size()) continue;
    if (bytes.substr(i + 1 - kEnd.size(), kEnd.size()) == kEnd) return i + 1;
  }
  if (bytes.starts_with("\r\n")) return GateRefusal{400, "An empty line comes before the request."};
  if (bytes.size() >= kMaxHeadBytes)
    return GateRefusal{431, "The head is longer than " + std::to_string(kMaxHeadBytes) + " bytes."};
  return std::monostate{};
}

std::variant<RequestHead, GateRefusal> check_head(std::string_view head,
                                                  std::size_t max_body_bytes) {
  return HeadReader(max_body_bytes).read(head);
}

}  // namespace deskbell
