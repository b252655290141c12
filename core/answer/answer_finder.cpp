#include "core/answer/answer_finder.h"

#include "core/answer/answer_trainer.h"
#include "core/answer/packed_bytes.h"

namespace deskbell {
namespace {

constexpr std::string_view kMagic = "deskbell finder";
constexpr std::uint32_t kVersion = 1;

}  // namespace

AnswerFinder::AnswerFinder(std::vector<std::string> answers, AnswerIndex index,
                           Thresholds thresholds, const std::vector<std::string>& handover_words)
    : answers_(std::move(answers)),
      index_(std::move(index)),
      thresholds_(thresholds),
      handover_words_(handover_words),
      wishes_(handover_words_) {}

Result<AnswerFinder> AnswerFinder::load(std::string_view bytes) {
  const Error foreign{ErrorCode::storage_failed,
                      "These bytes are no finder of this version; the hub makes a new one."};
  PackedReader from(bytes);
  if (from.text() != kMagic || from.number() != kVersion) return foreign;
  Thresholds thresholds;
  thresholds.answer = from.real();
  thresholds.offer = from.real();
  std::vector<std::string> words(from.count(kMaxWords));
  for (std::string& word : words) word = from.text();
  std::vector<std::string> answers(from.count(AnswerTrainer::kMaxEntries));
  for (std::string& answer : answers) answer = from.text();
  const std::string_view learned = from.text();
  if (!from.good() || !from.at_end()) return foreign;
  auto index = AnswerIndex::load(learned);
  if (!index) return index.error();
  if (index->entries() > answers.size()) return foreign;
  return AnswerFinder(std::move(answers), std::move(*index), thresholds, words);
}

std::string AnswerFinder::save() const {
  PackedWriter to;
  to.text(kMagic);
  to.number(kVersion);
  to.real(thresholds_.answer);
  to.real(thresholds_.offer);
  to.number(handover_words_.size());
  for (const std::string& word : handover_words_) to.text(word);
  to.number(answers_.size());
  for (const std::string& answer : answers_) to.text(answer);
  to.text(index_.save());
  return std::move(to).take();
}

std::vector<FoundAnswer> AnswerFinder::ask(std::string_view question, std::size_t limit) const {
  return named(index_.ask(question, limit));
}

std::vector<FoundAnswer> AnswerFinder::suggest(std::string_view beginning,
                                               std::size_t limit) const {
  return named(index_.suggest(beginning, limit));
}

std::vector<FoundAnswer> AnswerFinder::named(const AnswerRanking& ranking) const {
  std::vector<FoundAnswer> found;
  for (const AnswerMatch& match : ranking.matches)
    found.push_back({answers_[match.entry], match.confidence});
  return found;
}

}  // namespace deskbell
