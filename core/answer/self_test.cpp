#include "core/answer/self_test.h"

#include <algorithm>

#include "core/answer/answer_trainer.h"

namespace deskbell {
namespace {

constexpr std::uint32_t kFolds = 4;
constexpr std::int64_t kSlice = 20'000'000;
// So that about one in seven of the questions is none that the book answers.
constexpr std::uint32_t kStrangersTaken = 8;

enum class Role { learned, known, stranger, unused };

// What each text is in one round: its entry's turn to be unknown, its own turn to be looked for, or
// to be learned.
std::vector<Role> roles_in(std::uint32_t fold, std::span<const BookText> book) {
  std::vector<Role> roles;
  std::vector<std::uint32_t> seen;
  std::uint32_t strangers = 0;
  for (const BookText& text : book) {
    if (text.entry == BookText::kNoEntry) {
      roles.push_back(strangers++ % kFolds == fold ? Role::stranger : Role::learned);
      continue;
    }
    seen.resize(std::max<std::size_t>(seen.size(), text.entry + 1), 0);
    const std::uint32_t place = seen[text.entry]++;
    if (text.entry % kFolds == fold)
      roles.push_back(place % kStrangersTaken == 0 ? Role::stranger : Role::unused);
    else
      roles.push_back((place + text.entry) % kFolds == fold ? Role::known : Role::learned);
  }
  return roles;
}

}  // namespace

std::vector<Judged> judge_own_texts(std::span<const BookText> book, const WordVectors& vectors,
                                    const std::function<bool(double)>& tell) {
  std::vector<Judged> judged;
  for (std::uint32_t fold = 0; fold < kFolds; ++fold) {
    const std::vector<Role> roles = roles_in(fold, book);
    AnswerTrainer trainer(vectors);
    for (std::size_t i = 0; i < book.size(); ++i) {
      if (roles[i] != Role::learned) continue;
      // A book beyond the limits is judged by what is within them.
      if (book[i].entry == BookText::kNoEntry)
        (void)trainer.add_stranger(book[i].text);
      else
        (void)trainer.add(book[i].entry, book[i].text);
    }
    while (!trainer.step(kSlice))
      if (tell && !tell((fold + trainer.progress()) / kFolds)) return judged;
    const AnswerIndex index = std::move(trainer).take();
    for (std::size_t i = 0; i < book.size(); ++i) {
      if (roles[i] != Role::known && roles[i] != Role::stranger) continue;
      const AnswerRanking ranking = index.ask(book[i].text, 1);
      if (ranking.matches.empty()) continue;
      const AnswerMatch& match = ranking.matches.front();
      judged.push_back({match.confidence, roles[i] == Role::known && match.entry == book[i].entry});
    }
  }
  return judged;
}

}  // namespace deskbell
