#include "sdk/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <new>

#include "core/base/ascii.h"

namespace deskbell::sdk {
namespace {

/// A page is at most 1 MiB of events; twice that with what stands around them, and some air.
constexpr std::size_t kMaxBodyBytes = std::size_t{4} * 1024 * 1024;
/// The core bounds it much tighter; this only keeps the arithmetic safe.
constexpr Millis kMaxRetryAfterSeconds = 24 * 60 * 60;
/// A stream that brings nothing for so long is dead. (The core looks after its own more closely.)
constexpr long kSilentStreamSeconds = 60;
constexpr const char* kUserAgent = "deskbell-sdk/" DESKBELL_VERSION;

/// libcurl's own state for the whole process, made once and kept: other code may use it, too.
struct CurlGlobal {
  CurlGlobal() { curl_global_init(CURL_GLOBAL_DEFAULT); }
};

/// For deadlines, which a change of the system's clock must not touch.
Millis steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Seconds since 1970 of an HTTP date.
std::optional<Millis> read_date(const std::string& text) {
  const time_t seconds = curl_getdate(text.c_str(), nullptr);
  return seconds == -1 ? std::nullopt : std::optional<Millis>(seconds);
}

/// `Retry-After`, in seconds or as a date. The date counts from the answer's own `Date`: the hub's
/// clock and ours may differ.
std::optional<Millis> retry_after_ms(const std::string& value, const std::string& date) {
  if (value.empty()) return std::nullopt;
  Millis seconds = 0;
  if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (read.ec != std::errc()) seconds = kMaxRetryAfterSeconds;
  } else {
    const auto until = read_date(value), from = read_date(date);
    if (!until || !from) return std::nullopt;
    seconds = *until - *from;
  }
  return std::clamp(seconds, Millis{0}, kMaxRetryAfterSeconds) * 1000;
}

struct UrlPart {
  char* text = nullptr;
  ~UrlPart() { curl_free(text); }
  bool has(CURLU* url, CURLUPart part) { return curl_url_get(url, part, &text, 0) == CURLUE_OK; }
};

}  // namespace

struct HttpClient::Multi {
  CURLM* handle;

  Multi() {
    static const CurlGlobal global;
    handle = curl_multi_init();
    if (!handle) throw std::bad_alloc();
  }
  ~Multi() { curl_multi_cleanup(handle); }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
};

/// One request under way.
struct HttpClient::Exchange {
  HttpClient* client;
  Request request;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  Response response;
  std::string retry_after, date;  // header fields of the answer
  Millis deadline = 0;            // of a stream that has not begun; 0: none
  bool streaming = false;         // the head of a stream has been told
  bool too_large = false;

  Exchange(HttpClient* owner, Request what) : client(owner), request(std::move(what)) {
    response.request = request.id;
  }
  ~Exchange() {
    if (easy) {
      curl_multi_remove_handle(client->multi_->handle, easy);
      curl_easy_cleanup(easy);
    }
    curl_slist_free_all(headers);
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  bool add_header(const std::string& line) {
    curl_slist* longer = curl_slist_append(headers, line.c_str());
    if (longer) headers = longer;
    return longer != nullptr;
  }
  /// A field as it is, where the request does not say otherwise.
  bool add_field(const std::string& name, const std::string& value) {
    const bool given = std::any_of(request.fields.begin(), request.fields.end(),
                                   [&](const auto& field) { return field.first == name; });
    return given || add_header(name + ": " + value);
  }
};

deskbell::Result<std::string> HttpClient::check_hub(std::string_view address) {
  const auto wrong = [&](const std::string& why) {
    return deskbell::Error{deskbell::ErrorCode::invalid_command,
                           "The hub's address \"" + std::string(address) + "\" " + why +
                               "; it looks like https://desk.example.com."};
  };
  const std::unique_ptr<CURLU, void (*)(CURLU*)> url(curl_url(), curl_url_cleanup);
  const std::string text(address);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME))
    return wrong("is not a URL");
  UrlPart scheme, user, query, fragment;
  if (!scheme.has(url.get(), CURLUPART_SCHEME) ||
      (std::string_view(scheme.text) != "https" && std::string_view(scheme.text) != "http"))
    return wrong("is neither http nor https");
  if (user.has(url.get(), CURLUPART_USER)) return wrong("must not contain a user");
  if (query.has(url.get(), CURLUPART_QUERY) || fragment.has(url.get(), CURLUPART_FRAGMENT))
    return wrong("must not have a query");
  return text.substr(0, text.find_last_not_of('/') + 1);
}

