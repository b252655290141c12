// How quick answers are on a device: a made-up book of 1,000 entries with 10 questions each is
// learned, saved, loaded and asked. Prints JSON. With a file's name the index is written there.
//
//   bench-answers [ENTRIES [FILE]]        natively, and under Node as WebAssembly

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "core/answer/answer_trainer.h"
#include "tests/support/seeded_random.h"

namespace {

using namespace deskbell;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kQuestionsOfEntry = 10;
constexpr std::uint32_t kCommonWords = 400;
constexpr std::uint32_t kRareWords = 6000;
constexpr std::uint32_t kTopicWords = 5;
constexpr std::int64_t kSlice = 1'000'000;
constexpr int kRounds = 2000;

double ms_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

/// Words as languages have them: syllables, the commoner the shorter.
std::string made_up_word(std::uint32_t number) {
  static constexpr const char* kSyllables[] = {"ka", "ro",  "mi", "ten", "sal", "ver",
                                               "do", "lin", "pa", "gor", "sti", "ne"};
  std::string word;
  do {
    word += kSyllables[number % 12];
    number /= 12;
  } while (number > 0);
  return word;
}

std::vector<std::string> made_up_questions(std::uint32_t entries, std::uint64_t seed,
                                           std::uint32_t of_each) {
  std::vector<std::string> questions;
  test::SeededRandom random(seed);
  for (std::uint32_t entry = 0; entry < entries; ++entry) {
    test::SeededRandom topic(entry + 1);
    std::uint32_t words[kTopicWords];
    for (std::uint32_t& word : words)
      word = kCommonWords + static_cast<std::uint32_t>(topic.below(kRareWords));
    for (std::uint32_t i = 0; i < of_each; ++i) {
      std::string question;
      for (int k = 0; k < 9; ++k) {
        // The smaller of two: some words are much commoner than others.
        const auto common = std::min(random.below(kCommonWords), random.below(kCommonWords));
        const auto number =
            k % 3 == 1 ? words[random.below(kTopicWords)] : static_cast<std::uint32_t>(common);
        question += (k > 0 ? " " : "") + made_up_word(number);
      }
      questions.push_back(std::move(question));
    }
  }
  return questions;
}

}  // namespace

int main(int argc, char** argv) {
  const auto entries = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 1000);
  const std::vector<std::string> texts = made_up_questions(entries, 1, kQuestionsOfEntry);
  auto began = Clock::now();
  AnswerTrainer trainer;
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!trainer.add(static_cast<std::uint32_t>(i / kQuestionsOfEntry), texts[i])) return 1;
  std::vector<double> slices;
  for (bool done = false; !done;) {
    const auto slice = Clock::now();
    done = trainer.step(kSlice);
    slices.push_back(ms_since(slice));
  }
  const double train_ms = ms_since(began);
  const std::string bytes = std::move(trainer).take().save();
  if (argc > 2) std::ofstream(argv[2], std::ios::binary) << bytes;

  std::vector<double> loads;
  for (int i = 0; i < 20; ++i) {
    began = Clock::now();
    const auto loaded = AnswerIndex::load(bytes);
    if (!loaded) return 1;
    loads.push_back(ms_since(began));
  }
  const auto index = AnswerIndex::load(bytes);
  const std::vector<std::string> asked = made_up_questions(entries, 2, 2);
  std::vector<double> asks;
  std::vector<double> keystrokes;
  int right = 0;
  for (int i = 0; i < kRounds; ++i) {
    const std::size_t at = static_cast<std::size_t>(i) % asked.size();
    began = Clock::now();
    const AnswerRanking ranking = index->ask(asked[at], 3);
    asks.push_back(ms_since(began));
    right += !ranking.matches.empty() && ranking.matches.front().entry == at / 2;
    const std::string typed = asked[at].substr(0, 3 + static_cast<std::size_t>(i) % 40);
    began = Clock::now();
    const AnswerRanking suggested = index->suggest(typed, 3);
    keystrokes.push_back(ms_since(began));
  }
  std::printf(
      "{\"entries\": %u, \"train_ms\": %.0f, \"slice_median_ms\": %.2f, "
      "\"slice_longest_ms\": %.1f, \"index_bytes\": %zu, \"memory_bytes\": %zu, "
      "\"load_ms\": %.2f, \"ask_ms\": %.3f, \"keystroke_ms\": %.3f, \"right\": %.1f}\n",
      entries, train_ms, median(slices), *std::max_element(slices.begin(), slices.end()),
      bytes.size(), index->memory(), median(loads), median(asks), median(keystrokes),
      100.0 * right / kRounds);
  return 0;
}
