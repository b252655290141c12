#include "tests/support/border_request.h"

#include <nlohmann/json.hpp>

namespace deskbell::test {

using nlohmann::json;

namespace {

RequestKind kind_of(const json& request) {
  const std::string path = request.at("path");
  if (request.at("stream")) return RequestKind::stream;
  if (path.ends_with("/tokens")) return RequestKind::token;
  if (path.ends_with("/typing")) return RequestKind::typing;
  if (path.find("/uploads") != path.npos) return RequestKind::upload;
  return request.at("method") == "POST" ? RequestKind::push : RequestKind::pull;
}

}  // namespace

Request request_from(const json& request) {
  return {request.at("id"),    kind_of(request),   request.at("method"), request.at("path"),
          request.at("token"), request.at("body"), request.at("stream"), request.at("timeout_ms")};
}

}  // namespace deskbell::test
