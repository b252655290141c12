#include "core/fold/fold.h"

#include <string>

#include "core/fold/aggregates.h"
#include "core/store/database.h"
#include "core/store/schema.h"

namespace deskbell {

void fold_event(Database& database, const Event& event, const FoldPlace& place) {
  const FoldContext context{database, event, place};
  std::visit([&](const auto& payload) { fold(context, payload); }, event.payload);
}

void rebuild_from_log(Database& database) {
  for (const FoldTable& table : fold_tables())
    database.execute("DELETE FROM " + std::string(table.name));
  for (Query rows = database.query("SELECT seq, body FROM event ORDER BY seq"); rows.next();) {
    const Seq seq = rows.integer(0);
    // An event that this version cannot read was folded by nobody here before, either.
    if (const auto event = decode_event(rows.text(1)); event.ok())
      fold_event(database, *event, {seq, seq});
  }
}

}  // namespace deskbell
