#include "server/answer_misses.h"

#include <algorithm>

#include "core/fold/robot_kinds.h"
#include "core/store/database.h"
#include "core/store/schema.h"

namespace deskbell {
namespace {

// A step is about a message, or about the step before it (a choice).
constexpr std::string_view kMissed = R"sql(
  SELECT coalesce(m.text, n.text), s.kind, coalesce(m.at, n.at)
  FROM robot_step AS s
  LEFT JOIN message AS m ON m.id = s.message
  LEFT JOIN robot_step AS b ON b.id = s.message
  LEFT JOIN message AS n ON n.id = b.message
  WHERE coalesce(m.text, n.text) IS NOT NULL AND (
    s.kind = 3 OR s.helpful = 0 OR (s.kind = 5 AND s.detail = 'missed') OR
    (s.kind = 1 AND NOT EXISTS (SELECT 1 FROM robot_step AS c
                                WHERE c.conversation = s.conversation AND c.message = s.id
                                  AND c.kind IN (2, 4))))
  ORDER BY s.position DESC LIMIT ?)sql";

MissKind kind_of(RobotKind kind) {
  if (kind == RobotKind::offered) return MissKind::offered;
  return kind == RobotKind::missed || kind == RobotKind::handed_over ? MissKind::unknown
                                                                     : MissKind::unhelpful;
}

}  // namespace

Result<std::vector<MissedQuestion>> missed_questions(const std::string& path) {
  try {
    Database database(path, {.read_only = true, .pragmas = "PRAGMA busy_timeout = 5000;"});
    std::vector<MissedQuestion> missed;
    // A store of before the robot knows of none.
    if (!database.integer("SELECT 1 FROM sqlite_schema WHERE name = 'robot_step'")) return missed;
    for (Query row = database.query(kMissed, kMostMisses); row.next();)
      missed.push_back({std::string(row.text(0)), kind_of(static_cast<RobotKind>(row.integer(1))),
                        row.integer(2)});
    std::reverse(missed.begin(), missed.end());
    return missed;
  } catch (const StoreError& error) {
    return error.error();
  }
}

}  // namespace deskbell
