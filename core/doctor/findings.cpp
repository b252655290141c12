#include "core/doctor/findings.h"

#include <utility>

namespace deskbell {

void Findings::add(std::string_view code, std::string sentence) {
  auto count = counts_.find(code);
  if (count == counts_.end()) count = counts_.emplace(code, 0).first;
  if (++count->second <= kExamples) examples_.push_back({std::string(code), std::move(sentence)});
}

std::vector<Finding> Findings::take() {
  for (const auto& [code, count] : counts_)
    if (count > kExamples)
      examples_.push_back({code, "And " + std::to_string(count - kExamples) +
                                     " more of the kind \"" + code + "\"."});
  counts_.clear();
  return std::exchange(examples_, {});
}

}  // namespace deskbell
