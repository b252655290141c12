// One device, made with the SDK, driven through a pipe: a line in, a line of JSON out.
//
//   network-device HUB SITE STORE [LOGIN PASSWORD]      without a login, a customer's
//
//   post CONVERSATION TEXT     "-" for the customer's own; answers {"id"} or {"error"}
//   read CONVERSATION          marks it read
//   state                      everything that this device shows

#include <deskbell/client.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

namespace {

using nlohmann::json;
namespace sdk = deskbell::sdk;

const char* name_of(sdk::Connection connection) {
  constexpr const char* kNames[] = {"stopped", "offline", "connecting", "live", "signed_out"};
  return kNames[static_cast<int>(connection)];
}

const char* name_of(sdk::MessageState state) {
  constexpr const char* kNames[] = {"saved", "sent", "delivered", "read", "refused"};
  return kNames[static_cast<int>(state)];
}

json problem(const sdk::Error& error) {
  return {{"error", error.message}};
}

json messages_of(const sdk::Client& client, const std::string& conversation) {
  json list = json::array();
  const auto messages = client.messages(conversation, 100'000);
  if (!messages.ok()) return problem(messages.error());
  for (const sdk::Message& message : *messages)
    list.push_back({{"id", message.id},
                    {"text", message.text},
                    {"own", message.own},
                    {"state", name_of(message.state)}});
  return list;
}

json state_of(const sdk::Client& client) {
  const sdk::Status status = client.status();
  const auto identity = client.identity();
  json state = {{"connection", name_of(status.connection)},
                {"unsent", status.unsent},
                {"id", identity ? identity->id : ""},
                {"trouble", status.trouble ? status.trouble->message : ""},
                {"conversations", json::object()}};
  const auto refused = client.refused();
  if (!refused.ok()) return problem(refused.error());
  state["refused"] = refused->size();
  const auto conversations = client.conversations(10'000);
  if (!conversations.ok()) return problem(conversations.error());
  for (const sdk::Conversation& conversation : *conversations)
    state["conversations"][conversation.id] = messages_of(client, conversation.id);
  return state;
}

json carry_out(sdk::Client& client, const std::string& line) {
  std::istringstream words(line);
  std::string command, conversation, text;
  words >> command >> conversation >> std::ws;
  std::getline(words, text);
  if (conversation == "-") conversation.clear();
  if (command == "state") return state_of(client);
  if (command == "post") {
    const auto id = client.post(conversation, text);
    return id.ok() ? json{{"id", *id}} : problem(id.error());
  }
  if (command == "read") {
    const auto done = client.mark_read(conversation);
    return done.ok() ? json::object() : problem(done.error());
  }
  return {{"error", "no such command: " + command}};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 6) return 2;
  const sdk::Options options = {.hub = argv[1], .site = argv[2], .store = argv[3]};
  auto opened = argc == 4 ? sdk::Client::open_as_customer(options) : sdk::Client::open(options);
  if (!opened.ok()) {
    std::cerr << opened.error().message << std::endl;
    return 1;
  }
  sdk::Client client = std::move(*opened);
  if (argc == 6 && !client.identity()) {
    const auto signed_in = client.sign_in(argv[4], argv[5]).get();
    if (!signed_in.ok()) {
      std::cerr << signed_in.error().message << std::endl;
      return 1;
    }
  }
  std::cout << json{{"ready", true}}.dump() << std::endl;
  for (std::string line; std::getline(std::cin, line);)
    std::cout << carry_out(client, line).dump(-1, ' ', false, json::error_handler_t::replace)
              << std::endl;
  return 0;
}
