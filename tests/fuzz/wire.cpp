#include "core/sync/wire.h"

#include "tests/fuzz/target.h"

namespace deskbell::fuzz {
namespace {

/// A body that is read is written and read again without a change.
template <class Decode, class Encode>
auto round_trip(std::string_view input, Decode&& decode, Encode&& encode) {
  auto body = decode(input);
  if (!body) return body;
  const std::string written = encode(*body);
  const auto again = decode(written);
  require(static_cast<bool>(again), "what is written can be read");
  require(encode(*again) == written, "a body reads back as it was written");
  return body;
}

void check_page(const Page& page) {
  require(page.since.epoch == page.cursor.epoch, "a page lies in one history");
  require(page.since.seq <= page.cursor.seq, "a page does not end before it starts");
  Seq last = page.since.seq;
  for (const PlacedEvent& placed : page.events) {
    require(placed.seq > last && placed.seq <= page.cursor.seq, "events stand in order, inside");
    require(placed.body.size() <= kMaxEventBytes, "an event keeps its limit");
    last = placed.seq;
  }
}

}  // namespace

// Every body that a device or a hub reads off the wire.
void try_wire(std::string_view input) {
  if (const auto page = round_trip(input, decode_page, encode_page)) check_page(*page);
  (void)round_trip(input, decode_push_answer, encode_push_answer);
  (void)round_trip(input, decode_checkpoint, encode_checkpoint);
  (void)round_trip(input, decode_bye, encode_bye);
  (void)round_trip(input, decode_token_answer, encode_token_answer);
  (void)round_trip(input, decode_token_request, encode_token_request);
  (void)round_trip(input, decode_problem, encode_problem);
}

}  // namespace deskbell::fuzz
