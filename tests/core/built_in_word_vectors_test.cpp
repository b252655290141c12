#include "core/answer/word_vectors/built_in_word_vectors.h"

#include <boost/test/unit_test.hpp>

#include "core/answer/answer_trainer.h"

namespace deskbell {
namespace {

enum Entry : std::uint32_t { kParcel, kRefund, kHours, kPhone };

AnswerIndex shop() {
  AnswerTrainer trainer(built_in_word_vectors());
  const auto add = [&](std::uint32_t entry, const char* text) {
    BOOST_REQUIRE(trainer.add(entry, text).ok());
  };
  add(kParcel, "Where is my parcel?");
  add(kParcel, "When will my order arrive?");
  add(kRefund, "How do I get a refund?");
  add(kRefund, "Give me my money back");
  add(kHours, "When are you open?");
  add(kHours, "At what time does the shop close?");
  add(kPhone, "Can I call you by telephone?");
  add(kPhone, "I would like to speak with somebody");
  while (!trainer.step(1'000'000)) {
  }
  return std::move(trainer).take();
}

std::uint32_t best(const AnswerIndex& index, std::string_view question) {
  const AnswerRanking ranking = index.ask(question, 1);
  BOOST_REQUIRE(!ranking.matches.empty());
  return ranking.matches.front().entry;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(built_in_word_vectors_of_the_program)

BOOST_AUTO_TEST_CASE(words_that_the_book_has_not_find_their_answers) {
  const AnswerIndex index = shop();
  BOOST_TEST(best(index, "shipment tracking") == kParcel);
  BOOST_TEST(best(index, "reimbursement") == kRefund);
  BOOST_TEST(best(index, "store hours") == kHours);
  BOOST_TEST(best(index, "phone conversation") == kPhone);
}

BOOST_AUTO_TEST_CASE(chinese_words_are_in_the_same_space) {
  AnswerTrainer trainer(built_in_word_vectors());
  BOOST_REQUIRE(trainer.add(0, "天气").ok());
  BOOST_REQUIRE(trainer.add(1, "音乐").ok());
  BOOST_REQUIRE(trainer.add(2, "电影").ok());
  while (!trainer.step(1'000'000)) {
  }
  const AnswerIndex index = std::move(trainer).take();
  BOOST_TEST(best(index, "下雨") == 0U);
  BOOST_TEST(best(index, "歌曲") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
