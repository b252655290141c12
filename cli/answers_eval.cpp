// `deskbell answers eval`: how well a book's questions find their entries, measured.

#include <algorithm>
#include <chrono>
#include <functional>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/answer_book_file.h"
#include "cli/answers_command.h"
#include "cli/progress.h"
#include "core/answer/word_vectors/built_in_word_vectors.h"

namespace deskbell::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRanks = 10;  // an entry further down counts as not found
constexpr std::size_t kOffered = 3;

struct Asked {
  double microseconds = 0;
  std::size_t rank = kRanks;  // of the right entry
  float confidence = 0;
};

/// What is told; shares are of 100.
struct Figures {
  double top1 = 0;
  double top3 = 0;
  double reciprocal_rank = 0;
  double auroc = 0;
  double answered = 0;        // of questions with an answer
  double wrong = 0;           // of the answers given to these
  double offered_right = 0;   // of questions with an answer: offered, the right one among them
  double false_alarms = 0;    // of questions with an answer: neither answered nor offered
  double strangers_kept = 0;  // of questions without: not answered
  double train_seconds = 0;
  double microseconds = 0;
  double index_bytes = 0;
  double memory_bytes = 0;
  double answer_at = 0;
  double offer_at = 0;
};

// The figures by name, in the order in which they are told.
struct Field {
  const char* name;
  const char* label;
  double Figures::*value;
  int digits;
  bool needs_strangers = false;
};
constexpr Field kFields[] = {
    {"top1", "right at once, %", &Figures::top1, 2},
    {"top3", "among the first three, %", &Figures::top3, 2},
    {"mrr", "mean reciprocal rank", &Figures::reciprocal_rank, 4},
    {"answer_at", "answers from a confidence of", &Figures::answer_at, 3},
    {"offer_at", "offers a choice from", &Figures::offer_at, 3},
    {"answered", "answered, %", &Figures::answered, 1},
    {"wrong", "of these wrong, %", &Figures::wrong, 2},
    {"offered_right", "offered, the right one among them, %", &Figures::offered_right, 1},
    {"false_alarms", "said \"I do not know\", %", &Figures::false_alarms, 1},
    {"oos_recall", "without an answer and not answered, %", &Figures::strangers_kept, 1, true},
    {"auroc", "AUROC with or without an answer", &Figures::auroc, 4, true},
    {"train_seconds", "seconds to learn", &Figures::train_seconds, 2},
    {"microseconds", "microseconds a question (median)", &Figures::microseconds, 0},
    {"index_bytes", "bytes of the index", &Figures::index_bytes, 0},
    {"memory_bytes", "bytes of memory", &Figures::memory_bytes, 0},
};

double share(std::size_t part, std::size_t all) {
  return all == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(all);
}

/// The first so many of a hundred of the text's characters.
std::string beginning_of(const std::string& text, int percent) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  const auto all = std::count_if(text.begin(), text.end(), begins);
  auto left = all * percent / 100;
  std::size_t end = 0;
  for (; end < text.size(); ++end)
    if (begins(text[end]) && left-- == 0) break;
  return text.substr(0, end);
}

std::vector<Asked> ask_all(const AnswerIndex& index, const QuestionBook& book,
                           const std::vector<LabelledQuestion>& questions, int typed_percent) {
  std::vector<Asked> all;
  for (const LabelledQuestion& question : questions) {
    const std::string text =
        typed_percent < 100 ? beginning_of(question.text, typed_percent) : question.text;
    const auto began = Clock::now();
    const AnswerRanking ranking =
        typed_percent < 100 ? index.suggest(text, kRanks) : index.ask(text, kRanks);
    Asked asked;
    asked.microseconds = std::chrono::duration<double, std::micro>(Clock::now() - began).count();
    const auto entry = book.entries.find(question.label);
    for (std::size_t rank = 0; rank < ranking.matches.size(); ++rank)
      if (entry != book.entries.end() && ranking.matches[rank].entry == entry->second)
        asked.rank = rank;
    if (!ranking.matches.empty()) asked.confidence = ranking.matches.front().confidence;
    all.push_back(asked);
  }
  return all;
}

/// How often a question that has an answer is surer than one that has none.
double auroc(const std::vector<Asked>& in, const std::vector<Asked>& out) {
  std::vector<std::pair<float, bool>> all;
  for (const Asked& asked : in) all.emplace_back(asked.confidence, true);
  for (const Asked& asked : out) all.emplace_back(asked.confidence, false);
  std::sort(all.begin(), all.end());
  double ranks = 0;
  for (std::size_t i = 0; i < all.size();) {
    std::size_t end = i;
    while (end < all.size() && all[end].first == all[i].first) ++end;
    const double rank = static_cast<double>(i + end + 1) / 2;
    for (; i < end; ++i) ranks += all[i].second ? rank : 0;
  }
  const auto count = static_cast<double>(in.size());
  return (ranks - count * (count + 1) / 2) / (count * static_cast<double>(out.size()));
}

