#include "cli/answer_book_file.h"

#include <set>

#include "core/answer/answer_trainer.h"

namespace deskbell::cli {
namespace {

constexpr std::int64_t kSlice = 1'000'000'000;

}  // namespace

QuestionBook make_book(const std::vector<LabelledQuestion>& questions, bool titles) {
  QuestionBook book;
  std::vector<std::set<std::string>> texts_of;
  for (const LabelledQuestion& question : questions) {
    const auto next = static_cast<std::uint32_t>(book.labels.size());
    const auto [found, added] = book.entries.try_emplace(question.label, next);
    if (added) {
      book.labels.push_back(question.label);
      texts_of.emplace_back();
    }
    texts_of[found->second].insert(question.text);
    book.texts.push_back({found->second, question.text});
  }
  for (std::uint32_t entry = 0; titles && entry < book.labels.size(); ++entry) {
    std::string title = title_of_label(book.labels[entry]);
    if (!texts_of[entry].contains(title)) book.texts.push_back({entry, std::move(title)});
  }
  return book;
}

Result<AnswerIndex> learn(const QuestionBook& book, const WordVectors& vectors) {
  AnswerTrainer trainer(vectors);
  for (const BookText& text : book.texts) {
    auto added = text.entry == BookText::kNoEntry ? trainer.add_stranger(text.text)
                                                  : trainer.add(text.entry, text.text);
    if (!added) return added.error();
  }
  while (!trainer.step(kSlice)) {
  }
  return std::move(trainer).take();
}

}  // namespace deskbell::cli
