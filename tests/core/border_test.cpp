#include "core/border/border.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using nlohmann::json;

struct Fixture {
  test::SeededRandom random{5};
  Database database{":memory:", {}};
  Engine engine{database, random};
  Border border{engine, random};
  Millis now = 1'763'770'000'000;

  json send(const json& command) { return json::parse(border.send(command.dump(), now)); }
  json result(const json& command) {
    const json answer = send(command);
    BOOST_REQUIRE_MESSAGE(answer.contains("result"), answer.dump());
    return answer["result"];
  }
  std::string error(const json& command) { return send(command)["error"]["code"]; }
  json effects() { return json::parse(border.effects(now)); }
};

BOOST_FIXTURE_TEST_SUITE(border, Fixture)

BOOST_AUTO_TEST_CASE(a_new_customer_writes_and_sees_the_message_saved) {
  const json customer = result({{"command", "new_customer"}, {"site", "shop"}});
  BOOST_TEST(result({{"command", "new_customer"}, {"site", "shop"}}) == customer);
  const json posted = result({{"command", "message.post"}, {"text", "hello"}});
  const json panel = result({{"command", "panel"}});
  BOOST_TEST(panel["conversation"]["id"] == posted["conversation"]);
  BOOST_TEST(panel["messages"].size() == 1u);
  BOOST_TEST(panel["messages"][0]["state"] == "saved");
  BOOST_TEST(panel["messages"][0]["own"] == true);
  BOOST_TEST(panel["unsent"] == 2);
  BOOST_TEST(panel["connection"] == "stopped");
}

BOOST_AUTO_TEST_CASE(a_device_can_say_whose_it_is_and_take_another_secret_of_his) {
  BOOST_TEST(error({{"command", "identity"}}) == "not_signed_in");
  const json customer = result({{"command", "new_customer"}, {"site", "shop"}});
  json identity = result({{"command", "identity"}});
  BOOST_TEST(identity["id"] == customer["id"]);
  BOOST_TEST(identity["actor"] == "customer");
  BOOST_TEST(identity["secret"].get<std::string>().size() == 64u);
  identity["secret"] = std::string(64, 'f');
  json adopt = identity;
  adopt["command"] = "adopt";
  (void)result(adopt);
  BOOST_TEST(result({{"command", "identity"}}) == identity);
}

BOOST_AUTO_TEST_CASE(effects_say_how_durable_the_store_must_be) {
  BOOST_TEST(effects()["durability"] == "relaxed");  // it was just made
  BOOST_TEST(effects()["durability"] == "none");
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  (void)effects();
  (void)result({{"command", "message.post"}, {"text", "hello"}});
  BOOST_TEST(effects()["durability"] == "strict");
  (void)result({{"command", "panel"}});
  BOOST_TEST(effects()["durability"] == "none");
}

BOOST_AUTO_TEST_CASE(a_started_engine_asks_for_a_token_and_takes_the_answer) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  (void)result({{"command", "start"}});
  const json first = effects();
  BOOST_REQUIRE(first["requests"].size() == 1u);
  BOOST_TEST(first["requests"][0]["path"] == "/v1/sites/shop/tokens");
  BOOST_TEST(first["connection"] == "connecting");
  const json response = {{"response",
                          {{"request", first["requests"][0]["id"]},
                           {"status", 200},
                           {"content_type", "application/json"},
                           {"body", R"({"token":"t","expires_in_ms":1000})"}}}};
  BOOST_TEST(border.receive(response.dump(), now) == "");
  const json second = effects();
  BOOST_REQUIRE(second["requests"].size() == 1u);
  BOOST_TEST(second["requests"][0]["token"] == "t");
  BOOST_TEST(border.receive(json{{"failure", {{"request", second["requests"][0]["id"]}}}}.dump(),
                            now) == "");
  BOOST_TEST(effects()["connection"] == "offline");
}

