#include "server/serve.h"

#include <sys/resource.h>

#include <csignal>
#include <mutex>
#include <ostream>

#include "server/http/hub_server.h"

namespace deskbell {
namespace {

/// Each connection is a file to the system, whose usual limit for a process is 1024.
void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string address_of(const std::string& host, std::uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return "http://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace

int serve(const ServeOptions& options, std::ostream& out, std::ostream& err) {
  std::mutex mutex;
  const Hub::Log log = [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    err << "deskbell: " << line << std::endl;
  };
  std::signal(SIGPIPE, SIG_IGN);
  allow_many_files();
  auto server = HubServer::open(options, {}, log);
  if (!server) {
    log(server.error().message);
    return 1;
  }
  (*server)->stop_on_signals();
  log("started");
  out << "deskbell is listening on " << address_of(options.listen_host, (*server)->port())
      << std::endl;
  (*server)->run();
  server->reset();
  log("stopped");
  return 0;
}

}  // namespace deskbell
