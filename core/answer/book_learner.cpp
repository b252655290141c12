#include "core/answer/book_learner.h"

#include <algorithm>

#include "core/answer/answer_trainer.h"
#include "core/answer/self_test.h"

namespace deskbell {
namespace {

constexpr std::int64_t kSlice = 20'000'000;
/// Below, an entry whose text is kept back has too little left to be found by, and the book would
/// be judged worse than it is.
constexpr std::size_t kFewestTextsToJudge = 4;
/// Judging learns the book four times over; of a larger book the first entries speak for the rest.
constexpr std::size_t kMostTextsToJudge = 6'000;

std::vector<BookText> texts_to_judge(std::span<const EntryTexts> entries) {
  std::vector<BookText> texts;
  std::uint32_t entry = 0;
  for (const EntryTexts& one : entries) {
    if (one.texts.size() < kFewestTextsToJudge) continue;
    if (texts.size() + one.texts.size() > kMostTextsToJudge) break;
    for (const std::string& text : one.texts) texts.push_back({entry, text});
    ++entry;
  }
  return texts;
}

}  // namespace

std::optional<AnswerIndex> learn_entries(std::span<const EntryTexts> entries,
                                         const WordVectors& vectors,
                                         const std::function<bool()>& go_on) {
  AnswerTrainer trainer(vectors);
  std::uint32_t number = 0;
  for (const EntryTexts& entry : entries) {
    for (const std::string& text : entry.texts)
      if (!trainer.add(number, text)) break;
    ++number;
  }
  while (!trainer.step(kSlice))
    if (!go_on()) return std::nullopt;
  return std::move(trainer).take();
}

Thresholds thresholds_of(std::span<const EntryTexts> entries, double wrong_in_100,
                         const WordVectors& vectors, const std::function<bool(double)>& tell) {
  return thresholds_for(judge_own_texts(texts_to_judge(entries), vectors, tell), wrong_in_100);
}

std::optional<AnswerFinder> learn_book(const BookToLearn& book, const WordVectors& vectors,
                                       const std::function<bool()>& go_on) {
  auto index = learn_entries(book.entries, vectors, go_on);
  if (!index) return std::nullopt;
  const Thresholds thresholds = thresholds_of(book.entries, book.wrong_in_100, vectors,
                                              [&](double) { return go_on(); });
  if (!go_on()) return std::nullopt;
  std::vector<std::string> answers;
  for (const EntryTexts& entry : book.entries) answers.push_back(entry.answer);
  return AnswerFinder(std::move(answers), *std::move(index),
                      thresholds, book.handover_words);
}

}  // namespace deskbell
