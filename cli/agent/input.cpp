#include "cli/agent/input.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace deskbell::cli {

bool LineInput::fill() {
  ssize_t count = 0;
  do count = ::read(descriptor_, buffer_.data(), buffer_.size());
  while (count < 0 && errno == EINTR);
  begin_ = 0;
  end_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  return end_ > 0;
}

std::optional<LineInput::Line> LineInput::next() {
  Line line;
  for (bool some = false;; some = true) {
    if (begin_ == end_ && !fill()) {
      if (!some) return std::nullopt;
      return line;
    }
    const char* first = buffer_.data() + begin_;
    const char* last = buffer_.data() + end_;
    const char* stop = std::find(first, last, '\n');
    const auto length = static_cast<std::size_t>(stop - first);
    if (line.text.size() + length > kMaxLineBytes)
      line.too_long = true;
    else if (!line.too_long)
      line.text.append(first, length);
    begin_ += length;
    if (stop == last) continue;
    ++begin_;
    if (line.text.ends_with('\r')) line.text.pop_back();
    return line;
  }
}

}  // namespace deskbell::cli