void judge(const std::vector<Asked>& in, const std::vector<Asked>& out, Figures& figures) {
  std::size_t first = 0;
  std::size_t among_three = 0;
  std::size_t answered = 0;
  std::size_t wrong = 0;
  std::size_t offered_right = 0;
  std::size_t unknown = 0;
  for (const Asked& asked : in) {
    first += asked.rank == 0;
    among_three += asked.rank < kOffered;
    if (asked.rank < kRanks)
      figures.reciprocal_rank += 1 / static_cast<double>((asked.rank + 1) * in.size());
    if (asked.confidence >= static_cast<float>(figures.answer_at)) {
      ++answered;
      wrong += asked.rank != 0;
    } else if (asked.confidence >= static_cast<float>(figures.offer_at)) {
      offered_right += asked.rank < kOffered;
    } else {
      ++unknown;
    }
  }
  figures.top1 = share(first, in.size());
  figures.top3 = share(among_three, in.size());
  figures.answered = share(answered, in.size());
  figures.wrong = share(wrong, answered);
  figures.offered_right = share(offered_right, in.size());
  figures.false_alarms = share(unknown, in.size());
  if (out.empty()) return;
  const auto kept = std::count_if(out.begin(), out.end(), [&](const Asked& asked) {
    return asked.confidence < static_cast<float>(figures.answer_at);
  });
  figures.strangers_kept = share(static_cast<std::size_t>(kept), out.size());
  figures.auroc = auroc(in, out);
}

double median_microseconds(std::vector<Asked> all) {
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end(),
                   [](const Asked& a, const Asked& b) { return a.microseconds < b.microseconds; });
  return middle->microseconds;
}

Result<Figures> measure(const EvalOptions& options, const std::string& train) {
  auto own = read_questions(train);
  if (!own) return own.error();
  auto test = read_questions(options.test);
  if (!test) return test.error();
  std::vector<LabelledQuestion> strangers;
  if (!options.out_of_scope.empty()) {
    auto read = read_questions(options.out_of_scope);
    if (!read) return read.error();
    strangers = std::move(*read);
  }
  QuestionBook book = make_book(*own, options.titles);
  if (!options.strangers.empty()) {
    auto read = read_questions(options.strangers);
    if (!read) return read.error();
    for (LabelledQuestion& question : *read)
      book.texts.push_back({BookText::kNoEntry, std::move(question.text)});
  }

  const WordVectors vectors = options.word_vectors ? built_in_word_vectors() : WordVectors{};
  Figures figures;
  Thresholds thresholds;
  if (options.own_thresholds) {
    Progress progress;
    constexpr std::int64_t kWhole = 1000;
    const auto judged = judge_own_texts(book.texts, vectors, [&](double done) {
      progress.show("Choosing thresholds", static_cast<std::int64_t>(done * kWhole), kWhole);
      return true;
    });
    thresholds = thresholds_for(judged, options.wrong_in_100);
  }
  figures.answer_at = static_cast<double>(thresholds.answer);
  figures.offer_at = static_cast<double>(thresholds.offer);

  const auto began = Clock::now();
  auto index = learn(book, vectors);
  if (!index) return index.error();
  figures.train_seconds = std::chrono::duration<double>(Clock::now() - began).count();
  const std::string bytes = index->save();
  figures.index_bytes = static_cast<double>(bytes.size());
  // Measured is what a device has, which loads what another has learned.
  auto loaded = AnswerIndex::load(bytes);
  if (!loaded) return loaded.error();
  figures.memory_bytes = static_cast<double>(loaded->memory());
  const std::vector<Asked> in = ask_all(*loaded, book, *test, options.typed_percent);
  judge(in, ask_all(*loaded, book, strangers, options.typed_percent), figures);
  figures.microseconds = median_microseconds(in);
  return figures;
}

void print(const EvalOptions& options, const Figures& figures) {
  const bool strangers = !options.out_of_scope.empty();
  nlohmann::ordered_json json;
  for (const Field& field : kFields) {
    if (field.needs_strangers && !strangers) continue;
    const double value = figures.*field.value;
    if (options.json)
      json[field.name] = value;
    else
      std::cout << std::left << std::setw(40) << field.label << std::right << std::setw(12)
                << std::fixed << std::setprecision(field.digits) << value << '\n';
  }
  if (options.json) std::cout << json.dump(2) << '\n';
}

}  // namespace

int run_answers_eval(const EvalOptions& options) {
  Figures mean;
  for (const std::string& train : options.train) {
    const auto figures = measure(options, train);
    if (!figures) {
      std::cerr << "error: " << figures.error().message << '\n';
      return 1;
    }
    for (const Field& field : kFields)
      mean.*field.value += (*figures).*field.value / static_cast<double>(options.train.size());
  }
  print(options, mean);
  return 0;
}

}  // namespace deskbell::cli
