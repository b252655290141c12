#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

namespace deskbell::cli {

/// Lines from a pipe or a file, of any bytes and of bounded length.
class LineInput {
 public:
  /// More than any message; what is longer is no command.
  static constexpr std::size_t kMaxLineBytes = 64 * 1024;

  struct Line {
    std::string text;       ///< Without its end.
    bool too_long = false;  ///< It was longer; the rest of it has been passed over.
  };

  explicit LineInput(int descriptor) : descriptor_(descriptor) {}

  /// The next line; nothing at the end of the input.
  std::optional<Line> next();

 private:
  bool fill();

  int descriptor_;
  std::array<char, 4096> buffer_ = {};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace deskbell::cli
