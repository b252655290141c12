#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace deskbell::cli {

/// Shows on the error output how far something large has come: at a terminal a bar that fills,
/// otherwise a line for each step as it begins. What is done at once shows nothing at a terminal.
class Progress {
 public:
  Progress();
  /// Takes the bar off the screen.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::string_view step, std::int64_t done, std::int64_t total);

 private:
  void draw(std::int64_t done, std::int64_t total);

  bool terminal_;
  bool drawn_ = false;
  std::string step_;
  std::int64_t began_ms_ = 0;
  std::int64_t drawn_ms_ = 0;
};

}  // namespace deskbell::cli
