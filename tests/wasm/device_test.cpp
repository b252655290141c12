#include "wasm/device.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "core/store/schema.h"
#include "tests/support/seeded_random.h"
#include "wasm/page_record.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr Millis kNow = 1'763'770'000'000;

struct Tab {
  explicit Tab(const std::string& name, std::uint64_t seed) : random(seed), device(name, random) {}

  json send(const json& command) { return json::parse(device.send(command.dump(), kNow)); }
  json effects() { return json::parse(device.effects(kNow)); }
  void post(const std::string& text) {
    BOOST_REQUIRE(send({{"command", "message.post"}, {"text", text}}).contains("result"));
  }
  std::string texts() {
    std::string all;
    const json panel = send({{"command", "panel"}});
    BOOST_REQUIRE(panel.contains("result"));
    for (const json& message : panel["result"]["messages"])
      all += message["text"].get<std::string>() + " ";
    return all;
  }

  test::SeededRandom random;
  Device device;
};

/// Two tabs that have loaded the same store.
struct TwoTabs {
  TwoTabs() {
    BOOST_REQUIRE(mine.send({{"command", "new_customer"}, {"site", "site"}}).contains("result"));
    mine.post("before");
    const std::string beginning = mine.device.take().value();
    mine.device.settle(true);
    BOOST_REQUIRE_EQUAL(other.device.give(beginning), "");
  }

  Tab mine{"mine", 1};
  Tab other{"other", 2};
};

std::string change_counter_in(const std::string& bytes) {
  const PageRecord record = decode_record(bytes, kSchemaVersion).value();
  BOOST_REQUIRE(record.pages.at(0).number == 0u);
  return std::string(record.pages[0].bytes.substr(24, 4));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(device, TwoTabs)

BOOST_AUTO_TEST_CASE(a_record_of_another_tab_shows_what_it_wrote) {
  other.post("theirs");
  const std::string record = other.device.take().value();
  other.device.settle(true);
  BOOST_REQUIRE_EQUAL(mine.device.give(record), "");
  BOOST_TEST(mine.texts() == "before theirs ");
}

BOOST_AUTO_TEST_CASE(an_undone_batch_and_a_record_with_its_change_counter_leave_no_trace) {
  mine.post("undone");
  other.post("theirs");
  const std::string undone = mine.device.take().value();
  const std::string theirs = other.device.take().value();
  BOOST_REQUIRE(change_counter_in(undone) == change_counter_in(theirs));

  mine.device.settle(false);
  BOOST_REQUIRE_EQUAL(mine.device.give(theirs), "");
  BOOST_TEST(mine.texts() == "before theirs ");
  mine.post("again");
  BOOST_TEST(mine.texts() == "before theirs again ");
}

BOOST_AUTO_TEST_CASE(what_was_held_in_memory_can_be_stored_later_in_one_record) {
  mine.post("unstored");
  BOOST_REQUIRE(mine.device.take().has_value());
  mine.device.hold();
  mine.post("nor this");
  const std::string record = mine.device.take().value();
  mine.device.settle(true);
  BOOST_REQUIRE_EQUAL(other.device.give(record), "");
  BOOST_TEST(other.texts() == "before unstored nor this ");
}

BOOST_AUTO_TEST_CASE(undo_puts_back_the_link_as_well) {
  mine.send({{"command", "start"}});
  mine.post("one");
  const json first = mine.effects();
  BOOST_REQUIRE(first["requests"].size() == 1u);
  BOOST_REQUIRE(mine.device.take().has_value());
  mine.device.settle(false);

  mine.send({{"command", "start"}});
  mine.post("one");
  const json second = mine.effects();
  BOOST_TEST(second["requests"] == first["requests"]);
  BOOST_TEST(second["durability"] == "strict");
}

BOOST_AUTO_TEST_CASE(what_the_link_did_in_a_batch_that_wrote_nothing_outlives_a_later_undo) {
  mine.send({{"command", "start"}});
  BOOST_REQUIRE(mine.effects()["requests"].size() == 1u);
  BOOST_REQUIRE(!mine.device.take());
  mine.device.settle(true);
  mine.post("undone");
  mine.effects();
  mine.device.settle(false);
  // The token is on its way still, and not asked for again.
  BOOST_TEST(mine.effects()["requests"].empty());
  BOOST_TEST(mine.send({{"command", "panel"}})["result"]["connection"] == "connecting");
}

BOOST_AUTO_TEST_CASE(a_record_in_the_middle_of_a_batch_is_refused_and_loses_nothing) {
  mine.post("mine");
  other.post("theirs");
  const std::string theirs = other.device.take().value();
  BOOST_TEST(json::parse(mine.device.give(theirs))["error"]["code"] == "storage_failed");
  BOOST_TEST(mine.texts() == "before mine ");
}

BOOST_AUTO_TEST_CASE(a_damaged_record_and_one_of_a_newer_store_are_errors_that_say_so) {
  other.post("theirs");
  std::string record = other.device.take().value();
  const PageRecord pages = decode_record(record, kSchemaVersion).value();
  const std::string newer = encode_record(pages, kSchemaVersion + 1);
  BOOST_TEST(json::parse(mine.device.give(newer))["error"]["code"] == "store_too_new");
  record.back() ^= 1;
  BOOST_TEST(json::parse(mine.device.give(record))["error"]["code"] == "storage_failed");
  BOOST_TEST(mine.texts() == "before ");
}

BOOST_AUTO_TEST_CASE(nonsense_from_the_host_is_an_error_and_no_crash) {
  for (const std::string bad : {"", "{", "[]", "{\"command\":3}", "{\"command\":\"no such\"}"}) {
    BOOST_TEST(json::parse(mine.device.send(bad, kNow)).contains("error"));
    BOOST_TEST(json::parse(mine.device.receive(bad, kNow)).contains("error"));
  }
}

BOOST_AUTO_TEST_CASE(a_folded_store_opens_as_the_same_one) {
  for (int i = 0; i < 50; ++i) mine.post("message " + std::to_string(i));
  mine.device.take();
  mine.device.settle(true);
  Tab third("third", 3);
  for (const std::string& chunk : mine.device.fold())
    BOOST_REQUIRE_EQUAL(third.device.give(chunk), "");
  BOOST_REQUIRE_EQUAL(third.device.open(), "");
  BOOST_TEST(!third.device.take());
  BOOST_TEST(third.texts() == mine.texts());
}

BOOST_AUTO_TEST_CASE(records_that_make_no_database_are_an_error_when_opened) {
  Tab third("third", 3);
  const std::string page(kPageBytes, 'x');
  BOOST_REQUIRE_EQUAL(third.device.give(encode_record({1, {{0, page}}}, kSchemaVersion)), "");
  BOOST_TEST(json::parse(third.device.open())["error"]["code"] == "storage_failed");
  BOOST_TEST(third.send({{"command", "panel"}})["error"]["code"] == "storage_failed");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
