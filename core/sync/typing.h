#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/event/event.h"
#include "core/sync/wire.h"

namespace deskbell {

class Replica;

/// Who is writing in which conversation just now, and what of it the hub is to be told. It travels
/// beside the log: it is never stored, and over by itself. A value, as the link that it is part of.
class Typing {
 public:
  /// Whoever goes on writing says so again after this.
  static constexpr Millis kTellAgainMs = 3'000;
  /// So long after it was said last, nobody is taken to be writing any more.
  static constexpr Millis kHeardMs = 7'000;
  /// More than these at once are not kept: the first ones are over soon.
  static constexpr std::size_t kMaxHeard = 100;

  /// The owner of this device is writing. Not said any more if it cannot be said soon.
  void note_own(std::string conversation, Millis now);
  /// The conversation that the hub is to be told of now, once.
  std::optional<std::string> take_due(Millis now);

  /// The hub said so. `place`: how far the history was known then.
  void hear(const TypingNotice& notice, Seq place, Millis now);
  /// Those whose message has come in since are not writing it any more.
  void forget_who_wrote(Replica& replica);
  void forget_all();
  /// Ends what is over. Called before the two below.
  void expire(Millis now);
  /// When the next of them is over.
  std::optional<Millis> ends_at() const;
  /// The conversations in which somebody began or ended since the last call.
  std::set<std::string> take_changed() { return std::exchange(changed_, {}); }

  /// Who is writing there, in the order in which they began.
  std::vector<Actor> in(std::string_view conversation) const;

  /// The clock was set back by so much.
  void shift(Millis by);

 private:
  struct Heard {
    TypingNotice notice;
    Seq place = 0;
    Millis ends_at = 0;
  };
  template <class Over>
  void end_where(Over over);

  std::vector<Heard> heard_;
  std::set<std::string> changed_;
  std::string own_;
  Millis own_at_ = 0;
  std::string told_;
  Millis told_at_ = 0;
};

}  // namespace deskbell
