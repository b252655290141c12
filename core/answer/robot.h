#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace deskbell {

/// When the robot answers.
enum class RobotHours : std::uint8_t {
  always,
  closed,  ///< Only while nobody is at the desk.
  never,
};

/// A site's rules for its robot; data that its owner writes (core/event/robot_fields.h).
struct RobotPolicy {
  RobotHours works = RobotHours::never;
  std::string name;  ///< What it is called; it never goes as a person. Empty: as the widget says.
  std::string greeting;  ///< What it says before anybody has asked.
  std::string away;      ///< What it says when it hands over while nobody is there.
  int wrong_in_100 = 5;  ///< Of a hundred answers, so many may be wrong at most.
  int misses = 2;        ///< So many times in a row it may not know; then people see to it.
  std::vector<std::string> handover_words;  ///< What people see to at once.
};

/// Why a conversation was handed to people.
enum class HandOverReason : std::uint8_t {
  requested,  ///< The customer asked for somebody.
  complaint,  ///< A complaint or strong words.
  keyword,    ///< The site's own words.
  missed,     ///< The robot did not know, time and again.
  unhelpful,  ///< Its answer did not help.
};

/// "requested", "complaint", …
std::string_view to_string(HandOverReason reason);
std::optional<HandOverReason> hand_over_reason_from(std::string_view name);

/// An answer of the book that a message may ask for.
struct HeardAnswer {
  std::string answer;
  int confidence = 0;  ///< in thousandths
  /// What the answer's text names and nobody knows yet of this customer.
  std::vector<std::string> missing = {};
};

/// What was heard in a customer's message. Answers that are not in the book any more, or not valid
/// now, are left out before.
struct Heard {
  std::vector<HeardAnswer> found;  ///< best first
  std::optional<HandOverReason> wish;
  int answer_at = 500;  ///< thousandths, from which on it answers
  int offer_at = 250;   ///< and from which on it offers a choice
  /// The answer that the customer himself took from those suggested; empty for none.
  std::string chosen = {};
};

/// What the robot knows of a conversation, since it began or was last resolved.
struct RobotMemory {
  bool with_people = false;                      ///< Handed over, or a person has answered.
  std::string last_answer;  ///< The answer it gave or asked for last; empty for none.
  std::set<std::string, std::less<>> unhelpful;  ///< Answers that did not help.
  int misses = 0;                                ///< in a row, up to now
};

/// What the robot does about a message: exactly one thing, or nothing.
struct RobotMove {
  enum class Kind : std::uint8_t { answer, offer, ask, miss, hand_over };
  Kind kind;
  std::vector<std::string> answers = {};  ///< one to answer or to ask for, up to three to offer
  std::vector<std::string> fields = {};   ///< to ask for
  HandOverReason reason = HandOverReason::requested;
};

inline constexpr std::size_t kMostOffered = 3;

/// The robot's manners, a pure function. Whoever wants a person gets one; what did not help is not
/// said again, nor anything twice in a row; who is not understood time and again is handed over.
std::optional<RobotMove> robot_move(const RobotPolicy& policy, const RobotMemory& memory,
                                    const Heard& heard, bool desk_open);

}  // namespace deskbell
