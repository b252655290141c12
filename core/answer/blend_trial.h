#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/answer/example_index.h"
#include "core/answer/feature_table.h"
#include "core/answer/linear_solver.h"

namespace deskbell {

/// Finds out how much the nearest example should count beside the classifier in a book: keeps some
/// of its texts back, learns from the rest (of a part of the book, if it is large), and looks how
/// the texts kept back are found. Works in slices.
class BlendTrial {
 public:
  /// `rows` have so many `columns`; `words[row]`: the row's features of FeatureKind::word. All must
  /// outlive the trial.
  BlendTrial(const FeatureTable& table, std::uint32_t columns, const SparseRows& rows,
             std::span<const std::uint32_t> entry_of, std::span<const std::vector<Feature>> words,
             std::uint32_t entries, Loss loss, float unit);

  /// Works until done or the budget is used up, which it is subtracted from. Whether it is done.
  bool step(std::int64_t& budget);
  /// How much the nearest example should count, when done.
  float blend() const { return blend_; }
  /// Whether it should decide, and what was learned only help.
  bool nearest_decides() const { return nearest_decides_; }

 private:
  void choose_texts(std::span<const std::uint32_t> entry_of, std::uint32_t entries);
  void begin_block();
  void end_block();
  void judge();

  const FeatureTable& table_;
  std::uint32_t columns_;
  const SparseRows& all_rows_;
  std::span<const std::vector<Feature>> words_;
  Loss loss_;
  float unit_;
  SparseRows rows_;
  std::vector<std::uint32_t> entry_of_;  // of rows_, counted anew
  std::uint32_t entries_ = 0;
  std::vector<std::uint32_t> kept_back_;  // rows of all_rows_
  std::vector<std::uint32_t> own_;        // their entries, counted anew
  ExampleIndex examples_;
  std::optional<LinearSolver> solver_;
  std::uint32_t first_entry_ = 0;
  std::vector<float> scores_;  // of each text kept back on every entry
  float blend_ = 1;
  bool nearest_decides_ = false;
};

}  // namespace deskbell
