#include "core/answer/robot.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "core/answer/local_format.h"
#include "core/answer/question_groups.h"
#include "core/answer/wishes.h"
#include "core/event/attachment.h"
#include "core/event/robot_fields.h"
#include "core/fold/robot_kinds.h"
#include "core/store/schema.h"
#include "tests/support/loopback.h"

namespace deskbell {
namespace {

using test::Device;
using test::LoopbackHub;
using test::SeededRandom;

RobotPolicy working() {
  RobotPolicy policy;
  policy.works = RobotHours::always;
  return policy;
}

Heard heard(std::vector<HeardAnswer> found) {
  return {std::move(found), std::nullopt, 500, 250};
}

BOOST_AUTO_TEST_SUITE(robot)

BOOST_AUTO_TEST_CASE(
    it_answers_when_it_is_sure_offers_when_it_is_not_and_says_when_it_does_not_know) {
  const auto sure = robot_move(working(), {}, heard({{"a", 700}, {"b", 300}}), true);
  BOOST_TEST((sure->kind == RobotMove::Kind::answer));
  BOOST_TEST(sure->answers == std::vector<std::string>{"a"}, boost::test_tools::per_element());
  const auto unsure =
      robot_move(working(), {}, heard({{"a", 300}, {"b", 200}, {"c", 100}, {"d", 90}}), true);
  BOOST_TEST((unsure->kind == RobotMove::Kind::offer));
  BOOST_TEST(unsure->answers.size() == kMostOffered);
  BOOST_TEST((robot_move(working(), {}, heard({{"a", 100}}), true)->kind == RobotMove::Kind::miss));
  BOOST_TEST((robot_move(working(), {}, heard({}), true)->kind == RobotMove::Kind::miss));
}

BOOST_AUTO_TEST_CASE(it_asks_for_what_its_answer_needs) {
  const auto move = robot_move(working(), {}, heard({{"a", 700, {"order"}}}), true);
  BOOST_TEST((move->kind == RobotMove::Kind::ask));
  BOOST_TEST(move->fields == std::vector<std::string>{"order"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_works_by_the_hours_that_its_site_says) {
  RobotPolicy policy = working();
  policy.works = RobotHours::closed;
  BOOST_TEST(!robot_move(policy, {}, heard({{"a", 900}}), true));
  BOOST_TEST(robot_move(policy, {}, heard({{"a", 900}}), false).has_value());
  policy.works = RobotHours::never;
  BOOST_TEST(!robot_move(policy, {}, heard({{"a", 900}}), false));
}

BOOST_AUTO_TEST_CASE(its_manners_hold_whatever_is_asked_in_whatever_order) {
  SeededRandom random(11);
  const auto below = [&](unsigned bound) { return static_cast<int>(random.below(bound)); };
  for (int talk = 0; talk < 2000; ++talk) {
    RobotPolicy policy = working();
    policy.misses = 1 + below(5);
    RobotMemory memory;
    for (int turn = 0; turn < 30; ++turn) {
      Heard said = heard({});
      for (int i = below(6); i > 0; --i)
        said.found.push_back({std::string(1, static_cast<char>('a' + below(4))), below(1001)});
      std::stable_sort(said.found.begin(), said.found.end(),
                       [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
      if (random.chance(10)) {
        said.chosen = std::string(1, static_cast<char>('a' + below(4)));
        said.found = {{said.chosen, 1000}};
      }
      if (random.chance(5)) said.wish = HandOverReason::requested;
      const auto move = robot_move(policy, memory, said, random.chance(50));
      if (memory.with_people) {
        BOOST_REQUIRE(!move);
        break;
      }
      // It always does something, and exactly one thing.
      BOOST_REQUIRE(move);
      if (said.wish) BOOST_REQUIRE((move->kind == RobotMove::Kind::hand_over));
      BOOST_REQUIRE(move->answers.size() <= kMostOffered);
      for (const std::string& answer : move->answers) {
        if (answer == said.chosen) continue;
        BOOST_REQUIRE(answer != memory.last_answer);
        BOOST_REQUIRE(!memory.unhelpful.contains(answer));
      }
      // What the customer took himself is said, whatever was said before.
      if (!said.chosen.empty() && !said.wish)
        BOOST_REQUIRE(move->answers == std::vector<std::string>{said.chosen});
      switch (move->kind) {
        case RobotMove::Kind::ask:
          memory.last_answer = move->answers.at(0);
          ++memory.misses;
          break;
        case RobotMove::Kind::answer:
          memory.last_answer = move->answers.at(0);
          memory.misses = 0;
          if (random.chance(20)) memory.unhelpful.insert(memory.last_answer);
          break;
        case RobotMove::Kind::offer:
        case RobotMove::Kind::miss:
          ++memory.misses;
          BOOST_REQUIRE(move->kind == RobotMove::Kind::offer || memory.misses < policy.misses);
          break;
        case RobotMove::Kind::hand_over:
          memory.with_people = true;
          break;
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wish_for_a_person_is_heard_in_every_language_of_the_widget) {
  const Wishes wishes({"Wedding", "大口订单"});
  for (const char* text :
       {"Can I PLEASE talk to a human?", "I'd like to speak with someone!",
        "Ich möchte mit einem Menschen reden", "je veux parler a un conseiller",
        "Quiero hablar con una persona", "quero falar com um atendente", "Позовите оператора!",
        "أريد التحدث مع موظف", "אני רוצה לדבר עם נציג", "मुझे किसी से बात करनी है",
        "担当者と話したいです", "我要转人工", "請幫我轉人工", "人工", "Agent", "有人吗？",
        "有人対応をお願いします", "is this a real human being?"})
    BOOST_TEST((wishes.in(text) == Wish::person), text);
  for (const char* text : {"this is unacceptable", "Das ist eine Frechheit!", "C'est une arnaque",
                           "esto es una estafa", "我要投诉你们", "詐欺だ", "это обман",
                           "हद है, शिकायत करनी है", "你们真是垃圾公司", "このクソ対応"})
    BOOST_TEST((wishes.in(text) == Wish::complaint), text);
  for (const char* text : {"flowers for a wedding", "想下大口订单"})
    BOOST_TEST((wishes.in(text) == Wish::site), text);
  for (const char* text :
       {"where is my order", "is the fern easy for a beginner person", "Wie pflege ich den Farn?",
        "我的订单在哪里", "", "🌿", "human hair wigs", "personal data", "注文はどこ",
        "agentic ferns", "real human hair?", "早くそれを送ってください", "詳しくその内容を",
        "クラシックソファ", "快递显示有人签收", "有垃圾桶吗", "真人发假发怎么洗", "agent orange",
        "人工皮革"})
    BOOST_TEST((wishes.in(text) == Wish::none), text);
}

BOOST_AUTO_TEST_CASE(its_policy_is_read_within_limits_and_is_off_when_there_is_none) {
  BOOST_TEST((robot_policy("").works == RobotHours::never));
  BOOST_TEST((robot_policy("{\"works\": 3}").works == RobotHours::never));
  BOOST_TEST((robot_policy("{}").works == RobotHours::always));
  BOOST_TEST((robot_policy(R"({"misses": 99})").works == RobotHours::never));
  const RobotPolicy policy = robot_policy(R"({"works":"closed","handover_words":["bulk"]})");
  BOOST_TEST((policy.works == RobotHours::closed));
  BOOST_TEST(policy.handover_words.size() == 1u);
}

/// A customer, an agent and a site with a book and a robot.
struct Shop {
  static constexpr const char* kParcel = "00000000-0000-7000-8000-000000000001";
  static constexpr const char* kReturn = "00000000-0000-7000-8000-000000000002";
  static constexpr const char* kTeam = "00000000-0000-7000-8000-000000000003";
  static constexpr const char* kOrder = "00000000-0000-7000-8000-000000000004";
  LoopbackHub hub{1};
  Device customer{ActorKind::customer, 2};
  Device ana{ActorKind::agent, 3};
  std::string conversation;

  Shop() {
    SiteUpdated site{"Shop", "Welcome"};
    site.robot = R"({"works":"always"})";
    hub.place_own(site);
    publish(kParcel, "Where is my parcel?", "On its way, {{customer.name|friend}}.");
    publish(kReturn, "How do I return it?", "Within 30 days.");
    publish(kOrder, "What about my order?", "Order {{customer.order}} is being packed.");
    publish(kTeam, "Refund limits", "50", AnswerScope::team);
    sync();
  }
  void publish(const char* id, const char* title, const char* text,
               AnswerScope scope = AnswerScope::everyone) {
    AnswerPublished answer;
    answer.answer = id;
    answer.title = title;
    answer.text = text;
    answer.scope = scope;
    hub.place_own(answer);
  }
  void sync() {
    for (int round = 0; round < 3; ++round)
      for (Device* device : {&customer, &ana}) device->sync(hub);
  }
  std::string ask(const std::string& text, std::vector<HeardAnswer> found,
                  std::optional<HandOverReason> wish = {}) {
    FinderSays says{heard(std::move(found)), ""};
    says.heard.wish = wish;
    auto id = customer.replica().post_message(conversation, MessagePosted{text, {}, ""},
                                              customer.now, {.says = says});
    BOOST_REQUIRE(id.ok());
    conversation = customer.views().conversations(1).at(0).id;
    return *id;
  }
  void emit(Payload payload) {
    BOOST_REQUIRE(customer.replica().emit(conversation, std::move(payload), customer.now).ok());
  }
  std::string seen_by(Device& device) {
    std::string seen;
    for (const MessageView& message : device.views().messages(conversation, 50))
      seen += (message.step ? "[" + message.step->kind + "]" : "") + message.text + "|";
    return seen;
  }
  ConversationView listed_by(Device& device) { return *device.views().conversation(conversation); }
};

BOOST_FIXTURE_TEST_CASE(what_it_does_is_seen_by_both_sides_in_the_words_of_the_book, Shop) {
  ask("wheres my parcel", {{kParcel, 900}});
  sync();
  const std::string expected = "wheres my parcel|[answered]On its way, friend.|";
  BOOST_TEST(seen_by(customer) == expected);
  BOOST_TEST(seen_by(ana) == expected);
  // What was said stays said, whatever becomes of the book.
  publish(kParcel, "Where is my parcel?", "Lost.");
  hub.place_own(AnswerWithdrawn{kParcel});
  sync();
  BOOST_TEST(seen_by(ana) == expected);
  BOOST_TEST(customer.replica().rebuild_and_hash() == customer.replica().hash());
}

BOOST_FIXTURE_TEST_CASE(the_team_is_not_called_until_it_hands_over_but_can_look, Shop) {
  ask("wheres my parcel", {{kParcel, 900}});
  sync();
  BOOST_TEST(listed_by(ana).unread == 0);
  BOOST_TEST((listed_by(ana).handled_by == HandledBy::robot));
  ask("a person please", {{kReturn, 900}}, HandOverReason::requested);
  sync();
  BOOST_TEST(listed_by(ana).unread == 2);
  BOOST_TEST((listed_by(ana).handled_by == HandledBy::people));
  BOOST_TEST(seen_by(ana).ends_with("a person please|[handed_over]|"));
  // From now on it keeps silent.
  ask("still there?", {{kReturn, 900}});
  sync();
  BOOST_TEST(seen_by(ana).ends_with("still there?|"));
}

BOOST_FIXTURE_TEST_CASE(what_it_says_when_nobody_is_there_is_said_once_and_for_all, Shop) {
  SiteUpdated site;
  site.robot = R"({"works":"always","away":"Back tomorrow, {{customer.name|friend}}."})";
  site.hours = R"({"week":{}})";
  hub.place_own(site);
  sync();
  ask("a person please", {}, HandOverReason::requested);
  sync();
  const std::string expected = "a person please|[handed_over]Back tomorrow, friend.|";
  BOOST_TEST(seen_by(customer) == expected);
  site.robot = R"({"works":"always","away":"Never."})";
  site.hours = R"({"week":{"mon":["00:00-24:00"],"tue":["00:00-24:00"],"wed":["00:00-24:00"],
      "thu":["00:00-24:00"],"fri":["00:00-24:00"],"sat":["00:00-24:00"],"sun":["00:00-24:00"]}})";
  hub.place_own(site);
  sync();
  for (Device* device : {&customer, &ana}) {
    BOOST_TEST(seen_by(*device) == expected);
    const auto step = device->views().messages(conversation, 50).back().step;
    BOOST_TEST(step.value().away);
    BOOST_TEST(step.value().answers.empty());
    BOOST_TEST(step.value().reason == "requested");
    BOOST_TEST(device->replica().rebuild_and_hash() == device->replica().hash());
  }
}

BOOST_FIXTURE_TEST_CASE(every_way_to_people_says_whether_any_are_there, Shop) {
  const auto last = [&] { return *customer.views().messages(conversation, 50).back().step; };
  const auto begin_anew = [&] {
    sync();
    BOOST_REQUIRE(ana.replica().emit(conversation, ConversationResolved{}, ana.now).ok());
    sync();
    ask("how do I return it", {{kReturn, 900}});
  };
  ask("how do I return it", {{kReturn, 900}});
  BOOST_REQUIRE(customer.replica().hand_over(conversation, customer.now).ok());
  BOOST_TEST(last().kind == "handed_over");
  BOOST_TEST(!last().away);  // the site tells no hours
  SiteUpdated site;
  site.hours = R"({"week":{}})";
  hub.place_own(site);
  begin_anew();
  BOOST_REQUIRE(customer.replica().hand_over(conversation, customer.now).ok());
  BOOST_TEST(last().away);
  BOOST_TEST(customer.views().messages(conversation, 50).back().text == "");
  begin_anew();
  const std::string step = customer.views().messages(conversation, 50).back().id;
  BOOST_REQUIRE(customer.replica().rate_answer(conversation, {step, false}, customer.now).ok());
  BOOST_TEST(last().reason == "unhelpful");
  BOOST_TEST(last().away);
}

BOOST_FIXTURE_TEST_CASE(a_person_who_writes_takes_over_and_it_may_begin_again_when_all_is_resolved,
                        Shop) {
  ask("wheres my parcel", {{kParcel, 900}});
  sync();
  BOOST_REQUIRE(ana.replica().post_message(conversation, "I am here", "", ana.now).ok());
  sync();
  ask("and how do I return it", {{kReturn, 900}});
  sync();
  BOOST_TEST(seen_by(ana).ends_with("and how do I return it|"));
  BOOST_REQUIRE(ana.replica().emit(conversation, ConversationResolved{}, ana.now).ok());
  sync();
  // The same answer as before the end is no repetition.
  ask("wheres my parcel", {{kParcel, 900}});
  sync();
  BOOST_TEST(seen_by(ana).ends_with("[answered]On its way, friend.|"));
  BOOST_TEST((listed_by(ana).handled_by == HandledBy::robot));
}

BOOST_FIXTURE_TEST_CASE(what_did_not_help_leads_to_people_and_a_choice_to_its_answer, Shop) {
  ask("parcel", {{kParcel, 300}, {kReturn, 200}});
  const MessageView offer = customer.views().messages(conversation, 50).back();
  BOOST_REQUIRE(offer.step);
  BOOST_TEST(offer.step->kind == "offered");
  BOOST_TEST(offer.step->answers.size() == 2u);
  BOOST_TEST(offer.step->open);
  emit(AnswerChosen{offer.id, kReturn, ""});
  sync();
  const MessageView given = customer.views().messages(conversation, 50).back();
  BOOST_TEST(given.text == "Within 30 days.");
  // Chosen once, however often it is tried.
  emit(AnswerChosen{offer.id, kParcel, ""});
  BOOST_REQUIRE(customer.replica().rate_answer(conversation, {given.id, false}, customer.now).ok());
  sync();
  BOOST_TEST(seen_by(ana) == "parcel|[offered]|[chosen]Within 30 days.|[handed_over]|");
  BOOST_TEST((ana.views().messages(conversation, 50).at(2).step->helpful == false));
  BOOST_TEST((listed_by(ana).handled_by == HandledBy::people));
}

BOOST_FIXTURE_TEST_CASE(it_says_nothing_that_customers_may_not_see_or_the_book_has_not, Shop) {
  ask("limits", {{kTeam, 900}, {"00000000-0000-7000-8000-00000000000f", 900}});
  BOOST_TEST(seen_by(customer) == "limits|[missed]|");
  const auto forged =
      customer.replica().emit(conversation, RobotAnswered{conversation, kTeam, ""}, customer.now);
  BOOST_REQUIRE(!forged.ok());
  BOOST_TEST((forged.error().code == ErrorCode::unknown_answer));
}

BOOST_FIXTURE_TEST_CASE(what_it_asks_for_fills_its_answer, Shop) {
  ask("my order", {{kOrder, 900}});
  const MessageView asked = customer.views().messages(conversation, 50).back();
  BOOST_REQUIRE(asked.step);
  BOOST_TEST(asked.step->kind == "asked");
  BOOST_TEST(asked.step->fields.at(0) == "order");
  CustomerUpdated told;
  told.customer = customer.actor().id;
  told.attributes["order"] = "4711";
  BOOST_REQUIRE(customer.replica().emit("", told, customer.now).ok());
  emit(AnswerChosen{asked.id, kOrder, ""});
  sync();
  BOOST_TEST(seen_by(ana).ends_with("Order 4711 is being packed.|"));
  // What the device knows already is not asked again.
  ask("and my order now", {{kParcel, 900}});
  ask("my order", {{kOrder, 900}});
  BOOST_TEST(seen_by(customer).ends_with("[answered]Order 4711 is being packed.|"));
}

BOOST_FIXTURE_TEST_CASE(an_order_is_looked_up_in_what_the_page_has_told, Shop) {
  publish(kOrder, "Where is my order?", "{{order.id}}: {{order.status}}, {{order.weight|light}}");
  sync();
  const auto tell = [&](const char* name, const char* value) {
    CustomerUpdated told;
    told.customer = customer.actor().id;
    told.attributes[name] = value;
    BOOST_REQUIRE(customer.replica().emit("", told, customer.now).ok());
  };
  // Not known, and not to be asked for: the next best.
  ask("where is order 4711?", {{kOrder, 900}, {kParcel, 800}});
  BOOST_TEST(seen_by(customer).ends_with("[answered]On its way, friend.|"));
  tell("orders", R"([{"id": "4711", "status": "packed"}, {"id": 812, "status": "lost", "weight": 3},
                     7, {"id": {}, "status": ["x"]}, {"status": "without an id"}])");
  ask("where is #4711, please?", {{kOrder, 900}});
  BOOST_TEST(seen_by(customer).ends_with("[answered]4711: packed, light|"));
  ask("return it", {{kReturn, 900}});
  ask("and 812?", {{kOrder, 900}});
  BOOST_TEST(seen_by(customer).ends_with("[answered]812: lost, 3|"));
  // What was said of the other order is still of that one, to everybody.
  sync();
  BOOST_TEST(seen_by(customer).find("[answered]4711: packed, light|") != std::string::npos);
  BOOST_TEST(seen_by(ana) == seen_by(customer));
  // As part of another number it is not spoken of.
  const std::string& who = customer.actor().id;
  BOOST_REQUIRE(
      customer.replica()
          .post_message(conversation, MessagePosted{"84711, 4711x and 8124", {}, ""}, customer.now)
          .ok());
  BOOST_TEST(customer.views().values_for(who, conversation).at("order.id") == "812");
  // A card speaks of one, also of one that the page has told nothing of.
  sync();
  MessagePosted shown{"This one?", {}, ""};
  shown.cards = R"([{"title": "A fern"},
                    {"kind": "order", "title": "Yours", "number": "9000", "status": "Returned"}])";
  BOOST_REQUIRE(ana.replica().post_message(conversation, shown, ana.now).ok());
  sync();
  for (Device* device : {&customer, &ana}) {
    const auto values = device->views().values_for(who, conversation);
    BOOST_TEST(values.at("order.id") == "9000");
    BOOST_TEST(values.at("order.status") == "Returned");
    BOOST_TEST(!values.contains("order.weight"));
  }
}

BOOST_FIXTURE_TEST_CASE(the_order_that_a_customer_has_given_is_looked_up_and_an_only_one_is_meant,
                        Shop) {
  const std::string& who = customer.actor().id;
  const auto tell = [&](std::map<std::string, std::string> attributes) {
    CustomerUpdated told;
    told.customer = who;
    told.attributes = std::move(attributes);
    BOOST_REQUIRE(customer.replica().emit("", told, customer.now).ok());
    return customer.views().values_for(who);
  };
  BOOST_TEST(!tell({{"orders", "no JSON"}}).contains("order.id"));
  BOOST_TEST(!tell({{"orders", R"({"id": "1"})"}}).contains("order.id"));
  BOOST_TEST(tell({{"orders", R"([{"id": "1", "status": "new"}])"}}).at("order.status") == "new");
  BOOST_TEST(!tell({{"orders", R"([{"id": "1"}, {"id": "2"}])"}}).contains("order.id"));
  BOOST_TEST(tell({{"order", "2"}}).at("order.id") == "2");
}

BOOST_FIXTURE_TEST_CASE(who_writes_instead_of_filling_in_is_not_asked_the_same_again, Shop) {
  ask("my order", {{kOrder, 900}});
  ask("it is 4711", {{kOrder, 900}});
  BOOST_TEST(seen_by(customer) == "my order|[asked]|it is 4711|[handed_over]|");
}

BOOST_FIXTURE_TEST_CASE(what_was_offered_is_asked_for_what_it_needs, Shop) {
  ask("order or parcel", {{kOrder, 300}, {kParcel, 290}});
  const MessageView offer = customer.views().messages(conversation, 50).back();
  const auto choose = [&](const std::string& step) {
    BOOST_REQUIRE(
        customer.replica().choose_answer(conversation, {step, kOrder, ""}, customer.now).ok());
  };
  choose(offer.id);
  const MessageView asked = customer.views().messages(conversation, 50).back();
  BOOST_REQUIRE(asked.step);
  BOOST_TEST(asked.step->kind == "asked");
  CustomerUpdated told;
  told.customer = customer.actor().id;
  told.attributes["order"] = "4711";
  BOOST_REQUIRE(customer.replica().emit("", told, customer.now).ok());
  choose(asked.id);
  sync();
  BOOST_TEST(seen_by(ana) ==
             "order or parcel|[offered]|[asked]|[chosen]Order 4711 is being packed.|");
}

BOOST_FIXTURE_TEST_CASE(no_customer_sees_the_braces_of_what_cannot_be_asked_for, Shop) {
  const char* const kNames[] = {"order.status", "agent.name", "?days", "customer.order.id"};
  for (const char* name : kNames) {
    publish(kOrder, "What about my order?", ("It is {{" + std::string(name) + "}}.").c_str());
    sync();
    ask("my order", {{kOrder, 900}, {kParcel, 800}});
    BOOST_TEST(seen_by(customer).ends_with("my order|[answered]On its way, friend.|"), name);
    ask("return it", {{kReturn, 900}});  // so that the parcel may be spoken of again
  }
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_lacks_too_much_keeps_nobody_from_writing, Shop) {
  std::string text;
  for (int i = 0; i < 9; ++i) text += "{{customer.a" + std::to_string(i) + "}}";
  publish(kOrder, "What about my order?", text.c_str());
  publish(kReturn, "How do I return it?", "{{customer.b}} {{customer.b}} {{customer.b}}");
  sync();
  ask("my order", {{kOrder, 900}});
  BOOST_TEST(seen_by(customer) == "my order|[missed]|");
  ask("return", {{kReturn, 900}});
  const MessageView asked = customer.views().messages(conversation, 50).back();
  BOOST_REQUIRE(asked.step);
  BOOST_TEST(asked.step->fields == std::vector<std::string>{"b"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_the_robot_did_nothing_about_calls_the_team, Shop) {
  ask("wheres my parcel", {{kParcel, 900}});
  sync();
  BOOST_TEST(listed_by(ana).unread == 0);
  // From a device without a finder.
  BOOST_REQUIRE(customer.replica()
                    .post_message(conversation, MessagePosted{"hello?", {}, ""}, customer.now)
                    .ok());
  sync();
  BOOST_TEST(listed_by(ana).unread == 2);
  BOOST_TEST((listed_by(ana).handled_by == HandledBy::nobody));
  // It is not the end of the robot.
  ask("how do I return it", {{kReturn, 900}});
  sync();
  BOOST_TEST(listed_by(ana).unread == 0);
  BOOST_TEST((listed_by(ana).handled_by == HandledBy::robot));
  BOOST_TEST(customer.replica().rebuild_and_hash() == customer.replica().hash());
}

BOOST_FIXTURE_TEST_CASE(what_the_customer_takes_himself_is_said_again, Shop) {
  ask("Where is my parcel?", {{kParcel, 1000}});
  FinderSays says{heard({{kParcel, 1000}}), ""};
  BOOST_REQUIRE(customer.replica()
                    .post_message(conversation, MessagePosted{"Where is my parcel?", {}, kParcel},
                                  customer.now, {.says = says})
                    .ok());
  BOOST_TEST(seen_by(customer).ends_with("[answered]On its way, friend.|"));
}

BOOST_FIXTURE_TEST_CASE(its_answers_have_their_cards_and_speak_the_customers_language, Shop) {
  AnswerPublished answer;
  answer.answer = kOrder;
  answer.title = "What does it cost?";
  answer.text = "It costs {{customer.price:amount}}.";
  answer.language = "en";
  answer.translations = {{"de", "Was kostet es?", "Es kostet {{customer.price:amount}}."}};
  answer.replies = R"(["Thank you"])";
  answer.cards = R"([{"title":"Fern"}])";
  answer.attachments =
      attachments_text({{std::string(64, 'a'), "prices.pdf", "application/pdf", 7}});
  hub.place_own(answer);
  sync();
  CustomerUpdated told;
  told.customer = customer.actor().id;
  told.attributes["price"] = "1234.50 EUR";
  BOOST_REQUIRE(customer.replica().emit("", told, customer.now).ok());
  FinderSays says{heard({{kOrder, 900}}), "de"};
  BOOST_REQUIRE(customer.replica()
                    .post_message("", MessagePosted{"Preis?", {}, ""}, customer.now, {.says = says})
                    .ok());
  conversation = customer.views().conversations(1).at(0).id;
  sync();
  for (Device* device : {&customer, &ana}) {
    const MessageView said = device->views().messages(conversation, 50).back();
    BOOST_TEST(said.text ==
               "Es kostet " + format_locally("1234.50 EUR", LocalFormat::amount, "de") + ".");
    BOOST_TEST(said.replies == R"(["Thank you"])");
    BOOST_TEST(said.cards.find("Fern") != std::string::npos);
    BOOST_REQUIRE(said.attachments.size() == 1);
    BOOST_TEST(said.attachments.front().file.name == "prices.pdf");
    BOOST_TEST((said.attachments.front().state == AttachmentState::ready));
    BOOST_TEST(device->views().files_of(said.id).size() == 1);
  }
  // Of what was only offered there is nothing to fetch yet.
  const std::string offered = ask("prices", {{kOrder, 300}});
  sync();
  for (const MessageView& message : ana.views().messages(conversation, 50))
    if (message.step && message.step->kind == "offered")
      BOOST_TEST(ana.views().files_of(message.id).empty());
  BOOST_TEST(customer.replica().rebuild_and_hash() == customer.replica().hash());
}

BOOST_FIXTURE_TEST_CASE(a_message_taken_back_takes_its_answer_with_it, Shop) {
  const std::string id = ask("wheres my parcel", {{kParcel, 900}});
  BOOST_REQUIRE(customer.replica().undo(id).ok());
  BOOST_TEST(customer.views().conversations(5).empty());
  BOOST_TEST(customer.replica().unsent_count() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_message_is_answered_once_even_by_two_devices, Shop) {
  const std::string id = ask("wheres my parcel", {{kParcel, 900}});
  emit(RobotAnswered{id, kReturn, ""});
  sync();
  BOOST_TEST(seen_by(ana) == "wheres my parcel|[answered]On its way, friend.|");
}

BOOST_FIXTURE_TEST_CASE(a_reply_is_not_held_back_because_of_what_it_did, Shop) {
  const std::string id = ask("wheres my parcel", {});
  sync();
  BOOST_REQUIRE(ana.replica().post_message(conversation, "Let me look", "", ana.now).ok());
  emit(RobotAnswered{id, kParcel, ""});
  customer.sync(hub);
  ana.sync(hub);
  BOOST_TEST(ana.views().refused().empty());
}

BOOST_AUTO_TEST_CASE(missed_questions_are_grouped_by_what_they_ask) {
  const std::vector<std::string> questions = {"do you sell bonsai trees",
                                              "can I pay with bitcoin",
                                              "do you have bonsai",
                                              "bonsai trees for sale?",
                                              "pay by bitcoin",
                                              "你们卖盆景吗",
                                              "有盆景卖吗",
                                              ""};
  const auto groups = group_questions(questions);
  BOOST_REQUIRE(groups.size() >= 3u);
  BOOST_TEST(groups.at(0).questions.size() == 3u);
  for (const std::size_t i : groups.at(0).questions)
    BOOST_TEST(questions[i].find("bonsai") != std::string::npos);
  std::size_t all = 0;
  for (const QuestionGroup& group : groups) all += group.questions.size();
  BOOST_TEST(all == questions.size());
  BOOST_TEST(group_questions({}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
