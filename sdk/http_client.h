#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/sync/link.h"

namespace deskbell::sdk {

/// Carries out the core's requests with libcurl. Belongs to one thread; only `wake` may be called
/// from others. It knows HTTP and nothing of what the bodies mean.
class HttpClient {
 public:
  /// Told from within `run`. Must not call back into the client, nor throw.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void on_response(const Response& response) = 0;
    virtual void on_stream_bytes(std::uint64_t request, std::string_view bytes) = 0;
    /// `reason` is for people: "Could not resolve host: desk.example.com".
    virtual void on_failure(std::uint64_t request, const std::string& reason) = 0;
  };

  /// The hub's address without a slash at its end, or why it is none.
  static deskbell::Result<std::string> check_hub(std::string_view address);

  /// `hub` as `check_hub` gives it.
  HttpClient(std::string hub, Listener& listener);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Begins a request. Its end is told by a later `run`, also when it fails at once.
  void send(const Request& request);
  /// Drops a request: nothing more is told of it.
  void cancel(std::uint64_t request);

  /// Waits for the network, for `wake`, or at most `timeout_ms`; then tells what happened.
  void run(Millis timeout_ms);
  /// Ends a waiting `run`, or the next one.
  void wake();

 private:
  struct Exchange;
  struct Multi;

  bool prepare(Exchange& exchange);
  void finish(Exchange& exchange, int curl_code);
  void fail(std::uint64_t request, const std::string& reason);
  void check_deadlines();
  Millis until_next_deadline(Millis timeout_ms) const;
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* exchange);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* exchange);

  std::string hub_;
  Listener& listener_;
  std::unique_ptr<Multi> multi_;
  std::map<std::uint64_t, std::unique_ptr<Exchange>> exchanges_;
  std::vector<std::uint64_t> failed_at_once_;
};

}  // namespace deskbell::sdk
