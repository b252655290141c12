#include "core/sync/typing.h"

#include <algorithm>

#include "core/sync/replica.h"

namespace deskbell {
namespace {

// What could not be said within this is no news.
constexpr Millis kFreshMs = 1'000;

}  // namespace

void Typing::note_own(std::string conversation, Millis now) {
  own_ = std::move(conversation);
  own_at_ = now;
}

std::optional<std::string> Typing::take_due(Millis now) {
  if (own_.empty() || now - own_at_ > kFreshMs) return std::nullopt;
  if (own_ == told_ && now - told_at_ < kTellAgainMs) return std::nullopt;
  told_ = std::exchange(own_, {});
  told_at_ = now;
  return told_;
}

void Typing::hear(const TypingNotice& notice, Seq place, Millis now) {
  const auto known = std::find_if(heard_.begin(), heard_.end(),
                                  [&](const Heard& heard) { return heard.notice == notice; });
  if (known != heard_.end()) {
    known->place = place;
    known->ends_at = now + kHeardMs;
  } else if (heard_.size() < kMaxHeard) {
    heard_.push_back({notice, place, now + kHeardMs});
    changed_.insert(notice.conversation);
  }
}

template <class Over>
void Typing::end_where(Over over) {
  std::erase_if(heard_, [&](const Heard& heard) {
    if (!over(heard)) return false;
    changed_.insert(heard.notice.conversation);
    return true;
  });
}

void Typing::forget_who_wrote(Replica& replica) {
  end_where([&](const Heard& heard) {
    return replica.has_message_since(heard.place, heard.notice.conversation, heard.notice.actor);
  });
}

void Typing::forget_all() {
  end_where([](const Heard&) { return true; });
}

void Typing::expire(Millis now) {
  end_where([&](const Heard& heard) { return now >= heard.ends_at; });
}

std::optional<Millis> Typing::ends_at() const {
  std::optional<Millis> first;
  for (const Heard& heard : heard_) first = std::min(first.value_or(heard.ends_at), heard.ends_at);
  return first;
}

std::vector<Actor> Typing::in(std::string_view conversation) const {
  std::vector<Actor> actors;
  for (const Heard& heard : heard_)
    if (heard.notice.conversation == conversation) actors.push_back(heard.notice.actor);
  return actors;
}

void Typing::shift(Millis by) {
  for (Heard& heard : heard_) heard.ends_at += by;
  own_at_ += by;
  told_at_ += by;
}

}  // namespace deskbell
