#include "core/sync/sse_parser.h"

#include <utility>

namespace deskbell {

bool SseParser::feed(std::string_view bytes, const std::function<void(SseEvent)>& on_event) {
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  for (const char c : bytes) {
    const bool newline_of_pair = skip_newline_ && c == '\n';
    skip_newline_ = false;
    if (newline_of_pair) continue;
    if (c != '\n' && c != '\r') {
      if (line_.size() >= kMaxEventBytes) return false;
      line_ += c;
      continue;
    }
    skip_newline_ = c == '\r';
    std::string_view line = line_;
    if (std::exchange(at_start_, false) && line.starts_with(kByteOrderMark)) line.remove_prefix(3);
    if (!take_line(line, on_event)) return false;
    line_.clear();
  }
  return true;
}

bool SseParser::take_line(std::string_view line, const std::function<void(SseEvent)>& on_event) {
  if (line.empty()) {
    SseEvent event = std::exchange(event_, {});
    if (event.name.empty()) event.name = "message";
    if (std::exchange(has_data_, false)) on_event(std::move(event));
    return true;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? "" : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    event_.name = value;
  } else if (field == "data") {
    if (event_.data.size() + value.size() > kMaxEventBytes) return false;
    if (has_data_) event_.data += '\n';
    has_data_ = true;
    event_.data += value;
  }
  return true;  // comments, ids, retry and unknown fields say nothing to us
}

}  // namespace deskbell
