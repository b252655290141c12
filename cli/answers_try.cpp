// `deskbell answers try`: questions from the terminal, with the reasons for what they find.

#include <algorithm>
#include <cmath>
#include <iostream>
#include <set>

#include "cli/agent/safe_text.h"
#include "cli/answer_book_file.h"
#include "cli/answers_command.h"
#include "cli/progress.h"
#include "core/answer/book_learner.h"
#include "core/answer/wishes.h"
#include "core/answer/word_vectors/built_in_word_vectors.h"
#include "server/book.h"

namespace deskbell::cli {
namespace {

constexpr std::size_t kShown = 3;

/// A book with what its finder has learned.
struct LearnedBook {
  std::vector<std::string> labels;  ///< of each entry
  std::vector<std::string> texts;   ///< in the order in which they were learned
  std::set<std::uint32_t> resting;  ///< the entries that are not good now
  AnswerIndex index;
  Thresholds thresholds;
  Wishes wishes;
};

/// The book of a file of questions: each label is an entry.
Result<CustomersBook> book_of_file(const TryOptions& options, std::vector<std::string>& labels) {
  const auto questions = read_questions(options.train);
  if (!questions) return questions.error();
  const QuestionBook read = make_book(*questions, options.titles);
  labels = read.labels;
  CustomersBook book;
  for (const std::string& label : labels) {
    book.learned.entries.push_back({label, {}});
    book.good.insert(label);
  }
  for (const BookText& text : read.texts)
    book.learned.entries[text.entry].texts.push_back(text.text);
  return book;
}

Result<CustomersBook> book_of_site(const TryOptions& options, std::vector<std::string>& labels) {
  auto book = read_customers_book(options.data, options.site);
  if (!book) return book.error();
  if (book->learned.entries.empty())
    return Error{ErrorCode::not_found, "The site has no answers for customers."};
  for (const EntryTexts& entry : book->learned.entries) labels.push_back(entry.texts.front());
  return book;
}

Thresholds thresholds_of(const CustomersBook& book, const TryOptions& options,
                         const WordVectors& vectors) {
  if (!options.own_thresholds) return {};
  constexpr std::int64_t kWhole = 1000;
  Progress progress;
  const double wrong = options.wrong_in_100 > 0 ? options.wrong_in_100 : book.learned.wrong_in_100;
  return deskbell::thresholds_of(book.learned.entries, wrong, vectors, [&](double done) {
    progress.show("Choosing thresholds", static_cast<std::int64_t>(done * kWhole), kWhole);
    return true;
  });
}

Result<LearnedBook> learn_it(const TryOptions& options) {
  std::vector<std::string> labels;
  const auto book =
      options.train.empty() ? book_of_site(options, labels) : book_of_file(options, labels);
  if (!book) return book.error();
  const WordVectors vectors = built_in_word_vectors();
  const Thresholds thresholds = thresholds_of(*book, options, vectors);
  auto index = learn_entries(book->learned.entries, vectors, [] { return true; });
  LearnedBook learned{std::move(labels), {},         {},
                      *std::move(index), thresholds, Wishes(book->learned.handover_words)};
  std::uint32_t number = 0;
  for (const EntryTexts& entry : book->learned.entries) {
    learned.texts.insert(learned.texts.end(), entry.texts.begin(), entry.texts.end());
    if (!book->good.contains(entry.answer)) learned.resting.insert(number);
    ++number;
  }
  return learned;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string percent(float confidence) {
  return std::to_string(std::lround(100 * confidence)) + " %";
}

std::string_view verdict(const LearnedBook& book, const AnswerRanking& ranking) {
  const float confidence = ranking.matches.empty() ? 0 : ranking.matches.front().confidence;
  if (confidence >= book.thresholds.answer) return "It answers:";
  if (confidence >= book.thresholds.offer) return "It offers a choice:";
  return "It says that it does not know, and offers a person. Nearest:";
}

void explain(const LearnedBook& book, const std::string& question) {
  if (book.wishes.in(question) != Wish::none) {
    std::cout << "It hands over: this is for a person.\n";
    return;
  }
  AnswerRanking ranking = book.index.ask(question, kShown);
  std::erase_if(ranking.matches,
                [&](const AnswerMatch& match) { return book.resting.contains(match.entry); });
  for (const auto& [written, read] : ranking.mended)
    std::cout << "Read \"" << safe_line(read) << "\" for \"" << safe_line(written) << "\".\n";
  std::cout << verdict(book, ranking) << '\n';
  for (const AnswerMatch& match : ranking.matches) {
    std::cout << "  " << percent(match.confidence) << "  " << safe_line(book.labels[match.entry])
              << '\n';
    if (match.nearest_example < book.texts.size())
      std::cout << "        nearest: " << safe_line(book.texts[match.nearest_example]) << '\n';
    if (!match.words.empty())
      std::cout << "        in common: " << safe_line(joined(match.words)) << '\n';
  }
}

}  // namespace

int run_answers_try(const TryOptions& options) {
  const auto book = learn_it(options);
  if (!book) {
    std::cerr << "error: " << safe_line(book.error().message) << '\n';
    return 1;
  }
  std::cout << "From " << percent(book->thresholds.answer) << " on it answers, from "
            << percent(book->thresholds.offer) << " on it offers a choice.\n";
  if (!options.question.empty()) {
    explain(*book, options.question);
    return 0;
  }
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!line.empty()) explain(*book, line);
  }
  return 0;
}

}  // namespace deskbell::cli
