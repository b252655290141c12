#include "core/fold/aggregates.h"
#include "core/store/database.h"

namespace deskbell {
namespace {

/// The first end of a request counts.
void end(const FoldContext& c, const std::string& request, bool sent, std::string_view reason) {
  static constexpr std::string_view kEnd = R"sql(
    UPDATE transcript SET sent = ?, reason = ?
    WHERE request = ? AND conversation = ? AND sent = 0 AND reason = '')sql";
  c.database.run(kEnd, sent, reason, request, c.event.conversation);
}

}  // namespace

void fold(const FoldContext& c, const TranscriptRequested& request) {
  static constexpr std::string_view kInsert = R"sql(
    INSERT INTO transcript (request, conversation, position, email, language)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING)sql";
  c.database.run(kInsert, c.event.id, c.event.conversation, c.place.position, request.email,
                 request.language);
}

void fold(const FoldContext& c, const TranscriptSent& sent) {
  end(c, sent.request, true, "");
}

void fold(const FoldContext& c, const TranscriptFailed& failed) {
  end(c, failed.request, false, failed.reason.empty() ? "mail_failed" : failed.reason);
}

}  // namespace deskbell
