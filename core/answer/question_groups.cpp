#include "core/answer/question_groups.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/answer/feature_table.h"
#include "core/answer/words.h"

namespace deskbell {
namespace {

// Mean cosine from which on a question asks for the same as a group does; below, they only share
// words. Higher, groups of the public sets fall apart; lower, they run into each other.
constexpr float kAlike = 0.3F;

std::vector<SparseVector> vectors_of(std::span<const std::string> questions) {
  std::vector<Features> features;
  std::map<std::uint32_t, std::uint32_t> texts_with;
  for (const std::string& question : questions) {
    features.push_back(features_of(words_of(question)));
    for (const auto& kind : features.back())
      for (const Feature& feature : kind) ++texts_with[feature.hash];
  }
  std::vector<std::uint32_t> hashes;
  std::vector<std::uint32_t> counts;
  for (const auto& [hash, count] : texts_with) {
    hashes.push_back(hash);
    counts.push_back(count);
  }
  const FeatureTable table(std::move(hashes), counts, static_cast<std::uint32_t>(questions.size()));
  std::vector<SparseVector> vectors;
  for (const Features& one : features) {
    SparseVector vector = table.vector_of(one);
    float square = 0;
    for (const float value : vector.values) square += value * value;
    for (float& value : vector.values) value /= std::sqrt(std::max(square, 1e-12F));
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

/// A group's members summed up: likeness to it is the mean likeness to them.
struct Sum {
  std::map<std::uint32_t, float> values;
  std::vector<std::size_t> members;

  void add(const SparseVector& vector, std::size_t member) {
    for (std::size_t i = 0; i < vector.columns.size(); ++i)
      values[vector.columns[i]] += vector.values[i];
    members.push_back(member);
  }
  float likeness(const SparseVector& vector) const {
    float dot = 0;
    for (std::size_t i = 0; i < vector.columns.size(); ++i)
      if (const auto found = values.find(vector.columns[i]); found != values.end())
        dot += found->second * vector.values[i];
    return dot / static_cast<float>(members.size());
  }
};

}  // namespace

std::vector<QuestionGroup> group_questions(std::span<const std::string> questions) {
  const std::vector<SparseVector> vectors = vectors_of(questions);
  std::vector<Sum> sums;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    Sum* best = nullptr;
    float most = kAlike;
    for (Sum& sum : sums) {
      const float likeness = sum.likeness(vectors[i]);
      if (likeness < most) continue;
      most = likeness;
      best = &sum;
    }
    if (!best) best = &sums.emplace_back();
    best->add(vectors[i], i);
  }
  std::vector<QuestionGroup> groups;
  for (Sum& sum : sums) {
    std::stable_sort(sum.members.begin(), sum.members.end(), [&](std::size_t a, std::size_t b) {
      return sum.likeness(vectors[a]) > sum.likeness(vectors[b]);
    });
    groups.push_back({std::move(sum.members)});
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    if (a.questions.size() != b.questions.size()) return a.questions.size() > b.questions.size();
    return a.questions.front() > b.questions.front();
  });
  return groups;
}

}  // namespace deskbell
