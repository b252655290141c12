#include "server/mail/transcripts.h"

#include <algorithm>
#include <map>

#include "core/answer/template.h"
#include "core/desk/office_hours.h"
#include "core/event/json_fields.h"
#include "core/event/robot_fields.h"
#include "core/fold/robot_kinds.h"
#include "core/store/database.h"
#include "core/view/views.h"
#include "server/hub/hub.h"

namespace deskbell {
namespace {

constexpr std::string_view kReaderPragmas = "PRAGMA busy_timeout = 5000;";
constexpr const char* kMailKey = "mail";
constexpr const char* kOn = "on";
constexpr const char* kOff = "off";

Result<std::vector<WaitingTranscript>> waiting_in(const std::string& database) {
  try {
    return TranscriptReader(database).waiting();
  } catch (const StoreError& error) {
    return error.error();
  }
}

/// Who a site's robot is, and whom it answers in a conversation.
struct Robot {
  std::string name;
  std::string customer;
  std::string conversation;
  Views views;
};

Robot robot_of(Database& database, const std::string& conversation, const std::string& site_name) {
  std::string customer =
      database.text("SELECT customer FROM conversation WHERE id = ?", conversation).value_or("");
  const Views views(database, {ActorKind::customer, customer});
  std::string name = robot_policy(views.site().robot).name;
  // Never a person's, nor the team's.
  return {name.empty() ? site_name : std::move(name), std::move(customer), conversation, views};
}

/// An answer of the robot's, or what it said when nobody was there; the newest line comes first, so
/// what was chosen stands after it.
void append_step(const Query& row, const Robot& robot, std::vector<TranscriptLine>& lines) {
  const nlohmann::json answers = rich_json(row.text(3));
  if (!answers.is_array() || answers.empty()) return;
  const auto& answer = answers.front();
  if (answer.value("text", "").empty()) return;
  const auto values = robot.views.values_for(robot.customer, robot.conversation, row.integer(5));
  lines.push_back({false,
                   robot.name,
                   row.integer(2),
                   fill_template(answer.value("text", ""), values).text,
                   {}});
  if (row.integer(6) == static_cast<int>(RobotKind::chosen))
    lines.push_back({true, "", row.integer(2), answer.value("title", ""), {}});
}

}  // namespace

TranscriptReader::TranscriptReader(const std::string& database)
    : database_(database, {.read_only = true, .pragmas = kReaderPragmas}) {}

std::vector<WaitingTranscript> TranscriptReader::waiting() {
  // By the index of that very condition (server/store/hub_schema.cpp).
  static constexpr std::string_view kWaiting = R"sql(
    SELECT request, conversation, email, language FROM transcript
    WHERE sent = 0 AND reason = '' ORDER BY position)sql";
  std::vector<WaitingTranscript> waiting;
  for (Query row = database_.query(kWaiting); row.next();)
    waiting.push_back({std::string(row.text(0)), std::string(row.text(1)), std::string(row.text(2)),
                       std::string(row.text(3))});
  return waiting;
}

Transcript TranscriptReader::read(const WaitingTranscript& wish, const std::string& site_name) {
  static constexpr std::string_view kSetting = "SELECT value FROM site_setting WHERE name = ?";
  // No notes: they are the team's. Of the robot, what it said in the site's words.
  static constexpr std::string_view kLines = R"sql(
    SELECT m.author_kind, coalesce(a.name, ''), m.at, m.text, m.attachments, m.position, NULL
    FROM message AS m LEFT JOIN agent AS a ON m.author_kind = 1 AND a.id = m.author
    WHERE m.conversation = ?1 AND m.note = 0
      AND m.position < (SELECT position FROM transcript WHERE request = ?2)
    UNION ALL
    SELECT 2, '', s.at, s.answers, '', s.position, s.kind
    FROM robot_step AS s
    WHERE s.conversation = ?1 AND (s.kind IN (0, 4) OR s.kind = 5 AND s.answers <> '')
      AND s.position < (SELECT position FROM transcript WHERE request = ?2)
    ORDER BY 6 DESC)sql";
  Transcript transcript{wish.request, wish.email, wish.language, {}, {}, {}, false};
  transcript.site = database_.text(kSetting, "name").value_or("");
  if (transcript.site.empty()) transcript.site = site_name;
  if (const auto hours = database_.text(kSetting, "hours"))
    if (const auto parsed = parse_office_hours(*hours); parsed.ok()) transcript.zone = parsed->zone;
  const Robot robot = robot_of(database_, wish.conversation, transcript.site);
  std::size_t bytes = 0;
  for (Query row = database_.query(kLines, wish.conversation, wish.request); row.next();) {
    bytes += row.text(3).size();
    if (transcript.lines.size() == kMaxTranscriptMessages || bytes > kMaxTranscriptBytes) {
      transcript.shortened = true;
      break;
    }
    if (!row.is_null(6)) {
      append_step(row, robot, transcript.lines);
      continue;
    }
    transcript.lines.push_back({row.integer(0) == static_cast<int>(ActorKind::customer),
                                std::string(row.text(1)), row.integer(2), std::string(row.text(3)),
                                parse_attachments(row.text(4))});
  }
  std::reverse(transcript.lines.begin(), transcript.lines.end());
  return transcript;
}

Result<void> announce_mail(Site& site, bool can_send, Millis now) {
  auto known = site.store->own_hashes();
  if (!known) return known.error();
  const auto said = known->find(kMailKey);
  if (!can_send && said == known->end()) return {};  // nobody was ever told that it could be had
  std::vector<OwnEvent> events;
  if (const char* hash = can_send ? kOn : kOff; said == known->end() || said->second != hash) {
    SiteUpdated update;
    update.mail = can_send;
    events.push_back({kMailKey, hash, std::move(update)});
  }
  if (!can_send) {
    const auto waiting = waiting_in(site.database);
    if (!waiting) return waiting.error();
    for (const WaitingTranscript& wish : *waiting)
      events.push_back(
          {"transcript", "",
           TranscriptFailed{wish.request, std::string(error_name(ErrorCode::mail_off))},
           wish.conversation});
  }
  if (events.empty()) return {};
  if (auto placed = site.store->place_own(events, now); !placed) return placed.error();
  return {};
}

}  // namespace deskbell
