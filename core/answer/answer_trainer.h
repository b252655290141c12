#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer/answer_index.h"
#include "core/answer/linear_solver.h"

namespace deskbell {

/// Learns from the texts of an answer book how to find its entries. Deterministic, in slices as
/// short as one likes, so that whoever runs it stays responsive:
///
///   AnswerTrainer trainer;
///   for (…) trainer.add(entry, example);
///   while (!trainer.step(kSlice)) …;
///   AnswerIndex index = std::move(trainer).take();
class AnswerTrainer {
 public:
  static constexpr std::uint32_t kMaxEntries = 60'000;
  static constexpr std::uint32_t kMaxTexts = 1'000'000;

  /// `vectors`: what is known of the languages' words; a book with few examples is learned with
  /// them, as far as they know its words.
  explicit AnswerTrainer(const WordVectors& vectors = {});
  ~AnswerTrainer();
  AnswerTrainer(const AnswerTrainer&) = delete;
  AnswerTrainer& operator=(const AnswerTrainer&) = delete;

  /// A question that the entry answers, its title, or its keywords; what is added later beyond the
  /// limits above is refused with `too_large`. Entries count from 0.
  Result<void> add(std::uint32_t entry, std::string_view text);
  /// A question that no entry answers: what customers ask that is none of the site's business.
  Result<void> add_stranger(std::string_view text);

  /// Works for about `budget` multiplications (a million take a millisecond or less). Whether all
  /// is learned.
  bool step(std::int64_t budget);
  /// How much of the work is done, 0 to 1.
  double progress() const;

  /// What was learned, once `step` has said that it is all.
  AnswerIndex take() &&;

 private:
  struct Work;
  void make_table();
  void make_rows(std::int64_t& budget);
  void begin_block();
  void end_block();
  void finish();

  std::unique_ptr<Work> work_;
};

}  // namespace deskbell
