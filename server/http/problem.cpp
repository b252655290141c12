#include "server/http/problem.h"

#include "core/event/json_fields.h"
#include "core/sync/wire.h"

namespace deskbell {
namespace {

HttpResponse problem_document(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.fields = {{"Content-Type", "application/problem+json"},
                     {"Cache-Control", "no-store"},
                     {"X-Content-Type-Options", "nosniff"}};
  // RFC 9110 wants a challenge with every 401.
  if (status == 401) response.fields.push_back({"WWW-Authenticate", "Bearer"});
  response.body = std::move(body);
  return response;
}

}  // namespace

HttpResponse json_response(std::string body) {
  HttpResponse response;
  response.fields = {{"Content-Type", "application/json"},
                     {"Cache-Control", "no-store"},
                     {"X-Content-Type-Options", "nosniff"}};
  response.body = std::move(body);
  return response;
}

HttpResponse problem_response(const Error& error, const std::string& epoch) {
  return problem_document(error_http_status(error.code), encode_problem({error, epoch}));
}

HttpResponse problem_with_retry(const Error& error, int status, long seconds) {
  HttpResponse response = problem_document(status, encode_problem({error, ""}));
  response.fields.push_back({"Retry-After", std::to_string(seconds)});
  return response;
}

HttpResponse http_problem(int status, std::string_view detail) {
  return problem_document(status, dump_json({{"type", "about:blank"},
                                             {"title", status_text(status)},
                                             {"status", status},
                                             {"detail", detail}}));
}

HttpResponse allow_only(const HttpRequest& request, const std::string& methods) {
  HttpResponse response = http_problem(405, "This address takes " + methods + ".");
  if (request.method == "OPTIONS") {
    response = {};
    response.status = 204;
  }
  response.fields.push_back({"Allow", methods + ", OPTIONS"});
  return response;
}

}  // namespace deskbell
