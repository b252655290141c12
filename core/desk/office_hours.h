#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/desk/time_zone.h"

namespace deskbell {

/// When somebody is there to answer.
struct OfficeHours {
  /// Minutes after midnight, `to` not included; 1440 is the day's end.
  struct Span {
    int from = 0;
    int to = 0;
  };

  TimeZone zone;
  std::array<std::vector<Span>, 7> week;  ///< Monday first; of each day in order, apart.
  std::vector<std::int64_t> closed;       ///< Days since 1970 on which nobody is there.
};

/// Reads `{"zone": "CET-1CEST,…", "week": {"mon": ["09:00-12:30", "13:30-18:00"], …}, "closed":
/// ["2026-12-25"]}`. A day that is not named is a day off; without `zone` it is UTC. The error says
/// what is wrong (`invalid_event`, `invalid_json`).
Result<OfficeHours> parse_office_hours(std::string_view json);

/// Whether somebody is there, and when that changes.
struct DeskState {
  bool open = false;
  std::optional<Millis> changes_at;  ///< Nothing: not within half a year.
};

DeskState desk_state(const OfficeHours& hours, Millis now);

}  // namespace deskbell
