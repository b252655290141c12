#include "core/answer/example_index.h"

#include <algorithm>
#include <cmath>

#include "core/answer/exact_math.h"
#include "core/answer/packed_bytes.h"

namespace deskbell {
namespace {

constexpr float kK1 = 1.2F;
constexpr float kB = 0.75F;
constexpr std::uint32_t kMaxLength = 255;
constexpr std::uint32_t kMaxExamples = 1U << 20;
constexpr std::uint32_t kMaxCount = 1U << 16;

void append_number(std::string& bytes, std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

// The bytes were checked when they were loaded.
std::uint32_t take_number(std::string_view& bytes) {
  std::uint32_t value = 0;
  for (int shift = 0; !bytes.empty() && shift < 32; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

// BM25's own, which is not that of the vectors: it nearly forgets words that half of all have.
float bm25_rarity(std::uint32_t with, std::uint32_t all) {
  return static_cast<float>(exact_log(1 + (all - with + 0.5) / (with + 0.5)));
}

}  // namespace

void ExampleIndex::add(std::uint32_t entry, std::span<const Feature> words) {
  std::uint32_t length = 0;
  const std::uint32_t example = examples();
  for (const Feature& word : words) {
    added_.push_back({word.hash, {example, word.count}});
    length += word.count;
  }
  entries_.push_back(static_cast<std::uint16_t>(entry));
  lengths_.push_back(static_cast<std::uint8_t>(std::min(length, kMaxLength)));
}

void ExampleIndex::finish(const FeatureTable& table) {
  std::stable_sort(added_.begin(), added_.end(),
                   [](const Added& a, const Added& b) { return a.hash < b.hash; });
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < added_.size(); ++i) {
    if (i == 0 || added_[i].hash != added_[i - 1].hash) {
      columns_.push_back(table.find(added_[i].hash));
      starts_.push_back(static_cast<std::uint32_t>(postings_.size()));
      previous = 0;
    }
    const auto [example, count] = added_[i].posting;
    append_number(postings_, (example - previous) << 1 | (count > 1));
    if (count > 1) append_number(postings_, count);
    previous = example;
  }
  starts_.push_back(static_cast<std::uint32_t>(postings_.size()));
  added_ = {};
  measure(table);
}

void ExampleIndex::measure(const FeatureTable& table) {
  std::uint64_t total = 0;
  for (const std::uint8_t length : lengths_) total += length;
  const float mean =
      lengths_.empty() ? 1 : static_cast<float>(total) / static_cast<float>(lengths_.size());
  for (std::uint32_t length = 0; length <= kMaxLength; ++length)
    dampings_.push_back(kK1 * (1 - kB + kB * static_cast<float>(length) / std::max(mean, 1.0F)));
  norms_.assign(examples(), 0.0F);
  for (const std::uint32_t column : columns_) {
    const float square = table.rarity(column) * table.rarity(column);
    std::string_view postings = postings_of(column);
    for (std::uint32_t example = 0; !postings.empty();) {
      example = take(postings, example).example;
      norms_[example] += square;
    }
  }
  for (float& norm : norms_) norm = std::sqrt(norm);
}

std::string_view ExampleIndex::postings_of(std::uint32_t column) const {
  const auto found = std::lower_bound(columns_.begin(), columns_.end(), column);
  if (found == columns_.end() || *found != column) return {};
  const auto at = static_cast<std::size_t>(found - columns_.begin());
  return std::string_view(postings_).substr(starts_[at], starts_[at + 1] - starts_[at]);
}

ExampleIndex::Posting ExampleIndex::take(std::string_view& postings, std::uint32_t previous) {
  const std::uint32_t step = take_number(postings);
  return {previous + (step >> 1), (step & 1) != 0 ? take_number(postings) : 1};
}

Nearness ExampleIndex::nearest(const FeatureTable& table, std::span<const Feature> words,
                               std::uint32_t entry_count) const {
  const std::uint32_t all = examples();
  std::vector<float> scores(all, 0.0F);
  std::vector<float> products(all, 0.0F);
  std::vector<Posting> found;
  float most = 0;  // what an example of average length would have that has all of the question
  float square = 0;
  for (const Feature& word : words) {
    const std::uint32_t column = table.find(word.hash);
    std::string_view postings = postings_of(column);
    found.clear();
    for (std::uint32_t example = 0; !postings.empty(); example = found.back().example)
      found.push_back(take(postings, example));
    const float rarity = bm25_rarity(static_cast<std::uint32_t>(found.size()), all);
    const float weight = table.rarity_or_unknown(column);
    most += rarity;
    square += weight * weight;
    for (const Posting& posting : found) {
      const auto count = static_cast<float>(posting.count);
      scores[posting.example] +=
          rarity * count * (kK1 + 1) / (count + dampings_[lengths_[posting.example]]);
      products[posting.example] += weight * weight;
    }
  }
  Nearness nearness{std::vector<float>(entry_count, 0.0F),
                    std::vector<std::uint32_t>(entry_count, Nearness::kNone),
                    std::vector<float>(entry_count, 0.0F)};
  const float scale = most > 0 ? 1 / (most * (kK1 + 1)) : 0;
  const float norm = std::sqrt(square);
  for (std::uint32_t example = 0; example < all; ++example) {
    if (scores[example] <= 0) continue;
    const std::uint32_t entry = entries_[example];
    nearness.likeness[entry] =
        std::max(nearness.likeness[entry], products[example] / (norm * norms_[example]));
    const float score = scores[example] * scale;
    if (score <= nearness.of_entry[entry]) continue;
    nearness.of_entry[entry] = score;
    nearness.examples[entry] = example;
  }
  return nearness;
}

bool ExampleIndex::entry_has(std::uint32_t entry, std::uint32_t column) const {
  std::string_view postings = postings_of(column);
  for (std::uint32_t example = 0; !postings.empty();) {
    example = take(postings, example).example;
    if (entries_[example] == entry) return true;
  }
  return false;
}

void ExampleIndex::save(PackedWriter& to) const {
  to.number(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    to.number(entries_[i]);
    to.number(lengths_[i]);
  }
  to.number(columns_.size());
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    to.number(columns_[i] - previous);
    to.text(postings_of(columns_[i]));
    previous = columns_[i];
  }
}

ExampleIndex ExampleIndex::load(PackedReader& from, std::uint32_t entry_count,
                                const FeatureTable& table) {
  const std::uint32_t columns = table.size();
  ExampleIndex index;
  const std::uint32_t examples = from.count(kMaxExamples);
  for (std::uint32_t i = 0; i < examples && from.good(); ++i) {
    const std::uint32_t entry = from.number(entry_count);
    if (entry == entry_count) from.fail();
    index.entries_.push_back(static_cast<std::uint16_t>(entry));
    index.lengths_.push_back(static_cast<std::uint8_t>(from.number(kMaxLength)));
  }
  const std::uint32_t listed = from.count(columns);
  std::uint32_t column = 0;
  for (std::uint32_t i = 0; i < listed && from.good(); ++i) {
    const std::uint32_t step = from.number(columns);
    if (step >= columns - column || (i > 0 && step == 0)) from.fail();
    column += step;
    index.columns_.push_back(column);
    index.starts_.push_back(static_cast<std::uint32_t>(index.postings_.size()));
    const std::string_view postings = from.text();
    PackedReader check(postings);
    std::uint64_t example = 0;
    while (check.good() && !check.at_end()) {
      const std::uint32_t packed = check.number(2 * kMaxExamples);
      example += packed >> 1;
      if ((packed & 1) != 0 && check.number(kMaxCount) == 0) check.fail();
      if (example >= examples) check.fail();
    }
    if (!check.good()) from.fail();
    index.postings_ += postings;
  }
  index.starts_.push_back(static_cast<std::uint32_t>(index.postings_.size()));
  if (from.good()) index.measure(table);
  return index;
}

}  // namespace deskbell
