#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

/// Something that is wrong with a store.
struct Finding {
  std::string code;      ///< For programs: "seq_gap".
  std::string sentence;  ///< For people: what is wrong, in plain words.

  bool operator==(const Finding&) const = default;
};

/// Collects what a check finds: of each kind a few examples, and how many more there are.
class Findings {
 public:
  /// Examples of one kind that are told.
  static constexpr std::size_t kExamples = 5;

  void add(std::string_view code, std::string sentence);

  /// All that was added, with a line "and N more" behind the examples of a kind.
  std::vector<Finding> take();

 private:
  std::vector<Finding> examples_;
  std::map<std::string, std::size_t, std::less<>> counts_;
};

}  // namespace deskbell
