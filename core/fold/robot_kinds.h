#pragma once

#include <cstdint>
#include <string_view>

namespace deskbell {

/// What the robot did. The numbers stand in the store.
enum class RobotKind : std::uint8_t {
  answered = 0,
  offered = 1,
  asked = 2,
  missed = 3,
  chosen = 4,  ///< the customer chose an answer, and was given it
  handed_over = 5,
};

}  // namespace deskbell