HttpClient::HttpClient(std::string hub, Listener& listener)
    : hub_(std::move(hub)), listener_(listener), multi_(std::make_unique<Multi>()) {}

HttpClient::~HttpClient() {
  exchanges_.clear();
}

void HttpClient::send(const Request& request) {
  auto exchange = std::make_unique<Exchange>(this, request);
  if (!prepare(*exchange) || curl_multi_add_handle(multi_->handle, exchange->easy) != CURLM_OK) {
    failed_at_once_.push_back(request.id);
    return;
  }
  exchanges_[request.id] = std::move(exchange);
}

bool HttpClient::prepare(Exchange& exchange) {
  const Request& request = exchange.request;
  exchange.easy = curl_easy_init();
  if (!exchange.easy) return false;
  const auto set = [&](CURLoption option, auto value) {
    return curl_easy_setopt(exchange.easy, option, value) == CURLE_OK;
  };
  const std::string url = hub_ + request.path;
  bool ready =
      set(CURLOPT_URL, url.c_str()) && set(CURLOPT_PROTOCOLS_STR, "http,https") &&
      set(CURLOPT_PRIVATE, &exchange) && set(CURLOPT_NOSIGNAL, 1L) &&
      set(CURLOPT_USERAGENT, kUserAgent) && set(CURLOPT_HEADERFUNCTION, &on_header) &&
      set(CURLOPT_HEADERDATA, &exchange) && set(CURLOPT_WRITEFUNCTION, &on_body) &&
      set(CURLOPT_WRITEDATA, &exchange) && set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
      set(CURLOPT_TCP_KEEPALIVE, 1L) && set(CURLOPT_QUICK_EXIT, 1L) &&
      exchange.add_field("Accept", request.stream ? "text/event-stream" : "application/json");
  if (request.method == "HEAD") ready = ready && set(CURLOPT_NOBODY, 1L);
  if (request.method == "POST" || request.method == "PATCH") {
    // The body lies in the exchange, which outlives the transfer. No "Expect": it costs a round.
    ready = ready && set(CURLOPT_POST, 1L) && set(CURLOPT_CUSTOMREQUEST, request.method.c_str()) &&
            set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size())) &&
            set(CURLOPT_POSTFIELDS, request.body.data()) &&
            exchange.add_field("Content-Type", "application/json") &&
            exchange.add_header("Expect:");
  }
  for (const auto& [name, value] : request.fields)
    ready = ready && exchange.add_header(name + ": " + value);
  if (!request.token.empty())
    ready = ready && exchange.add_header("Authorization: Bearer " + request.token);
  if (request.stream) {
    // No compression: a compressor would hold events back. Timed by `check_deadlines`.
    exchange.deadline = steady_ms() + request.timeout_ms;
    ready = ready && set(CURLOPT_LOW_SPEED_LIMIT, 1L) &&
            set(CURLOPT_LOW_SPEED_TIME, kSilentStreamSeconds);
  } else {
    ready = ready && set(CURLOPT_ACCEPT_ENCODING, "") &&
            set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout_ms));
  }
  return ready && set(CURLOPT_HTTPHEADER, exchange.headers);
}

