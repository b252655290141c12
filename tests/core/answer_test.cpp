#include <array>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "core/answer/answer_search.h"
#include "core/answer/template.h"
#include "core/view/answer_usage.h"
#include "tests/support/loopback.h"

namespace deskbell {
namespace {

BOOST_AUTO_TEST_SUITE(answer)

BOOST_AUTO_TEST_CASE(a_template_is_filled_from_values_and_fallbacks) {
  const auto filled = fill_template("Hello {{customer.name}}, {{ order.status | no news }}.",
                                    {{"customer.name", "Ann"}});
  BOOST_TEST(filled.text == "Hello Ann, no news.");
  BOOST_TEST(filled.missing.empty());
}

BOOST_AUTO_TEST_CASE(a_variable_without_value_is_named_and_left_as_written) {
  const auto filled = fill_template("Hello {{customer.name}}", {{"customer.name", ""}});
  BOOST_TEST(filled.text == "Hello {{customer.name}}");
  BOOST_REQUIRE(filled.missing.size() == 1u);
  BOOST_TEST(filled.missing[0] == "customer.name");
}

BOOST_AUTO_TEST_CASE(a_value_is_never_looked_at_again) {
  BOOST_TEST(fill_template("{{a}} {{b}}", {{"a", "{{b}}"}, {"b", "x"}}).text == "{{b}} x");
}

BOOST_AUTO_TEST_CASE(braces_that_form_no_variable_stay) {
  for (const char* text :
       {"", "{{", "}}", "{{}}", "{{ }}", "{{a", "a}}", "{{A B}}", "{{a;b}}", "}}{{"})
    BOOST_TEST(fill_template(text, {{"a", "x"}}).text == text, text);
  BOOST_TEST(fill_template("{{{{a}}}}", {{"a", "x"}}).text == "{{x}}");
}

BOOST_AUTO_TEST_CASE(dates_numbers_and_amounts_are_written_as_the_language_does) {
  struct Case {
    const char* text;
    const char* value;
    const char* language;
    const char* filled;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"{{a:date}}", "2026-11-06", "en", "6 Nov 2026"},
           {"{{a:date}}", "2026-11-06T10:00:00Z", "de-AT", "06.11.2026"},
           {"{{a:date}}", "1794960000000", "ja", "2026/11/18"},
           {"{{a:date}}", "2026-02-30", "en", "2026-02-30"},
           {"{{a:date}}", "tomorrow", "en", "tomorrow"},
           {"{{a:date}}", "2026-11-06", "xx", "2026-11-06"},
           {"{{a:number}}", "1234567.5", "de", "1.234.567,5"},
           {"{{a:number}}", "1234567", "hi", "12,34,567"},
           {"{{a:number}}", "12e5", "de", "12e5"},
           {"{{a:amount}}", "-1234.50 EUR", "en", "-€1,234.50"},
           {"{{a:amount}}", "1234.50 EUR", "de", "1.234,50\u00a0€"},
           {"{{a:amount}}", "12.99 BRL", "pt-BR", "R$\u00a012,99"},
           {"{{a:amount}}", "5 XAU", "en", "XAU\u00a05"},
           {"{{a:amount}}", "5 EUR", "", "5\u00a0EUR"},
           {"{{a:amount}}", "5 <b>", "en", "5 <b>"},
           {"{{a:colour}}", "red", "en", "{{a:colour}}"}})
    BOOST_TEST(fill_template(c.text, {{"a", c.value}}, c.language).text == c.filled, c.filled);
}

