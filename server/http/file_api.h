#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "server/http/transport.h"
#include "server/hub/hub.h"
#include "server/hub/worker_pool.h"

namespace deskbell {

class Download;

/// How downloads and unfinished uploads end in time.
struct FileLimits {
  /// A reader that has not taken what it was sent for so long is cut off.
  Millis slow_reader_ms = 20'000;
  /// How often unfinished uploads are looked through.
  Millis look_through_ms = 60 * 60 * 1000;
};

/// Files of messages over HTTP: uploads by draft-ietf-httpbis-resumable-upload, and downloads, never
/// as something that a browser would show or run. docs/protocol.md has both. I/O thread; what
/// touches the disk runs on one thread of its own (`files`), in order.
class FileApi {
 public:
  FileApi(Transport& transport, WorkerPool& files, const FileLimits& limits, Hub::Log log);
  ~FileApi();

  /// Whether what stands behind a site's name in the path is of files.
  static bool takes(std::string_view what);
  /// The answer to a method that such an address does not take; nothing for one that it takes.
  static std::optional<HttpResponse> refuse_method(std::string_view what,
                                                   const HttpRequest& request);
  /// Answers a request to such an address, by this person.
  void handle(Site& site, const Actor& actor, std::string_view what, HttpRequest& request,
              const std::shared_ptr<Exchange>& exchange);

  void tick(Hub& hub, Millis now);
  /// Ends all downloads at once.
  void cut_off();

 private:
  void upload(Site& site, const Actor& actor, const std::string& id, HttpRequest& request,
              const std::shared_ptr<Exchange>& exchange);
  void download(Site& site, const Actor& actor, const std::string& id, const HttpRequest& request,
                Exchange& exchange);

  Transport& transport_;
  WorkerPool& files_;
  const FileLimits limits_;
  Hub::Log log_;
  Millis look_through_at_ = 0;
  std::unordered_set<std::shared_ptr<Download>> downloads_;
  friend class Download;
};

}  // namespace deskbell
