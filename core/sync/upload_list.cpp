#include "core/sync/upload_list.h"

#include "core/event/attachment.h"
#include "core/store/database.h"

namespace deskbell {

void UploadList::add(const Event& event, bool offered) {
  const auto* message = std::get_if<MessagePosted>(&event.payload);
  if (!message) return;
  static constexpr std::string_view kAdd = R"sql(
    INSERT INTO upload (event, attachment, size, offered) VALUES (?, ?, ?, ?)
    ON CONFLICT DO NOTHING)sql";
  for (const Attachment& file : parse_attachments(message->attachments))
    database_.run(kAdd, event.id, file.id, file.size, offered ? 1 : 0);
}

void UploadList::forget(std::string_view event) {
  database_.run("DELETE FROM upload WHERE event = ?", event);
}

void UploadList::begin_anew(std::string_view event, std::string_view body) {
  if (const auto decoded = decode_event(body); decoded.ok()) add(*decoded, /*offered=*/true);
  database_.run("UPDATE upload SET sent = 0, ready = 0 WHERE event = ?", event);
}

void UploadList::begin_all_anew() {
  database_.run("UPDATE upload SET sent = 0, ready = 0, failures = 0");
}

bool UploadList::was_never_offered(std::string_view event) {
  return database_.integer("SELECT 1 FROM upload WHERE event = ? AND NOT offered", event)
      .has_value();
}

bool UploadList::any_waits() {
  return database_.integer("SELECT 1 FROM upload WHERE NOT ready LIMIT 1").has_value();
}

std::optional<UploadWork> UploadList::next() {
  static constexpr std::string_view kNext = R"sql(
    SELECT u.attachment, u.size, u.sent, o.body FROM upload AS u JOIN outbox AS o ON o.id = u.event
    WHERE NOT u.ready AND o.seq IS NULL AND o.code IS NULL
    ORDER BY u.failures, o.n, u.attachment LIMIT 1)sql";
  Query row = database_.query(kNext);
  if (!row.next()) return std::nullopt;
  UploadWork work{std::string(row.text(0)), row.integer(1), row.integer(2)};
  const auto event = decode_event(row.text(3));
  const auto* message = event.ok() ? std::get_if<MessagePosted>(&event->payload) : nullptr;
  for (Attachment& file : parse_attachments(message ? message->attachments : "")) {
    if (file.id != work.attachment) continue;
    work.name = std::move(file.name);
    work.type = std::move(file.type);
  }
  return work;
}

void UploadList::set_sent(std::string_view attachment, std::int64_t sent) {
  database_.run("UPDATE upload SET sent = ? WHERE attachment = ? AND NOT ready", sent, attachment);
}

void UploadList::finish(std::string_view attachment) {
  database_.run("UPDATE upload SET sent = size, ready = 1 WHERE attachment = ?", attachment);
  static constexpr std::string_view kOffer = R"sql(
    UPDATE upload SET offered = 1
    WHERE NOT offered AND event IN (SELECT event FROM upload WHERE attachment = ?)
      AND NOT EXISTS (SELECT 1 FROM upload AS other WHERE other.event = upload.event
                                                      AND NOT other.ready))sql";
  database_.run(kOffer, attachment);
}

void UploadList::put_off(std::string_view attachment) {
  database_.run("UPDATE upload SET failures = failures + 1 WHERE attachment = ?", attachment);
}

std::vector<UploadList::Use> UploadList::waiting_for(std::string_view attachment) {
  static constexpr std::string_view kUses = R"sql(
    SELECT o.id, o.conversation FROM upload AS u JOIN outbox AS o ON o.id = u.event
    WHERE u.attachment = ? AND NOT u.ready AND o.seq IS NULL AND o.code IS NULL)sql";
  std::vector<Use> uses;
  for (Query rows = database_.query(kUses, attachment); rows.next();)
    uses.push_back({std::string(rows.text(0)), std::string(rows.text(1))});
  return uses;
}

std::vector<std::string> UploadList::needed() {
  std::vector<std::string> ids;
  for (Query rows = database_.query("SELECT DISTINCT attachment FROM upload"); rows.next();)
    ids.emplace_back(rows.text(0));
  return ids;
}

}  // namespace deskbell
