#pragma once

#include <string>
#include <vector>

#include "core/answer/robot.h"
#include "core/base/time.h"
#include "core/event/payload.h"

namespace deskbell {

class Database;

/// What the finder of the customer's device makes of his message, and the language that he reads.
/// A device without a finder has none, and its robot keeps silent: people see to the message.
struct FinderSays {
  Heard heard;
  std::string language;
};

/// What the robot does about a message that has just been folded, to be written behind it in the
/// same transaction: so it happens once, on the device that wrote the message, and on no other.
std::vector<Payload> robot_turn(Database& database, const std::string& conversation,
                                const std::string& message, const FinderSays& says, Millis now);

/// The same when the customer took one of the answers offered, or filled in what was asked for:
/// what is still not known of him is asked.
Payload robot_choice(Database& database, const std::string& conversation,
                     const AnswerChosen& chosen, Millis now);

/// The same when the customer said whether an answer helped: one that did not leads to people.
std::vector<Payload> robot_turn_after_rating(Database& database, const std::string& conversation,
                                             const AnswerRated& rated, Millis now);

/// The hand-over to people, which says whether any are there: decided here, once, for everybody.
ConversationHandedOver robot_hand_over(Database& database, HandOverReason reason,
                                       std::string message, Millis now);

}  // namespace deskbell
