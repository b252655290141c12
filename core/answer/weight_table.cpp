#include "core/answer/weight_table.h"

#include <algorithm>
#include <cmath>

#include "core/answer/linear_solver.h"
#include "core/answer/packed_bytes.h"

namespace deskbell {
namespace {

constexpr float kSteps = 127;
constexpr std::uint32_t kMaxWeights = 1U << 24;

}  // namespace

void WeightTable::add(const LinearSolver& solver, std::uint32_t first_entry, std::uint32_t count,
                      const KeptWeights& kept, float unit) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t lane = 0; lane < count; ++lane) {
    const auto size = [&](std::uint32_t column) { return std::fabs(solver.weight(column, lane)); };
    order.clear();
    for (std::uint32_t column = 0; column < kept.pruned; ++column)
      if (size(column) > 0) order.push_back(column);
    const auto larger = [&](std::uint32_t a, std::uint32_t b) {
      return size(a) != size(b) ? size(a) > size(b) : a < b;
    };
    if (order.size() > kept.most) {
      std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept.most),
                       order.end(), larger);
      order.resize(kept.most);
    }
    for (std::uint32_t column = kept.pruned; column < kept.all; ++column) order.push_back(column);
    float largest = 0;
    for (const std::uint32_t column : order) largest = std::max(largest, size(column));
    const std::uint32_t entry = first_entry + lane;
    constants_[entry] = solver.weight(kept.all, lane) * unit;
    scales_[entry] = largest / kSteps * unit;
    for (const std::uint32_t column : order) {
      if (largest <= 0) break;
      const float steps = solver.weight(column, lane) / largest * kSteps;
      const auto value = static_cast<std::int8_t>(steps + (steps < 0 ? -0.5F : 0.5F));
      if (value != 0) added_.push_back({column, static_cast<std::uint16_t>(entry), value});
    }
  }
}

void WeightTable::finish(std::uint32_t columns) {
  std::sort(added_.begin(), added_.end(), [](const Added& a, const Added& b) {
    return a.column != b.column ? a.column < b.column : a.entry < b.entry;
  });
  starts_.assign(columns + 1, 0);
  for (const Added& added : added_) {
    ++starts_[added.column + 1];
    entries_.push_back(added.entry);
    values_.push_back(added.value);
  }
  for (std::uint32_t column = 0; column < columns; ++column) starts_[column + 1] += starts_[column];
  added_ = {};
}

std::vector<float> WeightTable::scores(const SparseVector& vector) const {
  std::vector<float> sums(scales_.size(), 0.0F);
  if (empty()) return sums;
  for (std::size_t i = 0; i < vector.columns.size(); ++i) {
    const std::uint32_t column = vector.columns[i];
    const float value = vector.values[i];
    for (std::uint32_t at = starts_[column]; at < starts_[column + 1]; ++at)
      sums[entries_[at]] += value * static_cast<float>(values_[at]);
  }
  for (std::size_t entry = 0; entry < sums.size(); ++entry)
    sums[entry] = sums[entry] * scales_[entry] + constants_[entry];
  return sums;
}

void WeightTable::save(PackedWriter& to) const {
  to.number(values_.size());
  if (empty()) return;
  for (std::size_t entry = 0; entry < scales_.size(); ++entry) {
    to.real(scales_[entry]);
    to.real(constants_[entry]);
  }
  for (std::size_t column = 0; column + 1 < starts_.size(); ++column) {
    to.number(starts_[column + 1] - starts_[column]);
    std::uint32_t previous = 0;
    for (std::uint32_t at = starts_[column]; at < starts_[column + 1]; ++at) {
      to.number(entries_[at] - previous);
      previous = entries_[at];
    }
  }
  for (const std::int8_t value : values_) {
    // Small ones, negative or not, in one byte: 0, -1, 1, -2 as 0, 1, 2, 3.
    const int number = value;
    to.number(static_cast<std::uint64_t>(number < 0 ? -2 * number - 1 : 2 * number));
  }
}

WeightTable WeightTable::load(PackedReader& from, std::uint32_t entries, std::uint32_t columns) {
  WeightTable table(entries);
  const std::uint32_t size = from.count(kMaxWeights);
  if (size == 0) return table;
  for (std::uint32_t entry = 0; entry < entries && from.good(); ++entry) {
    table.scales_[entry] = from.real();
    table.constants_[entry] = from.real();
  }
  table.starts_.reserve(columns + 1);
  table.starts_.push_back(0);
  table.entries_.reserve(size);
  for (std::uint32_t column = 0; column < columns && from.good(); ++column) {
    const std::uint32_t count = from.count(size - table.starts_.back());
    std::uint32_t entry = 0;
    for (std::uint32_t i = 0; i < count && from.good(); ++i) {
      entry += from.number(entries);
      if (entry >= entries) from.fail();
      table.entries_.push_back(static_cast<std::uint16_t>(entry));
    }
    table.starts_.push_back(table.starts_.back() + count);
  }
  if (table.entries_.size() != size) from.fail();
  table.values_.reserve(size);
  for (std::uint32_t i = 0; i < size && from.good(); ++i) {
    const std::uint32_t packed = from.number(254);
    const int half = static_cast<int>(packed + 1) / 2;
    table.values_.push_back(static_cast<std::int8_t>((packed & 1) != 0 ? -half : half));
  }
  return table;
}

}  // namespace deskbell
