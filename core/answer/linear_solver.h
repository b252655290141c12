#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace deskbell {

/// Vectors one after the other.
struct SparseRows {
  std::vector<std::uint32_t> starts = {0};
  std::vector<std::uint32_t> columns;
  std::vector<float> values;

  std::size_t size() const { return starts.size() - 1; }
};

/// How far a classifier minds a mistake. (Without, it is Rocchio's of 1971.)
enum class Loss : std::uint8_t {
  logistic,       ///< every example pulls a little: better where examples are few
  squared_hinge,  ///< only doubtful examples pull: better where they are many, and quicker
  none,           ///< no mistake is minded: an entry's weights are the mean of its rows
};

/// Learns linear classifiers, each of one entry against the rest, for up to kLane entries at once:
/// dual coordinate descent (Hsieh et al. 2008, Yu et al. 2011), a row of the examples at a time for
/// all entries together, so that the inner loops run over neighbours in memory. Works in slices.
/// The same rows and seed give the same weights on every machine.
class LinearSolver {
 public:
  static constexpr std::size_t kLane = 64;

  /// Of `entry_of[row]`, the entries from `first_entry` on are learned, `entries` at most. `rows`
  /// and `entry_of` must outlive the solver.
  LinearSolver(const SparseRows& rows, std::span<const std::uint32_t> entry_of,
               std::uint32_t first_entry, std::size_t entries, std::uint32_t columns, Loss loss);

  /// Works until done or about `budget` multiplications are used up, which it subtracts. Whether it
  /// is done.
  bool step(std::int64_t& budget);

  /// The weight of a column for the entry `first_entry + lane`; the column after the last is the
  /// constant.
  float weight(std::uint32_t column, std::size_t lane) const {
    return weights_[column * kLane + lane];
  }

 private:
  void take_means();
  void begin_round();
  float visit(std::uint32_t row);
  void score(std::uint32_t row, float* scores) const;
  void descend_hinge(std::uint32_t row, std::size_t own, const float* scores, float* changes);
  void descend_logistic(std::uint32_t row, std::size_t own, const float* scores, float* changes);
  std::uint32_t next_random();

  const SparseRows& rows_;
  std::span<const std::uint32_t> entry_of_;
  std::uint32_t first_entry_;
  std::size_t lanes_;  // that are in use
  std::uint32_t columns_;
  Loss loss_;
  std::vector<float> weights_;
  std::vector<float> pulls_;    // of each row on each lane: the dual variables
  std::vector<float> squares_;  // of each row's length
  std::vector<std::uint32_t> active_;
  std::vector<std::uint8_t> quiet_;
  std::size_t at_ = 0;    // in active_
  std::size_t kept_ = 0;  // of those before at_
  float largest_change_ = 0;
  int round_ = 0;
  std::uint64_t random_ = 88172645463325252ULL;
};

}  // namespace deskbell
