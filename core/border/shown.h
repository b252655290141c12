#pragma once

#include <string_view>

#include "core/border/call.h"

namespace deskbell {

// What screens show: the commands that only read (border.h says what each takes and answers).

/// "stopped", "offline", …
std::string_view to_string(Connection connection);

Result<nlohmann::json> panel(const Call& c);
Result<nlohmann::json> transcript(const Call& c);
Result<nlohmann::json> read_answer(const Call& c);
Result<nlohmann::json> find_answers(const Call& c);

}  // namespace deskbell
