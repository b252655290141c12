#include "core/answer/robot.h"

#include <algorithm>
#include <array>

namespace deskbell {
namespace {

constexpr std::array<std::string_view, 5> kReasons = {"requested", "complaint", "keyword", "missed",
                                                      "unhelpful"};
/// Beside the likeliest answer only what is this much as likely is worth offering.
constexpr int kOfferedShare = 8;

RobotMove hand_over(HandOverReason reason) {
  return {RobotMove::Kind::hand_over, {}, {}, reason};
}

/// What may be said: not what was said just now, nor what did not help, unless it is wanted again.
std::vector<HeardAnswer> sayable(const RobotMemory& memory, const Heard& heard) {
  std::vector<HeardAnswer> left;
  for (const HeardAnswer& one : heard.found)
    if (one.answer == heard.chosen ||
        (one.answer != memory.last_answer && !memory.unhelpful.contains(one.answer)))
      left.push_back(one);
  return left;
}

RobotMove say(const HeardAnswer& best) {
  if (best.missing.empty()) return {RobotMove::Kind::answer, {best.answer}};
  return {RobotMove::Kind::ask, {best.answer}, best.missing};
}

}  // namespace

std::string_view to_string(HandOverReason reason) {
  return kReasons[static_cast<std::size_t>(reason)];
}

std::optional<HandOverReason> hand_over_reason_from(std::string_view name) {
  for (std::size_t i = 0; i < kReasons.size(); ++i)
    if (kReasons[i] == name) return static_cast<HandOverReason>(i);
  return std::nullopt;
}

std::optional<RobotMove> robot_move(const RobotPolicy& policy, const RobotMemory& memory,
                                    const Heard& heard, bool desk_open) {
  const bool at_work =
      policy.works == RobotHours::always || (policy.works == RobotHours::closed && !desk_open);
  if (!at_work || memory.with_people) return std::nullopt;
  if (heard.wish) return hand_over(*heard.wish);
  const std::vector<HeardAnswer> left = sayable(memory, heard);
  if (!left.empty() && left.front().confidence >= heard.answer_at) return say(left.front());
  if (!left.empty() && left.front().confidence >= heard.offer_at) {
    RobotMove offer{RobotMove::Kind::offer};
    for (const HeardAnswer& one : left)
      if (offer.answers.size() < kMostOffered &&
          one.confidence * kOfferedShare >= left.front().confidence)
        offer.answers.push_back(one.answer);
    return offer;
  }
  if (memory.misses + 1 >= policy.misses) return hand_over(HandOverReason::missed);
  return RobotMove{RobotMove::Kind::miss};
}

}  // namespace deskbell
