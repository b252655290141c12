#include "core/desk/time_zone.h"

#include <chrono>

namespace deskbell {
namespace {

constexpr Millis kSecond = 1000;
constexpr Millis kMinute = 60 * kSecond;
constexpr Millis kHour = 60 * kMinute;
constexpr Millis kDay = 24 * kHour;
constexpr int kMaxOffsetHours = 24;
constexpr int kMaxChangeHours = 167;  // RFC 8536

int year_of(Millis local) {
  const auto days = std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(local)));
  return static_cast<int>(std::chrono::year_month_day(days).year());
}

/// Reads a rule from left to right; `ok` is false from the first thing on that is wrong.
class Reader {
 public:
  explicit Reader(std::string_view rule) : rest_(rule) {}

  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void want(char c) {
    if (!take(c)) ok_ = false;
  }

  /// "CET", "<-03>": three characters at least.
  void name() {
    const bool quoted = take('<');
    std::size_t size = 0;
    while (size < rest_.size() && is_in_name(rest_[size], quoted)) ++size;
    if (size < 3) ok_ = false;
    rest_.remove_prefix(size);
    if (quoted) want('>');
  }

  int number(int min, int max) {
    int value = 0;
    std::size_t size = 0;
    for (; size < rest_.size() && size < 4 && rest_[size] >= '0' && rest_[size] <= '9'; ++size)
      value = value * 10 + (rest_[size] - '0');
    rest_.remove_prefix(size);
    if (size == 0 || value < min || value > max) return ok_ = false, min;
    return value;
  }

  /// "2", "-1", "5:30", "03:00:00"
  Millis time(int max_hours) {
    const bool negative = take('-');
    if (!negative) take('+');
    Millis time = number(0, max_hours) * kHour;
    if (take(':')) time += number(0, 59) * kMinute;
    if (take(':')) time += number(0, 59) * kSecond;
    return negative ? -time : time;
  }

 private:
  static bool is_in_name(char c, bool quoted) {
    if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) return true;
    return quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-');
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

Result<TimeZone> TimeZone::parse(std::string_view rule) {
  TimeZone zone;
  Reader reader(rule);
  const auto change = [&reader] {
    Change day;
    reader.want(',');
    reader.want('M');
    day.month = static_cast<unsigned>(reader.number(1, 12));
    reader.want('.');
    day.week = static_cast<unsigned>(reader.number(1, 5));
    reader.want('.');
    day.weekday = static_cast<unsigned>(reader.number(0, 6));
    day.time = reader.take('/') ? reader.time(kMaxChangeHours) : 2 * kHour;
    return day;
  };
  reader.name();
  // POSIX counts westwards: "CET-1" is one hour ahead of UTC.
  zone.standard_ = -reader.time(kMaxOffsetHours);
  if (!reader.at_end()) {
    reader.name();
    zone.summer_ = reader.next_is(',') ? zone.standard_ + kHour : -reader.time(kMaxOffsetHours);
    zone.begins_ = change();
    zone.ends_ = change();
  }
  if (!reader.ok() || !reader.at_end())
    return Error{ErrorCode::invalid_event,
                 "zone must be a rule such as \"CET-1CEST,M3.5.0,M10.5.0/3\" or \"<-03>3\""};
  return zone;
}

Millis TimeZone::Change::in_year(int year) const {
  using namespace std::chrono;
  const auto month_of = std::chrono::year(year) / std::chrono::month(month);
  const std::chrono::weekday day(weekday);
  const sys_days date = week == 5 ? sys_days(month_of / day[last]) : sys_days(month_of / day[week]);
  return date.time_since_epoch().count() * kDay + time;
}

Millis TimeZone::offset_at(Millis utc) const {
  if (!begins_) return standard_;
  const int year = year_of(utc + standard_);
  const Millis begin = begins_->in_year(year) - standard_;
  const Millis end = ends_->in_year(year) - summer_;
  const bool summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
  return summer ? summer_ : standard_;
}

Millis TimeZone::to_utc(Millis local) const {
  // By the standard clock first; if that moment lies in summer time, the summer clock was meant.
  const Millis standard = local - standard_;
  return offset_at(standard) == standard_ ? standard : local - summer_;
}

}  // namespace deskbell
