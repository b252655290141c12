#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sdk/file_folder.h"
#include "sdk/http_client.h"

namespace deskbell::sdk {

/// Fetches files of messages, one after another, and goes on where it was cut off: as long as each
/// try brings something. The worker's, on its thread.
class FileFetcher {
 public:
  using Done = std::function<void(deskbell::Result<void>)>;

  struct Wish {
    std::string attachment;
    std::int64_t size = 0;
    std::string path;    ///< Where the hub has it (core/sync/upload.h).
    std::string target;  ///< Where it is wanted.
    Done done;
  };

  /// Its requests have numbers from here on.
  static constexpr std::uint64_t kFirstRequest = std::uint64_t{1} << 62;

  FileFetcher(HttpClient& http, const FileFolder& folder) : http_(http), folder_(folder) {}

  void add(Wish wish);
  /// Begins what can begin now. Call it after whatever happened.
  void next(const std::string& token, deskbell::Connection connection);
  void end_all(const deskbell::Error& error);

  /// True when it was an answer to one of its own requests.
  bool on_response(const Response& response);
  bool on_bytes(std::uint64_t request, std::string_view bytes);
  bool on_failure(std::uint64_t request, const std::string& reason);

 private:
  bool is_current(std::uint64_t request) const { return request_ != 0 && request == request_; }
  void open_part(const Wish& wish);
  void ask(const std::string& token);
  void begin_part(int status);
  void end(deskbell::Result<void> result);

  HttpClient& http_;
  const FileFolder& folder_;
  std::deque<Wish> wishes_;  // the first one is under way
  std::optional<FileFolder::Part> part_;
  std::optional<deskbell::Error> trouble_;  // of the request under way
  std::uint64_t request_ = 0;               // 0: none is
  std::uint64_t last_request_ = kFirstRequest;
  std::int64_t asked_from_ = 0;
  int tries_ = 0;
};

}  // namespace deskbell::sdk
