#include "core/desk/office_hours.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "core/event/json_fields.h"

namespace deskbell {
namespace {

using nlohmann::json;

constexpr Millis kMinute = 60'000;
constexpr Millis kDay = 24 * 60 * kMinute;
constexpr int kMinutesADay = 24 * 60;
constexpr std::int64_t kHorizonDays = 183;
constexpr std::size_t kMaxSpansADay = 12;
constexpr std::size_t kMaxClosedDays = 200;
constexpr std::size_t kMaxZoneBytes = 64;

constexpr std::array<const char*, 7> kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

Error wrong(const std::string& what) {
  return {ErrorCode::invalid_event, "hours." + what};
}

/// Two digits, or -1.
int two_digits(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return digit(text[0]) && digit(text[1]) ? (text[0] - '0') * 10 + (text[1] - '0') : -1;
}

/// "09:30" as minutes, or -1.
int minutes_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return -1;
  const int hours = two_digits(text), minutes = two_digits(text.substr(3));
  if (hours < 0 || minutes < 0 || minutes > 59) return -1;
  const int total = hours * 60 + minutes;
  return total > kMinutesADay ? -1 : total;
}

Result<std::vector<OfficeHours::Span>> read_day(const json& list, const std::string& day) {
  std::vector<OfficeHours::Span> spans;
  if (!list.is_array() || list.size() > kMaxSpansADay)
    return wrong("week." + day + " must be an array of times such as \"09:00-17:30\"");
  for (const json& entry : list) {
    const std::string text = entry.is_string() ? entry.get<std::string>() : "";
    const bool form = text.size() == 11 && text[5] == '-';
    const int from = form ? minutes_of(std::string_view(text).substr(0, 5)) : -1;
    const int to = form ? minutes_of(std::string_view(text).substr(6)) : -1;
    if (from < 0 || to <= from || (!spans.empty() && from < spans.back().to))
      return wrong("week." + day + " must hold times in order such as \"09:00-17:30\", not \"" +
                   text + "\"");
    spans.push_back({from, to});
  }
  return spans;
}

/// "2026-12-25" as days since 1970.
std::optional<std::int64_t> day_of(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int century = two_digits(text), year = two_digits(text.substr(2));
  const int month = two_digits(text.substr(5)), day = two_digits(text.substr(8));
  if (century < 0 || year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(century * 100 + year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::int64_t floor_days(Millis local) {
  return local / kDay - (local % kDay < 0 ? 1 : 0);
}

/// 1970-01-01 was a Thursday; Monday is 0.
std::size_t weekday_of(std::int64_t day) {
  return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7);
}

}  // namespace

Result<OfficeHours> parse_office_hours(std::string_view text) {
  const auto parsed = parse_json(text);
  if (!parsed) return parsed.error();
  JsonFields fields(*parsed, "hours", ErrorCode::invalid_event);
  OfficeHours hours;
  const std::string rule = fields.text("zone", kMaxZoneBytes, "");
  if (!fields.ok()) return fields.error();
  if (!rule.empty()) {
    auto zone = TimeZone::parse(rule);
    if (!zone) return wrong(zone.error().message);
    hours.zone = *zone;
  }
  const json* week = fields.find("week");
  if (!week || !week->is_object()) return wrong("week must be an object of days");
  for (std::size_t i = 0; i < kWeekdays.size(); ++i) {
    const auto day = week->find(kWeekdays[i]);
    if (day == week->end()) continue;
    auto spans = read_day(*day, kWeekdays[i]);
    if (!spans) return spans.error();
    hours.week[i] = std::move(*spans);
  }
  if (const json* closed = fields.find("closed")) {
    if (!closed->is_array() || closed->size() > kMaxClosedDays)
      return wrong("closed must be an array of at most 200 dates");
    for (const json& entry : *closed) {
      const auto day = day_of(entry.is_string() ? entry.get<std::string>() : "");
      if (!day) return wrong("closed must hold dates such as \"2026-12-25\"");
      hours.closed.push_back(*day);
    }
  }
  return hours;
}

DeskState desk_state(const OfficeHours& hours, Millis now) {
  const std::int64_t today = floor_days(hours.zone.to_local(now));
  std::optional<Millis> open_until;
  // From yesterday on, whose last span may end in this night by another clock.
  for (std::int64_t day = today - 1; day <= today + kHorizonDays; ++day) {
    if (std::find(hours.closed.begin(), hours.closed.end(), day) != hours.closed.end()) continue;
    for (const OfficeHours::Span& span : hours.week[weekday_of(day)]) {
      const Millis from = hours.zone.to_utc(day * kDay + span.from * kMinute);
      const Millis to = hours.zone.to_utc(day * kDay + span.to * kMinute);
      if (to <= now) continue;
      if (open_until) {
        if (from > *open_until) return {true, open_until};
        open_until = to;
      } else if (from <= now) {
        open_until = to;
      } else {
        return {false, from};
      }
    }
  }
  // Open all the time as far as one can see, or never.
  const bool for_long = open_until && *open_until > now + (kHorizonDays - 1) * kDay;
  return {open_until.has_value(), for_long ? std::nullopt : open_until};
}

}  // namespace deskbell
