#include "core/answer/answer_index.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "core/answer/answer_trainer.h"
#include "core/answer/exact_math.h"
#include "core/answer/features.h"
#include "core/answer/folding.h"
#include "core/answer/linear_solver.h"
#include "core/answer/self_test.h"
#include "core/answer/words.h"
#include "core/base/utf8.h"
#include "tests/support/cheap_hash.h"
#include "tests/support/seeded_random.h"

namespace deskbell {
namespace {

using test::SeededRandom;

constexpr std::int64_t kSlice = 100'000;

// A small shop's book in three languages.
enum Entry : std::uint32_t { kParcel, kReturns, kPayment, kHours, kSize, kEntries };

const std::vector<BookText>& shop() {
  static const std::vector<BookText> texts = {
      {kParcel, "Where is my parcel?"},
      {kParcel, "My order has not arrived yet"},
      {kParcel, "When will my delivery come"},
      {kParcel, "我的包裹在哪里"},
      {kParcel, "快递什么时候到"},
      {kParcel, "أين طردي؟"},
      {kReturns, "How do I send something back?"},
      {kReturns, "I want to return the shoes and get my money back"},
      {kReturns, "我要退货"},
      {kReturns, "كيف أعيد المنتج"},
      {kPayment, "Can I pay with a credit card?"},
      {kPayment, "Which payment methods do you accept"},
      {kPayment, "可以用微信支付吗"},
      {kHours, "When are you open?"},
      {kHours, "Opening hours of the shop on Sunday"},
      {kHours, "营业时间是几点"},
      {kSize, "Do the shoes run small?"},
      {kSize, "Which size should I take"},
      {kSize, "尺码偏小吗"},
  };
  return texts;
}

AnswerIndex learned(const std::vector<BookText>& texts, std::int64_t slice = kSlice) {
  AnswerTrainer trainer;
  for (const BookText& text : texts) {
    if (text.entry == BookText::kNoEntry)
      BOOST_REQUIRE(trainer.add_stranger(text.text).ok());
    else
      BOOST_REQUIRE(trainer.add(text.entry, text.text).ok());
  }
  while (!trainer.step(slice)) {
  }
  return std::move(trainer).take();
}

const AnswerIndex& shop_index() {
  static const AnswerIndex index = learned(shop());
  return index;
}

std::uint32_t best(const AnswerIndex& index, std::string_view question) {
  const AnswerRanking ranking = index.ask(question, 1);
  return ranking.matches.empty() ? kEntries : ranking.matches.front().entry;
}

float confidence(const AnswerIndex& index, std::string_view question) {
  const AnswerRanking ranking = index.ask(question, 1);
  return ranking.matches.empty() ? 0 : ranking.matches.front().confidence;
}

std::string folded(std::string_view text) {
  std::string joined;
  for (const Word& word : words_of(text)) {
    if (!joined.empty()) joined += ' ';
    for (const char32_t c : word.letters) append_utf8(c, joined);
  }
  return joined;
}

/// Texts of a thousand made-up words, enough for the blocks and the trial.
std::vector<BookText> made_up(std::uint32_t entries, std::uint32_t texts_of_each) {
  SeededRandom random(7);
  std::vector<BookText> texts;
  for (std::uint32_t entry = 0; entry < entries; ++entry)
    for (std::uint32_t i = 0; i < texts_of_each; ++i)
      texts.push_back({entry, "topic" + std::to_string(entry) + " word" +
                                  std::to_string(random.below(300)) + " with word" +
                                  std::to_string(random.below(300))});
  return texts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(answer_words)

BOOST_AUTO_TEST_CASE(case_accents_and_width_make_no_difference) {
  BOOST_TEST(folded("CAFÉ Straße ＡＢＣ１２") == "cafe strasse abc12");
  BOOST_TEST(folded("Cafe\u0301") == "cafe");
  BOOST_TEST(folded("ΣΊΣΥΦΟΣ σίσυφος") == "σισυφοσ σισυφοσ");
  BOOST_TEST(folded("İstanbul ISPARTA ısparta") == "istanbul isparta isparta");
  BOOST_TEST(folded("Ёлка елка") == "елка елка");
  BOOST_TEST(folded("Łódź smørrebrød") == "lodz smorrebrod");
}

BOOST_AUTO_TEST_CASE(arabic_is_read_with_or_without_its_vowels_and_letters_that_are_mixed_up) {
  BOOST_TEST(folded("مُحَمَّد") == folded("محمد"));
  BOOST_TEST(folded("أين الطلبـــية") == folded("اين الطلبيه"));
}

BOOST_AUTO_TEST_CASE(digits_of_any_script_are_numbers_and_order_numbers_stay_whole) {
  BOOST_TEST(folded("٣٤٥ ४२ no. A1234-56b") == "345 42 no a1234 56b");
}

BOOST_AUTO_TEST_CASE(apostrophes_do_not_split_words) {
  BOOST_TEST(folded("I don't, I don’t") == "i dont i dont");
}

BOOST_AUTO_TEST_CASE(scripts_without_spaces_are_told_apart_from_those_with) {
  const std::vector<Word> words = words_of("我的iPhone坏了 ไทย 한국어");
  BOOST_REQUIRE_EQUAL(words.size(), 5U);
  BOOST_TEST(words[0].unspaced);
  BOOST_TEST(!words[1].unspaced);
  BOOST_TEST(words[2].unspaced);
  BOOST_TEST(words[3].unspaced);
  BOOST_TEST(!words[4].unspaced);
}

BOOST_AUTO_TEST_CASE(vowel_signs_of_indian_scripts_stay) {
  BOOST_TEST(folded("हिन्दी") == "हिन्दी");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_separate_words) {
  BOOST_TEST(folded("a\xff\xfe b\xc3(c\xf0\x9f\x98\x80 d") == "a b c d");
  BOOST_TEST(folded("\xed\xa0\x80\xc3").empty());
  BOOST_TEST(words_of(std::string(1'000'000, 'x')).front().letters.size() == kMaxQuestionLetters);
}

BOOST_AUTO_TEST_CASE(english_endings_are_taken_off_lightly) {
  const auto same = [](std::u32string_view a, std::u32string_view b) {
    return light_stem(std::u32string(a)) == light_stem(std::u32string(b));
  };
  BOOST_TEST(same(U"deliveries", U"delivery"));
  BOOST_TEST(same(U"shipped", U"shipping"));
  BOOST_TEST(same(U"charges", U"charged"));
  BOOST_TEST(!same(U"address", U"addres"));
  BOOST_TEST((light_stem(U"größen") == U"größen"));
}

BOOST_AUTO_TEST_CASE(logarithms_and_powers_are_near_to_the_true_ones) {
  BOOST_TEST(exact_log(10) == 2.302585092994046, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(exact_log(0.001) == -6.907755278982137, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(exact_exp(3.7) == 40.447304360067399, boost::test_tools::tolerance(1e-8));
  BOOST_TEST(exact_exp(-20) == 2.061153622438558e-9, boost::test_tools::tolerance(1e-8));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(answer_index)

BOOST_AUTO_TEST_CASE(questions_in_other_words_find_their_entry_in_every_language_of_the_book) {
  const AnswerIndex& index = shop_index();
  BOOST_TEST(best(index, "where is the parcel i ordered") == kParcel);
  BOOST_TEST(best(index, "can i return these") == kReturns);
  BOOST_TEST(best(index, "do you take credit cards") == kPayment);
  BOOST_TEST(best(index, "are you open on sundays") == kHours);
  BOOST_TEST(best(index, "包裹到哪里了") == kParcel);
  BOOST_TEST(best(index, "怎么退货") == kReturns);
  BOOST_TEST(best(index, "این طردی") == kParcel);
}

BOOST_AUTO_TEST_CASE(a_slip_of_the_finger_is_mended_and_told) {
  const AnswerRanking ranking = shop_index().ask("where is my pracel", 1);
  BOOST_REQUIRE_EQUAL(ranking.mended.size(), 1U);
  BOOST_TEST(ranking.mended[0].first == "pracel");
  BOOST_TEST(ranking.mended[0].second == "parcel");
  BOOST_TEST(ranking.matches.at(0).entry == kParcel);
}

BOOST_AUTO_TEST_CASE(numbers_are_not_mended) {
  const AnswerIndex index = learned({{0, "order 12345"}, {1, "order 99999"}});
  BOOST_TEST(index.ask("order 12346", 1).mended.empty());
}

BOOST_AUTO_TEST_CASE(a_ranking_says_why) {
  const AnswerRanking ranking = shop_index().ask("When will my parcel be here?", 3);
  BOOST_REQUIRE(!ranking.matches.empty());
  const AnswerMatch& match = ranking.matches.front();
  BOOST_TEST(match.entry == kParcel);
  BOOST_TEST(shop().at(match.nearest_example).entry == kParcel);
  BOOST_TEST((match.words.front() == "parcel" || match.words.front() == "will"));
}

BOOST_AUTO_TEST_CASE(confidence_falls_from_the_books_own_words_to_others_and_to_none) {
  const AnswerIndex& index = shop_index();
  const float own = confidence(index, "Where is my parcel?");
  const float near = confidence(index, "my parcel please");
  const float far = confidence(index, "does the moon turn around the sun");
  BOOST_TEST(own > 0.8F);
  BOOST_TEST(own > near);
  BOOST_TEST(near > far);
  BOOST_TEST(far < Thresholds{}.answer);
  BOOST_TEST(confidence(index, "qwxyz vvvkj") == 0.0F);
  BOOST_TEST(confidence(index, "") == 0.0F);
  BOOST_TEST(confidence(index, "?! 🙂") == 0.0F);
}

BOOST_AUTO_TEST_CASE(the_first_letters_of_a_word_already_suggest) {
  const AnswerIndex& index = shop_index();
  const auto first = [&](std::string_view typed) {
    const AnswerRanking ranking = index.suggest(typed, 3);
    return ranking.matches.empty() ? kEntries : ranking.matches.front().entry;
  };
  BOOST_TEST(first("parc") == kParcel);
  BOOST_TEST(first("credi") == kPayment);
  BOOST_TEST(first("opening h") == kHours);
  BOOST_TEST(first("退") == kReturns);
  BOOST_TEST(index.suggest("", 3).matches.empty());
}

BOOST_AUTO_TEST_CASE(half_a_word_is_not_mended_into_another) {
  BOOST_TEST(shop_index().suggest("where is my parce", 1).mended.empty());
  BOOST_TEST(shop_index().suggest("pracel where ", 1).mended.size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_was_learned_as_strange_is_doubted) {
  std::vector<BookText> texts = shop();
  const float before = confidence(learned(texts), "where is the capital of France");
  texts.push_back({BookText::kNoEntry, "what is the capital of Spain"});
  texts.push_back({BookText::kNoEntry, "where is the capital of Italy"});
  const AnswerIndex index = learned(texts);
  BOOST_TEST(index.entries() == static_cast<std::uint32_t>(kEntries));
  BOOST_TEST(confidence(index, "where is the capital of France") < before);
  BOOST_TEST(best(index, "where is my parcel") == kParcel);
}

BOOST_AUTO_TEST_CASE(the_same_book_gives_the_same_bytes_on_every_machine_and_in_any_slices) {
  // One number for x86-64, WebAssembly and whatever comes: see exact_math.h.
  constexpr std::string_view kShopBytes = "5173462190229457832";
  const std::string bytes = shop_index().save();
  BOOST_TEST(test::cheap_hash(bytes) == kShopBytes);
  BOOST_TEST((learned(shop(), 1).save() == bytes));
  const std::vector<BookText> large = made_up(150, 4);
  BOOST_TEST((learned(large, 1'000'000'000).save() == learned(large, kSlice).save()));
}

BOOST_AUTO_TEST_CASE(more_entries_than_are_learned_at_once_are_all_found) {
  const AnswerIndex index = learned(made_up(150, 4));
  for (std::uint32_t entry = 0; entry < 150; ++entry)
    BOOST_TEST(best(index, "about topic" + std::to_string(entry)) == entry);
}

BOOST_AUTO_TEST_CASE(where_wording_alone_tells_entries_apart_the_nearest_example_decides) {
  // Two texts an entry, and nothing to learn from them: each entry has its own rare words.
  SeededRandom random(3);
  std::vector<BookText> texts;
  for (std::uint32_t entry = 0; entry < 200; ++entry) {
    const std::string own = "w" + std::to_string(entry);
    texts.push_back({entry, own + " how do i"});
    texts.push_back({entry, "please tell me " + own});
  }
  const AnswerIndex index = learned(texts);
  std::uint32_t found = 0;
  for (std::uint32_t entry = 0; entry < 200; ++entry)
    found += best(index, "w" + std::to_string(entry) + " now") == entry;
  BOOST_TEST(found == 200U);
}

BOOST_AUTO_TEST_CASE(where_no_mistake_is_minded_an_entry_weighs_as_the_mean_of_its_rows) {
  SparseRows rows;
  const auto add = [&](std::uint32_t column, float value) {
    rows.columns.push_back(column);
    rows.values.push_back(value);
    rows.starts.push_back(static_cast<std::uint32_t>(rows.columns.size()));
  };
  add(0, 8);  // of an entry that is learned in another block
  add(0, 1);
  add(1, 2);
  add(1, 4);
  const std::vector<std::uint32_t> entry_of = {0, 1, 1, 2};
  LinearSolver solver(rows, entry_of, 1, 2, 2, Loss::none);
  std::int64_t budget = 1;
  BOOST_TEST(solver.step(budget));
  BOOST_TEST(solver.weight(0, 0) == 0.5F);
  BOOST_TEST(solver.weight(1, 0) == 1.0F);
  BOOST_TEST(solver.weight(0, 1) == 0.0F);
  BOOST_TEST(solver.weight(1, 1) == 4.0F);
  BOOST_TEST(solver.weight(2, 0) == 0.0F);  // the constant
}

BOOST_AUTO_TEST_CASE(an_index_survives_saving_and_loading) {
  const std::string bytes = shop_index().save();
  const auto loaded = AnswerIndex::load(bytes);
  BOOST_REQUIRE(loaded.ok());
  BOOST_TEST((loaded->save() == bytes));
  for (const BookText& text : shop()) {
    const AnswerRanking before = shop_index().ask(text.text, 3);
    const AnswerRanking after = loaded->ask(text.text, 3);
    BOOST_REQUIRE_EQUAL(before.matches.size(), after.matches.size());
    for (std::size_t i = 0; i < before.matches.size(); ++i) {
      BOOST_TEST(before.matches[i].entry == after.matches[i].entry);
      BOOST_TEST(before.matches[i].confidence == after.matches[i].confidence);
    }
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_index_are_refused_or_harmless) {
  std::vector<BookText> texts = shop();
  texts.push_back({BookText::kNoEntry, "what is the capital of Spain"});
  const std::string bytes = learned(texts).save();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    BOOST_TEST(!AnswerIndex::load(std::string_view(bytes).substr(0, size)).ok());
  BOOST_TEST(!AnswerIndex::load(bytes + 'x').ok());
  SeededRandom random(11);
  for (int i = 0; i < 3000; ++i) {
    std::string broken = bytes;
    for (std::uint64_t flips = random.below(3) + 1; flips > 0; --flips)
      broken[random.below(broken.size())] = static_cast<char>(random.below(256));
    const auto index = AnswerIndex::load(broken);
    if (!index) continue;
    (void)index->ask("where is my pracel 我的包裹", 3);
    (void)index->suggest("whe", 3);
  }
}

BOOST_AUTO_TEST_CASE(a_book_of_nothing_or_of_one_entry_is_a_book) {
  BOOST_TEST(learned({}).ask("anything", 3).matches.empty());
  const AnswerIndex one = learned({{0, "Where is my parcel?"}});
  BOOST_TEST(best(one, "my parcel") == 0U);
  const AnswerIndex silent = learned({{0, "?!"}, {1, ""}});
  BOOST_TEST(silent.ask("?!", 3).matches.empty());
  BOOST_TEST(AnswerIndex::load(silent.save()).ok());
  const AnswerIndex gap = learned({{3, "only the fourth has a text"}});
  BOOST_TEST(best(gap, "the fourth text") == 3U);
}

BOOST_AUTO_TEST_CASE(an_entry_beyond_the_limit_is_refused) {
  AnswerTrainer trainer;
  BOOST_TEST(!trainer.add(AnswerTrainer::kMaxEntries, "text").ok());
  BOOST_TEST(trainer.add(AnswerTrainer::kMaxEntries - 1, "text").ok());
}

BOOST_AUTO_TEST_CASE(thresholds_keep_to_the_wrong_answers_that_were_allowed) {
  SeededRandom random(5);
  std::vector<Judged> judged;
  for (int i = 0; i < 2000; ++i) {
    const auto percent = static_cast<float>(random.below(1000)) / 1000;
    judged.push_back({percent, static_cast<float>(random.below(1000)) / 1000 < percent});
  }
  float before = 0;
  for (const double allowed : {20.0, 10.0, 5.0, 2.0}) {
    const Thresholds thresholds = thresholds_for(judged, allowed);
    double given = 0;
    double wrong = 0;
    for (const Judged& one : judged) {
      if (one.confidence < thresholds.answer) continue;
      ++given;
      wrong += one.right ? 0 : 1;
    }
    BOOST_TEST(100 * wrong <= (allowed + 1.5) * given);
    BOOST_TEST(thresholds.answer > before);
    BOOST_TEST(thresholds.offer < thresholds.answer);
    before = thresholds.answer;
  }
}

BOOST_AUTO_TEST_CASE(a_few_lucky_answers_do_not_lower_the_threshold_much) {
  const std::vector<Judged> lucky(3, Judged{0.3F, true});
  BOOST_TEST(thresholds_for(lucky, 5).answer == 1.0F);
  BOOST_TEST(thresholds_for({}, 5).answer == Thresholds{}.answer);
  BOOST_TEST(thresholds_for({}, 5).offer == Thresholds{}.offer);
  // A book that is too small to be judged is still as careful as its owner wants.
  BOOST_TEST(thresholds_for({}, 1).answer > 0.8F);
  BOOST_TEST(thresholds_for({}, 10).answer < 0.4F);
}

BOOST_AUTO_TEST_CASE(a_books_own_texts_are_judged_as_if_they_were_not_in_it) {
  const std::vector<Judged> judged = judge_own_texts(made_up(40, 8), {});
  std::size_t right = 0;
  for (const Judged& one : judged) right += one.right;
  BOOST_TEST(judged.size() > 60U);
  BOOST_TEST(right > judged.size() / 2);
  BOOST_TEST(right < judged.size());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deskbell
