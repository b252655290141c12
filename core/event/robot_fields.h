#pragma once

#include <string>

#include "core/answer/robot.h"
#include "core/event/payload.h"

namespace deskbell {

class JsonFields;

/// So many things the robot asks for at once, at most.
inline constexpr std::size_t kMaxAskedFields = 8;

/// `robot` of a site: `{"works"?: "always"|"closed"|"never", "name"?, "greeting"?, "away"?,
/// "wrong_in_100"?: 1 to 50, "misses"?: 1 to 5, "handover_words"?: [up to 64 texts]}`, read into
/// canonical JSON text as core/event/rich_fields.h says.
std::string read_robot(JsonFields& fields);

/// A policy out of such text; one that never works for an empty or unreadable one.
RobotPolicy robot_policy(const std::string& text);

// The robot's steps on the wire; what is wrong is said to `fields`.
Payload read_robot_answered(JsonFields& fields);
Payload read_robot_offered(JsonFields& fields);
Payload read_robot_asked(JsonFields& fields);
Payload read_robot_missed(JsonFields& fields);
Payload read_answer_chosen(JsonFields& fields);
Payload read_answer_rated(JsonFields& fields);
Payload read_handed_over(JsonFields& fields);

}  // namespace deskbell
