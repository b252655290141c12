#pragma once

#include <optional>

#include "core/border/call.h"
#include "core/sync/robot_turn.h"
#include "core/view/views.h"

namespace deskbell {

// The robot's part of the border (border.h says what each command takes and answers).

/// `finder` of `message.post`; nothing when there is none.
std::optional<FinderSays> read_finder_says(JsonFields& fields);

nlohmann::json to_json(const RobotStepView& step);

Result<nlohmann::json> answers_named(const Call& c);
Result<nlohmann::json> choose_answer(const Call& c);
Result<nlohmann::json> rate_answer(const Call& c);
Result<nlohmann::json> hand_over(const Call& c);

}  // namespace deskbell
