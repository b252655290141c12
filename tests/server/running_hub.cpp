#include "tests/server/running_hub.h"

#include <boost/test/unit_test.hpp>

#include "core/sync/wire.h"
#include "server/hub/content_hash.h"
#include "server/hub/data_folder.h"
#include "server/hub/hub.h"

namespace deskbell::test {
namespace {

void add_agent(HubStore& store, const Actor& actor, const std::string& name) {
  const OwnEvent event{"agent:" + actor.id, name, AgentUpdated{actor.id, name}};
  BOOST_REQUIRE(store.place_own(std::span(&event, 1), 1'763'770'000'000).ok());
  BOOST_REQUIRE(store.add_session(actor.id, hash_secret(secret_of(actor)), 1).ok());
}

}  // namespace

std::string secret_of(const Actor& actor) {
  return sha256_hex("secret of " + actor.id);
}

RunningHub::RunningHub() {
  options.data = folder_ / "data";
  options.port = 0;
  options.site_files = {folder_.write(
      "fern.json", R"({"site":"fern","name":"Fern","origins":["http://localhost:8081"]})")};
  limits.transport.tick_ms = 10;
  auto data = DataFolder::open(options.data);
  BOOST_REQUIRE(data.ok());
  const auto store = open_store(data->database_path("fern").value());
  add_agent(*store, agent(1), "Mira");
  add_agent(*store, agent(2), "Noah");
}

RunningHub::~RunningHub() {
  if (server_) stop();
}

void RunningHub::start() {
  auto server = HubServer::open(options, limits, [](const std::string&) {});
  BOOST_REQUIRE_MESSAGE(server.ok(), (server.ok() ? "" : server.error().message));
  server_ = std::move(*server);
  thread_ = std::thread([this] { server_->run(); });
}

void RunningHub::stop() {
  server_->stop();
  thread_.join();
  server_.reset();
}

Reply RunningHub::request(const std::string& method, const std::string& target,
                          const std::string& body, const std::string& token,
                          const std::string& more_fields) {
  TestClient client(port());
  client.send(request_bytes(method, target, body, token, more_fields));
  auto reply = client.read_reply(method == "HEAD");
  BOOST_REQUIRE(reply.has_value());
  return *reply;
}

std::string RunningHub::token(const Actor& actor) {
  const Reply reply =
      request("POST", kSitePath + "/tokens", encode_token_request({actor, secret_of(actor)}));
  BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
  return decode_token_answer(reply.body).value().token;
}

PushAnswer RunningHub::push(const Actor& actor, const std::vector<std::string>& events) {
  const Reply reply = request("POST", kSitePath + "/events", encode_push(events), token(actor));
  BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
  return decode_push_answer(reply.body).value();
}

Page RunningHub::pull(const Actor& actor, const std::string& query) {
  const Reply reply = request("GET", kSitePath + "/events" + query, "", token(actor));
  BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
  auto page = decode_page(reply.body);
  BOOST_REQUIRE_MESSAGE(page.ok(), reply.body);
  return *page;
}

}  // namespace deskbell::test
