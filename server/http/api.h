#pragma once

#include <memory>
#include <string>

#include "server/http/answer_finders.h"
#include "server/http/file_api.h"
#include "server/http/files.h"
#include "server/http/live.h"
#include "server/http/transport.h"
#include "server/hub/commit_queue.h"
#include "server/hub/hub.h"
#include "server/hub/rate_limiter.h"
#include "server/hub/worker_pool.h"

namespace deskbell {

/// What the hub's handlers work with; all of it outlives them.
struct ApiParts {
  Hub& hub;
  Transport& transport;
  CommitQueue& commits;
  WorkerPool& passwords;
  WorkerPool& uploads;  ///< One thread: what it does to a site's files is in order.
  LiveReaders& live;
  AnswerFinders& finders;
  const StaticFiles& files;
  Hub::Log log;
  int max_new_customers;  ///< From one network in a window; 0: any number.
  FileLimits file_limits;
};

/// The hub's answers to requests, as docs/protocol.md has them: signing in, push, pull, stream,
/// files. I/O thread; what takes long is done elsewhere and answered from there.
class Api final : public HttpHandler {
 public:
  explicit Api(ApiParts parts);

  void handle(HttpRequest request, std::shared_ptr<Exchange> exchange) override;
  void tick(Millis now) override {
    parts_.live.tick(now);
    file_api_.tick(parts_.hub, now);
  }
  void stop() override {
    parts_.live.stop();
    parts_.finders.stop();
  }
  void cut_off() override {
    parts_.live.cut_off();
    file_api_.cut_off();
  }
  HttpResponse refusal(int status, const std::string& reason) override;

 private:
  using ExchangePtr = std::shared_ptr<Exchange>;

  HttpResponse serve_proactive(const HttpRequest& request, std::string_view site) const;
  static HttpResponse about_site(const Site& site);
  void handle_site(HttpRequest& request, const ExchangePtr& exchange);
  void log_in(Site& site, const HttpRequest& request, const ExchangePtr& exchange);
  void finish_login(Site& site, const AgentAccount& account, const ExchangePtr& exchange);
  void give_token(Site& site, const HttpRequest& request, const ExchangePtr& exchange);
  void register_customer(Site& site, const TokenRequest& asked, const std::string& address,
                         const ExchangePtr& exchange);
  void push(Site& site, const Actor& actor, HttpRequest& request, const ExchangePtr& exchange);
  void pull(Site& site, const Actor& actor, const HttpRequest& request,
            const ExchangePtr& exchange);
  void note_typing(Site& site, const Actor& actor, const HttpRequest& request, Exchange& exchange);
  void stream(Site& site, const TokenClaims& claims, const HttpRequest& request,
              Exchange& exchange);

  Result<TokenClaims> authenticate(const Site& site, const HttpRequest& request) const;
  void identify(Site& site, const HttpRequest& request, const ExchangePtr& exchange);
  void log_out(Site& site, const HttpRequest& request, const ExchangePtr& exchange);
  Result<bool> is_customers(const Site& site, const Actor& actor, const std::string& hash,
                            const std::string& kept) const;
  HttpResponse token_response(const Site& site, const Actor& actor) const;

  ApiParts parts_;
  FileApi file_api_;
  RateLimiter failed_logins_;
  RateLimiter new_customers_;
  RateLimiter typing_;
};

}  // namespace deskbell
