#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace deskbell {

/// One event of an event stream.
struct SseEvent {
  std::string name;  ///< "message" when the stream gives none
  std::string data;
};

/// Reads `text/event-stream` from bytes as they arrive, cut anywhere (WHATWG HTML, 9.2.6).
/// A value: copying it copies the half-read line.
class SseParser {
 public:
  /// Longest line or event that is kept; a longer one makes the stream unusable.
  static constexpr std::size_t kMaxEventBytes = 2 * 1024 * 1024;

  /// Calls `on_event` for each event that these bytes complete. False when the stream broke the
  /// size limit: close it.
  [[nodiscard]] bool feed(std::string_view bytes, const std::function<void(SseEvent)>& on_event);

 private:
  bool take_line(std::string_view line, const std::function<void(SseEvent)>& on_event);

  std::string line_;
  SseEvent event_;
  bool has_data_ = false;
  bool skip_newline_ = false;  // after a CR, an LF belongs to it
  bool at_start_ = true;       // a byte order mark may stand here
};

}  // namespace deskbell