BOOST_AUTO_TEST_CASE(bad_commands_are_answered_with_an_error) {
  BOOST_TEST(error({{"command", "fly"}}) == "invalid_command");
  BOOST_TEST(error(json::array()) == "invalid_command");
  BOOST_TEST(error({{"command", "panel"}}) == "not_signed_in");
  BOOST_TEST(error({{"command", "message.post"}, {"text", "hello"}}) == "not_signed_in");
  BOOST_TEST(error({{"command", "message.post"}}) == "invalid_command");
  BOOST_TEST(error({{"command", "adopt"}, {"site", "x"}}) == "invalid_command");
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  BOOST_TEST(error({{"command", "message.post"}, {"text", "  "}}) == "invalid_event");
  BOOST_TEST(error({{"command", "message.post"}, {"text", 7}}) == "invalid_command");
  BOOST_TEST(error({{"command", "survey.answer"}, {"conversation", "x"}, {"stars", 6}}) ==
             "invalid_command");
  BOOST_TEST(error({{"command", "panel"}, {"limit", 0}}) == "invalid_command");
  for (const char* bytes : {"", "{", "\xff", "[[[[[[[[[[[["})
    BOOST_TEST(json::parse(border.send(bytes, now)).contains("error"));
  for (const char* bytes : {"", "{}", R"({"response":5})", R"({"chunk":{"request":1}})"})
    BOOST_TEST(json::parse(border.receive(bytes, now)).contains("error"));
}

BOOST_AUTO_TEST_CASE(a_second_conversation_begins_beside_the_first_and_once) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  const json first = result({{"command", "message.post"}, {"text", "hello"}});
  json beside = {{"command", "message.post"},
                 {"text", "and"},
                 {"beside", json::array({first["conversation"]})}};
  const json second = result(beside);
  BOOST_TEST(second["conversation"] != first["conversation"]);
  BOOST_TEST(result(beside)["conversation"] == second["conversation"]);
  beside["beside"] = first["conversation"];
  BOOST_TEST(error(beside) == "invalid_command");
  beside["beside"] = {"no id"};
  BOOST_TEST(error(beside) == "invalid_command");
  const json third = result({{"command", "message.post"}, {"text", "more"}});
  BOOST_TEST(third["conversation"] == second["conversation"]);
  const json panel = result({{"command", "panel"}});
  BOOST_TEST(panel["conversations"].size() == 2u);
  const json past = result({{"command", "transcript"}});
  BOOST_REQUIRE(past.size() == 4u);
  BOOST_TEST(past[0]["conversation"] == first["conversation"]);
  BOOST_TEST(past[3]["text"] == "more");
}

BOOST_AUTO_TEST_CASE(a_transcript_is_asked_for_where_the_hub_sends_mail) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  const json posted = result({{"command", "message.post"}, {"text", "hello"}});
  const json ask = {{"command", "transcript.request"},
                    {"conversation", posted["conversation"]},
                    {"email", "ada@example.org"},
                    {"language", "de"}};
  BOOST_TEST(result({{"command", "panel"}})["site"]["mail"] == false);
  BOOST_TEST(error(ask) == "mail_off");
  database.run("INSERT INTO site_setting (name, value) VALUES ('mail', '1')");
  json panel = result({{"command", "panel"}});
  BOOST_TEST(panel["site"]["mail"] == true);
  BOOST_TEST(panel["transcript"].is_null());
  json wrong = ask;
  wrong["email"] = "ada@example.org, bob@example.org";
  BOOST_TEST(error(wrong) == "invalid_command");
  (void)effects();
  BOOST_TEST(result(ask).is_null());
  BOOST_TEST(effects()["durability"] == "strict");
  BOOST_TEST(error(ask) == "mail_waiting");
  panel = result({{"command", "panel"}});
  BOOST_TEST(panel["transcript"] ==
             json({{"email", "ada@example.org"}, {"sent", false}, {"error", nullptr}}));
  BOOST_TEST(panel["messages"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_posted_again_under_its_id_is_posted_once) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  const json post = {{"command", "message.post"},
                     {"text", "hello"},
                     {"id", "01936d5e-7c00-7000-8000-00000000000a"}};
  const json first = result(post);
  BOOST_TEST(first["id"] == post["id"]);
  // Whoever else posts it, however late, must write the same.
  BOOST_TEST(result({{"command", "transcript"}})[0]["at"] == 0x01936d5e7c00);
  (void)effects();
  BOOST_TEST(result(post) == first);
  BOOST_TEST(effects()["durability"] == "none");
  BOOST_TEST(result({{"command", "transcript"}}).size() == 1u);
  BOOST_TEST(error({{"command", "message.post"}, {"text", "hello"}, {"id", "7"}}) ==
             "invalid_event");
}

