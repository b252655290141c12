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

std::vector<BookText> texts_to_judge(const BookToLearn& book) {
  std::vector<BookText> texts;
  std::uint32_t entry = 0;
  for (const EntryTexts& one : book.entries) {
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

std::optional<AnswerFinder> learn_book(const BookToLearn& book, const WordVectors& vectors,
                                       const std::function<bool()>& go_on) {
  auto index = learn_entries(book.entries, vectors, go_on);
  if (!index) return std::nullopt;
  const auto judged =
      judge_own_texts(texts_to_judge(book), vectors, [&](double) { return go_on(); });
  if (!go_on()) return std::nullopt;
  std::vector<std::string> answers;
  for (const EntryTexts& entry : book.entries) answers.push_back(entry.answer);
  return AnswerFinder(std::move(answers), *std::move(index),
                      thresholds_for(judged, book.wrong_in_100), book.handover_words);
}

}  // namespace deskbell
