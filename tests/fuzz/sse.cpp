#include <vector>

#include "core/sync/sse_parser.h"
#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

/// What a stream said.
struct Heard {
  std::vector<std::pair<std::string, std::string>> events;
  bool usable = true;
  bool operator==(const Heard&) const = default;
};

/// Feeds the bytes in pieces of the sizes that `next_size` gives.
template <class F>
Heard feed_in_pieces(std::string_view bytes, F&& next_size) {
  Heard heard;
  SseParser parser;
  while (heard.usable && !bytes.empty()) {
    const std::string_view piece = bytes.substr(0, next_size());
    bytes.remove_prefix(piece.size());
    // A driver keeps copies of the parser and goes on with one of them.
    SseParser copy = parser;
    heard.usable = copy.feed(
        piece, [&](const SseEvent& event) { heard.events.emplace_back(event.name, event.data); });
    parser = std::move(copy);
  }
  return heard;
}

}  // namespace

// However a stream is cut, it says the same.
void try_sse(std::string_view input) {
  const Heard whole = feed_in_pieces(input, [&] { return input.size(); });
  require(whole == feed_in_pieces(input, [] { return std::size_t{1}; }),
          "byte for byte, a stream says what it says at once");
  std::size_t state = input.size();
  const auto some = [&] { return 1 + (state = state * 6364136223846793005u + 1442695u) % 37; };
  require(whole == feed_in_pieces(input, some), "cut anywhere, a stream says the same");
  for (const auto& [name, data] : whole.events) {
    require(!name.empty(), "every event has a name");
    require(name.find_first_of("\r\n") == std::string::npos, "a name is one line");
    require(data.find('\r') == std::string::npos, "lines of data are joined by LF");
  }
}

}  // namespace deskbell::fuzz
