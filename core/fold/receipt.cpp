#include <algorithm>

#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

// Nobody can have seen what was placed after his receipt.
Seq believable(const FoldContext& c, Seq up_to) {
  return c.place.seq > 0 ? std::min(up_to, c.place.seq) : up_to;
}

// Watermarks only rise, and what was read was delivered.
void raise(const FoldContext& c, Seq delivered, Seq read) {
  static constexpr std::string_view kRaise = R"sql(
    INSERT INTO receipt (conversation, reader_kind, reader, delivered, read)
    VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO UPDATE SET delivered = max(delivered, ?4), read = max(read, ?5))sql";
  c.database.run(kRaise, c.event.conversation, static_cast<int>(c.event.author.kind),
                 c.event.author.id, delivered, read);
}

}  // namespace

void fold(const FoldContext& c, const ReceiptDelivered& receipt) {
  raise(c, believable(c, receipt.up_to), 0);
}

void fold(const FoldContext& c, const ReceiptRead& receipt) {
  const Seq up_to = believable(c, receipt.up_to);
  raise(c, up_to, up_to);
}

}  // namespace deskbell