BOOST_AUTO_TEST_CASE(what_has_not_left_the_device_is_taken_back) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  const json posted = result({{"command", "message.post"}, {"text", "oh no"}});
  BOOST_TEST(result({{"command", "panel"}})["messages"][0]["undo"] == true);
  (void)result({{"command", "message.undo"}, {"id", posted["id"]}});
  json panel = result({{"command", "panel"}});
  BOOST_TEST(panel["conversations"].empty());
  BOOST_TEST(panel["unsent"] == 0);
  BOOST_TEST(error({{"command", "message.undo"}, {"id", posted["id"]}}) == "not_found");

  // From the moment on that it is handed out for a push, it may be at the hub.
  const json sent = result({{"command", "message.post"}, {"text", "yes"}});
  BOOST_TEST(!engine.replica().next_push(now, 10).empty());
  panel = result({{"command", "panel"}});
  BOOST_TEST(panel["messages"][0]["undo"] == false);
  BOOST_TEST(error({{"command", "message.undo"}, {"id", sent["id"]}}) == "not_found");
  BOOST_TEST(result({{"command", "panel"}})["messages"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_panel_says_what_a_site_tells_its_customers) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  json panel = result({{"command", "panel"}});
  BOOST_TEST(panel["site"]["desk"].is_null());
  test::LoopbackHub hub(7);
  hub.place_own(AnswerPublished{"01936d5e-7c00-7000-8000-000000000001",
                                "Returns",
                                "Hello {{customer.name|you}}, welcome to {{site.name}}.",
                                {},
                                AnswerScope::everyone,
                                "en"});
  SiteUpdated site{"Shop", "Hi"};
  site.hours = R"({"week":{"mon":["09:00-17:00"]}})";
  site.suggestions = R"(["Where is my parcel?"])";
  site.survey = R"({"kind":"nps","tags":["Fast"]})";
  site.reply_minutes = 15;
  site.proactive = R"([{"id":"basket","once":"ever","text":"Can we help?"}])";
  hub.place_own(site);
  const Actor owner = engine.replica().identity()->actor;
  BOOST_REQUIRE(engine.replica().apply_page(hub.page(owner, {}, 100), now).ok());
  panel = result({{"command", "panel"}});
  // 1763770000000 is Saturday, 22 November 2025, 00:06:40 UTC.
  BOOST_TEST(panel["site"]["desk"]["open"] == false);
  BOOST_TEST(panel["site"]["desk"]["changes_at"] == 1'763'974'800'000);
  BOOST_TEST(panel["site"]["suggestions"][0] == "Where is my parcel?");
  BOOST_TEST(panel["site"]["survey"]["kind"] == "nps");
  BOOST_TEST(panel["site"]["reply_minutes"] == 15);
  BOOST_TEST(panel["site"]["proactive"][0]["text"] == "Can we help?");
  const json read =
      result({{"command", "answer.read"}, {"id", "01936d5e-7c00-7000-8000-000000000001"}});
  BOOST_TEST(read["text"] == "Hello you, welcome to Shop.");
  BOOST_TEST(result({{"command", "answer.read"}, {"id", "none"}}).is_null());
}

BOOST_AUTO_TEST_CASE(a_conversation_says_which_of_the_sites_messages_it_answers) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  const auto post = [&](json more) {
    more.update({{"command", "message.post"}, {"text", "Yes please"}});
    return result(more)["conversation"];
  };
  const json begun = post({{"proactive", "basket"}});
  BOOST_TEST(result({{"command", "panel"}})["conversation"]["proactive"] == "basket");
  // It began from that one, whatever is answered in it later.
  BOOST_TEST(post({{"proactive", "other"}}) == begun);
  BOOST_TEST(result({{"command", "panel"}})["conversation"]["proactive"] == "basket");
  BOOST_TEST(post({{"beside", json::array({begun})}}) != begun);
  BOOST_TEST(result({{"command", "panel"}})["conversation"]["proactive"] == "");
}

BOOST_AUTO_TEST_CASE(what_a_form_asks_for_is_kept_of_the_customer) {
  (void)result({{"command", "new_customer"}, {"site", "shop"}});
  (void)result({{"command", "customer.update"},
                {"name", "Ada"},
                {"attributes", {{"order", "17"}, {"topic", "Delivery"}}}});
  (void)result({{"command", "customer.update"}, {"attributes", {{"topic", "Payment"}}}});
  const json customer = result({{"command", "panel"}})["customer"];
  BOOST_TEST(customer["name"] == "Ada");
  BOOST_TEST(customer["attributes"].dump() == R"({"order":"17","topic":"Payment"})");
  BOOST_TEST(error({{"command", "customer.update"}, {"attributes", {{"a b", "x"}}}}) ==
             "invalid_command");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