void HttpClient::cancel(std::uint64_t request) {
  exchanges_.erase(request);
  std::erase(failed_at_once_, request);
}

void HttpClient::run(Millis timeout_ms) {
  if (!failed_at_once_.empty()) timeout_ms = 0;
  curl_multi_poll(multi_->handle, nullptr, 0, static_cast<int>(until_next_deadline(timeout_ms)),
                  nullptr);
  int running = 0;
  curl_multi_perform(multi_->handle, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_->handle, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message goes with its handle
    Exchange* exchange = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    finish(*exchange, code);
  }
  check_deadlines();
  for (const std::uint64_t request : std::exchange(failed_at_once_, {}))
    listener_.on_failure(request, "The request could not be made");
}

void HttpClient::wake() {
  curl_multi_wakeup(multi_->handle);
}

void HttpClient::finish(Exchange& exchange, int curl_code) {
  const auto owner = exchanges_.extract(exchange.request.id);
  if (curl_code == CURLE_OK && !exchange.streaming) {
    listener_.on_response(exchange.response);
    return;
  }
  const char* reason = exchange.too_large      ? "The answer is larger than any of a hub's"
                       : curl_code == CURLE_OK ? "The stream has ended"
                                               : curl_easy_strerror(CURLcode(curl_code));
  listener_.on_failure(exchange.request.id, reason);
}

void HttpClient::check_deadlines() {
  const Millis now = steady_ms();
  std::vector<std::uint64_t> late;
  for (const auto& [id, exchange] : exchanges_)
    if (exchange->deadline != 0 && exchange->deadline <= now) late.push_back(id);
  for (const std::uint64_t id : late) {
    exchanges_.erase(id);
    listener_.on_failure(id, "The hub did not answer in time");
  }
}

Millis HttpClient::until_next_deadline(Millis timeout_ms) const {
  const Millis now = steady_ms();
  for (const auto& [id, exchange] : exchanges_)
    if (exchange->deadline != 0)
      timeout_ms = std::min(timeout_ms, std::max<Millis>(exchange->deadline - now, 0));
  return timeout_ms;
}

std::size_t HttpClient::on_header(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const std::string_view line = trim({bytes, size * count});
  if (line.starts_with("HTTP/")) {
    // A new head: what came before it was interim (100, 103).
    exchange.response = Response();
    exchange.response.request = exchange.request.id;
    exchange.retry_after = exchange.date = "";
    return size * count;
  }
  if (!line.empty()) {
    const auto colon = line.find(':');
    const std::string name = ascii_lower(line.substr(0, colon));
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view() : trim(line.substr(colon + 1));
    if (name == "content-type") exchange.response.content_type = value;
    if (name == "retry-after") exchange.retry_after = value;
    if (name == "date") exchange.date = value;
    if (name == "upload-offset") exchange.response.upload_offset = value;
    if (name == "upload-complete") exchange.response.upload_complete = value;
    return size * count;
  }
  long status = 0;
  curl_easy_getinfo(exchange.easy, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200) return size * count;
  exchange.response.status = static_cast<int>(status);
  exchange.response.retry_after_ms = retry_after_ms(exchange.retry_after, exchange.date);
  if (exchange.request.stream && (status == 200 || status == 206) && !exchange.streaming) {
    exchange.streaming = true;
    exchange.deadline = 0;
    exchange.client->listener_.on_response(exchange.response);
  }
  return size * count;
}

std::size_t HttpClient::on_body(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& exchange = *static_cast<Exchange*>(data);
  const std::size_t length = size * count;
  if (exchange.streaming) {
    exchange.client->listener_.on_stream_bytes(exchange.request.id, {bytes, length});
    return length;
  }
  if (exchange.response.body.size() + length > kMaxBodyBytes) {
    exchange.too_large = true;
    return 0;  // libcurl ends the transfer
  }
  exchange.response.body.append(bytes, length);
  return length;
}

}  // namespace deskbell::sdk