BOOST_AUTO_TEST_CASE(a_template_says_what_it_asks_for) {
  const std::string text = "{{?days Working days:number|3}} {{?name}} {{?days}} {{customer.name}}";
  const std::vector<TemplateParameter> expected = {
      {"days", "Working days", "3", LocalFormat::number}, {"name", "name", "", std::nullopt}};
  BOOST_TEST((template_parameters(text) == expected));
  const auto filled = fill_template(text, {{"name", "Ann"}, {"customer.name", "Bo"}});
  BOOST_TEST(filled.text == "3 Ann {{?days}} Bo");
  BOOST_TEST(filled.missing == std::vector<std::string>{"days"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_was_sent_is_compared_with_its_template) {
  const char* text = "Hello {{customer.name|there}},\nit takes {{?days}} days. ";
  BOOST_TEST(fits_template(text, "Hello Ann,\nit takes 3 days.", false));
  BOOST_TEST(!fits_template(text, "Hello Ann,\nit takes 3 days. Bye", false));
  BOOST_TEST(!fits_template(text, "Hi Ann,\nit takes 3 days.", false));
  BOOST_TEST(fits_template(text, "Well. Hello Ann,\nit takes 3 days. Bye", true));
  BOOST_TEST(fits_template("Yes", " Yes\n", false));
  BOOST_TEST(!fits_template("aba{{x}}ba", "aba", false));
}

BOOST_AUTO_TEST_CASE(it_is_counted_how_often_an_answer_was_sent_and_edited) {
  test::LoopbackHub hub(1);
  test::Device customer(ActorKind::customer, 2);
  test::Device agent(ActorKind::agent, 3);
  hub.place_own(AgentUpdated{agent.actor().id, "Ana"});
  BOOST_REQUIRE(customer.replica().post_message("", "hello", "", customer.now).ok());
  customer.sync(hub);
  agent.sync(hub);
  const std::string where = agent.views().conversations(1).at(0).id;
  const std::string id = agent.actor().id;
  AnswerPublished entry{id, "Hours", "We open at {{?at}}.", {}, AnswerScope::team, "en"};
  const auto send = [&](const char* text) {
    BOOST_REQUIRE(agent.replica().post_message(where, text, id, agent.now).ok());
    agent.sync(hub);
  };
  BOOST_REQUIRE(agent.replica().emit("", entry, agent.now).ok());
  send("We open at 9.");
  send("I think we open at 9.");
  entry.text = "Nine o'clock.";
  BOOST_REQUIRE(agent.replica().emit("", entry, agent.now).ok());
  send("Nine o'clock.");
  const auto usage = usage_of_answers(agent.database());
  BOOST_REQUIRE(usage.size() == 1u);
  BOOST_TEST(usage[0].title == "Hours");
  BOOST_TEST(usage[0].used == 3);
  BOOST_TEST(usage[0].edited == 1);
}

BOOST_AUTO_TEST_CASE(answers_are_found_by_their_words_in_any_form_typed) {
  test::LoopbackHub hub(1);
  const auto id = [](char c) { return "01936d5e-7c00-7000-8000-00000000000" + std::string(1, c); };
  hub.place_own(AnswerPublished{id('1'),
                                "Where is my parcel?",
                                "It is on its way.",
                                {"delivery"},
                                AnswerScope::everyone,
                                "en"});
  hub.place_own(AnswerPublished{
      id('2'), "Returns", "Send it back within 30 days.", {}, AnswerScope::team, "en"});
  hub.place_own(
      AnswerPublished{id('3'), "Gone", "parcel parcel parcel", {}, AnswerScope::everyone, "en"});
  hub.place_own(AnswerWithdrawn{id('3')});
  hub.place_own(AnswerPublished{
      id('2'), "Returns", "Send it back within 60 days, Zoë.", {}, AnswerScope::team, "en"});
  test::Device agent(ActorKind::agent, 2);
  agent.sync(hub);

  const auto first = [&](const char* words) {
    const auto found = agent.views().find_answers(words, 5);
    return found.empty() ? std::string() : found.front().id;
  };
  BOOST_TEST(first("parcel") == id('1'));
  BOOST_TEST(first("PARC") == id('1'));
  BOOST_TEST(first("my delivery, please") == id('1'));
  BOOST_TEST(first("zoe") == id('2'));
  BOOST_TEST(first("30") == "");
  BOOST_TEST(agent.views().find_answers("", 5).size() == 2u);

  test::Device customer(ActorKind::customer, 3);
  customer.sync(hub);
  BOOST_TEST(customer.views().find_answers("returns", 5).empty());
  BOOST_TEST(customer.views().find_answers("parcel", 5).size() == 1u);
}

std::string found(std::string_view words,
                  const std::vector<std::array<std::string_view, 4>>& answers) {
  AnswerSearch search(words);
  for (const auto& [id, title, keywords, text] : answers) search.look_at(id, title, keywords, text);
  std::string ids;
  for (const std::string& id : std::move(search).best(9)) ids += id;
  return ids;
}

BOOST_AUTO_TEST_CASE(what_says_a_word_in_its_title_then_in_its_keywords_comes_first) {
  BOOST_TEST(found("parcel ", {{"a", "Post", "", "A parcel goes by post."},
                               {"b", "Post", "parcel", "Goes by post by day."},
                               {"c", "Parcel", "", "Goes by post by day or so."},
                               {"d", "Parcels", "", "Go by post."},
                               {"e", "Shop", "", "Open."},
                               {"f", "Shop", "", "Closed."}}) == "cba");
}

BOOST_AUTO_TEST_CASE(more_of_the_words_and_rarer_ones_come_first) {
  const std::vector<std::array<std::string_view, 4>> answers = {
      {"a", "", "", "the shop"},  {"b", "", "", "the refund"}, {"c", "", "", "the shop refund"},
      {"d", "", "", "the order"}, {"e", "", "", "the shop"},   {"f", "", "", "nothing else here"}};
  BOOST_TEST(found("shop refund now", answers) == "cbae");
}

BOOST_AUTO_TEST_CASE(only_the_last_word_may_be_unfinished) {
  const std::vector<std::array<std::string_view, 4>> answers = {{"a", "Parcels", "", ""}};
  BOOST_TEST(found("parc", answers) == "a");
  BOOST_TEST(found("the PARC", answers) == "a");
  BOOST_TEST(found("parc ", answers) == "");
  BOOST_TEST(found("parc the", answers) == "");
}

BOOST_AUTO_TEST_CASE(answers_are_found_in_every_script) {
  const std::vector<std::array<std::string_view, 4>> answers = {
      {"a", "Größe und Länge", "", ""},        {"b", "配送状況", "", "荷物はいつ届きますか。"},
      {"c", "退货", "", "三十天内可以退货。"}, {"d", "كيف أُعيد الطلب؟", "", ""},
      {"e", "สินค้าถึงเมื่อไหร่", "", ""},           {"f", "Где моя посылка?", "", ""}};
  BOOST_TEST(found("GROSSE", answers) == "a");
  BOOST_TEST(found("荷物", answers) == "b");
  BOOST_TEST(found("いつ届く", answers) == "b");
  BOOST_TEST(found("可", answers) == "c");
  BOOST_TEST(found("我想退货", answers) == "c");
  BOOST_TEST(found("الطلب", answers) == "d");
  BOOST_TEST(found("สินค้า", answers) == "e");
  BOOST_TEST(found("ПОСЫЛ", answers) == "f");
  BOOST_TEST(found("…?! 😀", answers) == "");
}

BOOST_AUTO_TEST_CASE(a_word_late_in_a_long_answer_is_found) {
  std::string text;
  while (text.size() < 60'000) text += "lorem ipsum dolor ";
  text += "parcel";
  BOOST_TEST(found("parcel", {{"a", "Long", "", text}, {"b", "Short", "", "Nothing."}}) == "a");
}

BOOST_AUTO_TEST_CASE(nothing_that_is_typed_makes_a_search_fail) {
  test::LoopbackHub hub(1);
  test::Device agent(ActorKind::agent, 2);
  test::SeededRandom random(4);
  const std::string_view alphabet = "ab \"*'()^:-+{}[]AND OR NOT NEAR\xc3\xbc\xff\\%_\n";
  for (int i = 0; i < 2000; ++i) {
    std::string typed;
    for (auto size = random.below(30); size > 0; --size)
      typed += alphabet[random.below(alphabet.size())];
    BOOST_CHECK_NO_THROW(agent.views().find_answers(typed, 3));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
