#include <boost/test/unit_test.hpp>

#include "core/answer/search_query.h"
#include "core/answer/template.h"
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

BOOST_AUTO_TEST_CASE(whatever_is_typed_makes_a_valid_query) {
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
