// `deskbell answers try`: questions from the terminal, with the reasons for what they find.

#include <cmath>
#include <iostream>

#include "cli/agent/safe_text.h"
#include "cli/answer_book_file.h"
#include "cli/answers_command.h"
#include "core/answer/word_vectors/built_in_word_vectors.h"

namespace deskbell::cli {
namespace {

constexpr std::size_t kShown = 3;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string_view verdict(const AnswerRanking& ranking) {
  const Thresholds thresholds;
  const float confidence = ranking.matches.empty() ? 0 : ranking.matches.front().confidence;
  if (confidence >= thresholds.answer) return "It answers:";
  if (confidence >= thresholds.offer) return "It offers a choice:";
  return "It says that it does not know, and offers a person. Nearest:";
}

void explain(const QuestionBook& book, const AnswerIndex& index, const std::string& question) {
  const AnswerRanking ranking = index.ask(question, kShown);
  for (const auto& [written, read] : ranking.mended)
    std::cout << "Read \"" << safe_line(read) << "\" for \"" << safe_line(written) << "\".\n";
  std::cout << verdict(ranking) << '\n';
  for (const AnswerMatch& match : ranking.matches) {
    std::cout << "  " << std::lround(100 * match.confidence) << " %  "
              << safe_line(book.labels[match.entry]) << '\n';
    if (match.nearest_example != Nearness::kNone)
      std::cout << "        nearest: " << safe_line(book.texts[match.nearest_example].text) << '\n';
    if (!match.words.empty())
      std::cout << "        in common: " << safe_line(joined(match.words)) << '\n';
  }
}

}  // namespace

int run_answers_try(const TryOptions& options) {
  const auto questions = read_questions(options.train);
  if (!questions) {
    std::cerr << "error: " << questions.error().message << '\n';
    return 1;
  }
  const QuestionBook book = make_book(*questions, options.titles);
  const auto index = learn(book, built_in_word_vectors());
  if (!index) {
    std::cerr << "error: " << index.error().message << '\n';
    return 1;
  }
  if (!options.question.empty()) {
    explain(book, *index, options.question);
    return 0;
  }
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!line.empty()) explain(book, *index, line);
  }
  return 0;
}

}  // namespace deskbell::cli
