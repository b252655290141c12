#include "core/answer/word_vectors.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "core/answer/answer_trainer.h"
#include "core/answer/packed_bytes.h"
#include "tests/support/seeded_random.h"

namespace deskbell {
namespace {

using test::SeededRandom;

/// Tables made by hand: words of one `topic` mean the same, those of different topics have nothing
/// in common.
class Dictionary {
 public:
  void add(const std::string& word, std::uint8_t topic, std::uint8_t weight = 255) {
    words_ += (words_.empty() ? "" : " ") + word;
    weights_.push_back(weight);
    codes_.insert(codes_.end(), WordTable::kParts, topic);
  }

  std::shared_ptr<const WordTable> table(WordTable::Kind kind) const {
    return std::make_shared<const WordTable>(
        kind, WordTable::List{words_, weights_, codes_, centres(), 0.01F});
  }

 private:
  static const std::vector<std::int8_t>& centres() {
    static const std::vector<std::int8_t> all = [] {
      SeededRandom random(11);
      std::vector<std::int8_t> made;
      while (made.size() < WordTable::kDimensions * WordTable::kCentres)
        made.push_back(static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127));
      return made;
    }();
    return all;
  }

  std::string words_;
  std::vector<std::uint8_t> weights_;
  std::vector<std::uint8_t> codes_;
};

enum Topic : std::uint8_t { kGoods, kMoney, kTime, kAsking };

WordVectors shop_words() {
  Dictionary english;
  for (const char* word : {"parcel", "package", "shipment"}) english.add(word, kGoods);
  for (const char* word : {"refund", "reimbursement", "money"}) english.add(word, kMoney);
  for (const char* word : {"open", "hours", "closing"}) english.add(word, kTime);
  for (const char* word : {"where", "is", "my", "the", "when", "are", "you", "a"})
    english.add(word, kAsking, 30);
  Dictionary chinese;
  chinese.add("包裹", kGoods);
  chinese.add("退款", kMoney);
  for (const char* character : {"包", "裹", "退", "款", "我", "的", "在", "哪", "里"})
    chinese.add(character, kAsking, 30);
  return {english.table(WordTable::Kind::stems), chinese.table(WordTable::Kind::runs)};
}

enum Entry : std::uint32_t { kParcel, kRefund, kHours };

struct Example {
  std::uint32_t entry;
  const char* text;
};

AnswerIndex learned(const std::vector<Example>& examples, const WordVectors& vectors) {
  AnswerTrainer trainer(vectors);
  for (const Example& example : examples)
    BOOST_REQUIRE(trainer.add(example.entry, example.text).ok());
  while (!trainer.step(1'000'000)) {
  }
  return std::move(trainer).take();
}

const std::vector<Example>& english_shop() {
  static const std::vector<Example> examples = {
      {kParcel, "where is my parcel"}, {kParcel, "when is the parcel"},
      {kRefund, "where is my refund"}, {kRefund, "when is a refund"},
      {kHours, "when are you open"},   {kHours, "are you open"},
  };
  return examples;
}

std::uint32_t best(const AnswerIndex& index, std::string_view question) {
  const AnswerRanking ranking = index.ask(question, 1);
  BOOST_REQUIRE(!ranking.matches.empty());
  return ranking.matches.front().entry;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(word_vectors)

BOOST_AUTO_TEST_CASE(a_question_finds_its_answer_by_a_word_much_like_the_books) {
  const AnswerIndex index = learned(english_shop(), shop_words());
  BOOST_TEST(best(index, "where is my shipment") == kParcel);
  BOOST_TEST(best(index, "where is my reimbursement") == kRefund);
  BOOST_TEST(best(index, "are closing") == kHours);
}

BOOST_AUTO_TEST_CASE(words_of_one_stem_are_one_word) {
  const AnswerIndex index = learned(english_shop(), shop_words());
  BOOST_TEST(best(index, "where is my shipments") == kParcel);
}

BOOST_AUTO_TEST_CASE(languages_with_vectors_in_one_space_find_each_others_answers) {
  std::vector<Example> examples = english_shop();
  examples.push_back({kHours, "我的在哪里"});
  const AnswerIndex index = learned(examples, shop_words());
  BOOST_TEST(best(index, "包裹") == kParcel);
  BOOST_TEST(best(index, "退款") == kRefund);
}

BOOST_AUTO_TEST_CASE(a_book_in_a_language_whose_words_are_not_known_is_learned_without_them) {
  const std::vector<Example> german = {
      {kParcel, "wo ist mein paket"}, {kRefund, "ich will mein geld"}, {kHours, "wann ist open"}};
  BOOST_TEST((learned(german, shop_words()).save() == learned(german, {}).save()));
  const std::vector<Example> japanese = {{kParcel, "荷物はどこですか"},
                                         {kRefund, "返金してください"}};
  BOOST_TEST((learned(japanese, shop_words()).save() == learned(japanese, {}).save()));
}

BOOST_AUTO_TEST_CASE(a_book_with_many_examples_does_not_carry_them) {
  std::vector<Example> examples;
  for (int i = 0; i < 30; ++i)
    for (const Example& example : english_shop()) examples.push_back(example);
  BOOST_TEST((learned(examples, shop_words()).save() == learned(examples, {}).save()));
}

BOOST_AUTO_TEST_CASE(what_is_saved_finds_the_same) {
  const AnswerIndex index = learned(english_shop(), shop_words());
  const std::string bytes = index.save();
  const auto loaded = AnswerIndex::load(bytes);
  BOOST_REQUIRE(loaded.ok());
  BOOST_TEST((loaded->save() == bytes));
  BOOST_TEST(loaded->memory() == index.memory());
  for (const char* question : {"where is my shipment", "closing", "reimbursement money"}) {
    const AnswerRanking before = index.ask(question, 3);
    const AnswerRanking after = loaded->ask(question, 3);
    BOOST_REQUIRE(before.matches.size() == after.matches.size());
    for (std::size_t i = 0; i < before.matches.size(); ++i) {
      BOOST_TEST(before.matches[i].entry == after.matches[i].entry);
      BOOST_TEST(before.matches[i].confidence == after.matches[i].confidence);
    }
  }
}

BOOST_AUTO_TEST_CASE(broken_bytes_are_refused_or_harmless) {
  const std::string bytes = learned(english_shop(), shop_words()).save();
  SeededRandom random(3);
  std::size_t refused = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string broken =
        bytes.substr(0, random.chance(20) ? random.below(bytes.size()) : bytes.size());
    if (!broken.empty()) broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    const auto index = AnswerIndex::load(broken);
    if (index)
      (void)index->ask("where is my shipment 包裹", 3);
    else
      ++refused;
  }
  BOOST_TEST(refused > 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
