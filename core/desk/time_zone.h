#pragma once

#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"

namespace deskbell {

/// A place's clock, as the rule that POSIX writes into `TZ`: "CET-1CEST,M3.5.0,M10.5.0/3",
/// "<-03>3". A rule instead of a name such as Europe/Berlin, because a device has no table of the
/// world's zones that it could trust to be as new as the hub's.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;

  /// `invalid_event` for what is no such rule. Knows the M form of days (month.week.weekday) only.
  static Result<TimeZone> parse(std::string_view rule);

  /// What the clock there shows, as milliseconds since 1970-01-01 00:00 of that place.
  Millis to_local(Millis utc) const { return utc + offset_at(utc); }
  /// The moment at which the clock shows this. What it shows twice means the second time; what it
  /// passes over means as much later.
  Millis to_utc(Millis local) const;

 private:
  /// "The last Sunday of March at 02:00", by the clock before the change.
  struct Change {
    unsigned month = 1;    ///< 1 to 12
    unsigned week = 1;     ///< 1 to 5; 5 is the last
    unsigned weekday = 0;  ///< 0 is Sunday
    Millis time = 0;       ///< after midnight; may be negative
    Millis in_year(int year) const;
  };

  Millis offset_at(Millis utc) const;

  Millis standard_ = 0;  ///< to be added to UTC
  Millis summer_ = 0;
  std::optional<Change> begins_, ends_;  ///< of summer time; both or none
};

}  // namespace deskbell
