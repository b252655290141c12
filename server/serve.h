#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "server/mail/options.h"
#include "server/store/attachment_store.h"

namespace deskbell {

/// How a hub is run.
struct ServeOptions {
  /// Folder that keeps everything; made if it is not there. One process at a time.
  std::string data;
  /// An address of this machine. TLS is a proxy's business: see docs.
  std::string listen_host = "127.0.0.1";
  /// 0: one that the system chooses.
  std::uint16_t port = 8080;
  /// The built widget (`web/dist`); empty for a hub that serves the API alone.
  std::string web;
  /// Site files (JSON), applied at the start; see server/hub/site_file.h. Sites that the data
  /// folder knows already are served whether or not a file names them.
  std::vector<std::string> site_files;
  /// How many new customers one network (an IPv4 address, an IPv6 /64) may bring in ten minutes; 0
  /// for any number. The others are told when to come back, and keep what they wrote meanwhile.
  int max_new_customers = 600;
  /// Learn the sites' answers with the built-in vectors of words, which make a finder find more
  /// where answers have few examples, and about 200 KB larger (docs/answers.md).
  bool word_vectors = true;
  /// How much of people's files each site keeps.
  AttachmentLimits attachments;
  /// How conversations go out by e-mail; by default they do not.
  MailOptions mail;
};

/// Runs a hub until SIGTERM or SIGINT, then stops gracefully: streams are told `bye`, pushes in
/// flight are answered, the store is closed. Prints `deskbell is listening on http://HOST:PORT` to
/// `out` when it is ready, and one line for each start, stop and error to `err`. Returns the
/// process's exit code: 0, or 1 when it could not start (`err` says why and what to do).
int serve(const ServeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace deskbell
