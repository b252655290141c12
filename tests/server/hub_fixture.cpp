#include "tests/server/hub_fixture.h"

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "server/hub/content_hash.h"

namespace deskbell::test {
namespace {

SystemRandom& randomness() {
  static SystemRandom random;
  return random;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  path_ = std::filesystem::temp_directory_path() / "deskbell-test-XXXXXX";
  BOOST_REQUIRE(mkdtemp(path_.data()));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& bytes) const {
  const std::string path = path_ + "/" + name;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string id_of(int number) {
  char text[40];
  std::snprintf(text, sizeof text, "00000000-0000-7000-8000-%012x", static_cast<unsigned>(number));
  return text;
}

Actor customer(int number) {
  return {ActorKind::customer, id_of(0xc000 + number)};
}
Actor agent(int number) {
  return {ActorKind::agent, id_of(0xa000 + number)};
}

std::string conversation_id(int number) {
  return id_of(0xd0000 + number);
}

std::string event_bytes(int id, const Actor& author, int conversation, Payload payload) {
  Event event;
  event.id = id_of(id);
  event.type = type_name(payload);
  event.conversation = conversation == 0 ? "" : conversation_id(conversation);
  event.author = author;
  event.at = 1'763'770'000'000 + id;
  event.payload = std::move(payload);
  return encode_event(event);
}

std::string started(int id, const Actor& author, int conversation) {
  return event_bytes(id, author, conversation, ConversationStarted{});
}

std::string posted(int id, const Actor& author, int conversation, const std::string& text) {
  return event_bytes(id, author, conversation, MessagePosted{text, std::nullopt, ""});
}

std::vector<PushResult> push(HubStore& store, const Actor& author,
                             const std::vector<std::string>& events) {
  const Push push{author, {events.begin(), events.end()}};
  auto placement = store.place(std::span(&push, 1));
  BOOST_REQUIRE_MESSAGE(placement.ok(), (placement.ok() ? "" : placement.error().message));
  BOOST_REQUIRE_EQUAL(placement->answers.size(), 1u);
  BOOST_REQUIRE_EQUAL(placement->answers[0].results.size(), events.size());
  return placement->answers[0].results;
}

std::vector<PlacedEvent> read_all(HubStore& store, const Actor& reader, std::size_t limit) {
  std::vector<PlacedEvent> events;
  Seq after = 0;
  for (bool more = true; more;) {
    auto page = store.read(reader, after, limit, kMaxPageBytes, 0);
    BOOST_REQUIRE(page.ok());
    BOOST_CHECK_EQUAL(page->since.seq, after);
    BOOST_CHECK_LE(page->events.size(), limit);
    for (PlacedEvent& event : page->events) {
      BOOST_CHECK_GT(event.seq, after);
      BOOST_CHECK_LE(event.seq, page->cursor.seq);
      events.push_back(std::move(event));
    }
    after = page->cursor.seq;
    more = page->more;
  }
  BOOST_CHECK_EQUAL(after, store.head().value());
  return events;
}

std::unique_ptr<SqliteHubStore> open_store(const std::string& path) {
  auto store = SqliteHubStore::open(path, randomness(), 1'763'770'000'000, {sha256_hex});
  BOOST_REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().message));
  return std::move(*store);
}

}  // namespace deskbell::test
