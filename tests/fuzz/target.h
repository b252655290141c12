#pragma once

#include <string>
#include <string_view>
#include <vector>

// What the fuzzers run. A target takes any bytes and holds one part of Deskbell to its promises;
// libFuzzer looks for bytes that break one (fuzzer.cpp), and the ordinary test run feeds every file
// of the corpus to it (corpus_test.cpp), so that what was found stays found.

namespace deskbell::fuzz {

/// A promise did not hold. No std::exception, so that nothing under test can catch it.
struct Broken {
  std::string promise;
};

inline void require(bool kept, const char* promise) {
  if (!kept) throw Broken{promise};
}

/// The steps of an input: what stands between lines of "---".
inline std::vector<std::string_view> steps_of(std::string_view input) {
  static constexpr std::string_view kSeparator = "\n---\n";
  std::vector<std::string_view> steps;
  for (;;) {
    const std::size_t end = input.find(kSeparator);
    steps.push_back(input.substr(0, end));
    if (end == std::string_view::npos) return steps;
    input.remove_prefix(end + kSeparator.size());
  }
}

/// Takes what stands before the separator, and the separator, off the text.
inline std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

/// The digits at the text's beginning as a number below `bound`; 0 for none.
inline std::size_t number_below(std::size_t bound, std::string_view text) {
  std::size_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') break;
    number = (number * 10 + static_cast<std::size_t>(c - '0')) % (std::size_t{1} << 48);
  }
  return number % bound;
}

using Target = void(std::string_view input);

Target try_device;
Target try_event;
Target try_gate;
Target try_page_file;
Target try_page_record;
Target try_push;
Target try_search;
Target try_sse;
Target try_store;
Target try_template;
Target try_token;
Target try_wire;

}  // namespace deskbell::fuzz
