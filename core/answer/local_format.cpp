#include "core/answer/local_format.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "core/base/ascii.h"

namespace deskbell {
namespace {

constexpr std::string_view kNarrowSpace = "\xE2\x80\xAF";  // U+202F
constexpr std::string_view kNoBreak = "\xC2\xA0";          // U+00A0
constexpr std::size_t kMaxDigits = 18;
constexpr std::array<std::string_view, 3> kFormats = {"date", "number", "amount"};

/// A language's habits. In `date`, d and m are day and month in two digits, D and M as they come, N
/// the month's name, y the year.
struct Habits {
  std::string_view language;
  std::string_view date;
  std::string_view group;
  std::string_view point;
  bool currency_first;
};

constexpr std::array<Habits, 11> kHabits = {{
    {"ar", "D/M/y", ",", ".", false},
    {"de", "d.m.y", ".", ",", false},
    {"en", "D N y", ",", ".", true},
    {"es", "D/M/y", ".", ",", false},
    {"fr", "d/m/y", kNarrowSpace, ",", false},
    {"he", "D.M.y", ",", ".", false},
    {"hi", "D/M/y", ",", ".", true},
    {"ja", "y/m/d", ",", ".", true},
    {"pt", "d/m/y", ".", ",", true},
    {"ru", "d.m.y", kNoBreak, ",", false},
    {"zh", "y/M/D", ",", ".", true},
}};
constexpr Habits kPlain = {"", "y-m-d", "", ".", false};

// Neither day first nor month first: English is read on both sides of that.
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Currency {
  std::string_view code;
  std::string_view sign;
};
constexpr std::array<Currency, 9> kCurrencies = {{{"EUR", "€"},
                                                  {"USD", "$"},
                                                  {"GBP", "£"},
                                                  {"JPY", "¥"},
                                                  {"CNY", "¥"},
                                                  {"INR", "₹"},
                                                  {"ILS", "₪"},
                                                  {"RUB", "₽"},
                                                  {"BRL", "R$"}}};

const Habits& habits_of(std::string_view language) {
  const std::string main = main_language(language);
  for (const Habits& each : kHabits)
    if (each.language == main) return each;
  return kPlain;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= kMaxDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

std::string two_digits(unsigned number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::optional<std::chrono::year_month_day> read_date(std::string_view value) {
  using namespace std::chrono;
  constexpr std::size_t kMinMillisDigits = 9;  // fewer are a number of something else
  constexpr std::int64_t kMaxMillis = 253'402'300'799'999;  // the last of the year 9999
  if (value.size() >= kMinMillisDigits && all_digits(value)) {
    const std::int64_t millis = number_of(value);
    if (millis > kMaxMillis) return std::nullopt;
    return year_month_day(floor<days>(sys_time<milliseconds>(milliseconds(millis))));
  }
  const std::string_view day = value.substr(0, 10);
  if (day.size() < 10 || day[4] != '-' || day[7] != '-' || !all_digits(day.substr(0, 4)) ||
      !all_digits(day.substr(5, 2)) || !all_digits(day.substr(8, 2)))
    return std::nullopt;
  if (value.size() > 10 && value[10] != 'T' && value[10] != ' ') return std::nullopt;
  const year_month_day date{year(static_cast<int>(number_of(day.substr(0, 4)))),
                            month(static_cast<unsigned>(number_of(day.substr(5, 2)))),
                            std::chrono::day(static_cast<unsigned>(number_of(day.substr(8, 2))))};
  return date.ok() ? std::optional(date) : std::nullopt;
}

std::string write_date(const std::chrono::year_month_day& date, const Habits& habits) {
  const auto day = static_cast<unsigned>(date.day());
  const auto month = static_cast<unsigned>(date.month());
  std::string text;
  for (const char c : habits.date) {
    if (c == 'd') text += two_digits(day);
    else if (c == 'D') text += std::to_string(day);
    else if (c == 'm') text += two_digits(month);
    else if (c == 'M') text += std::to_string(month);
    else if (c == 'N') text += kMonths[month - 1];
    else if (c == 'y') text += std::to_string(static_cast<int>(date.year()));
    else text += c;
  }
  return text;
}

/// "-1234567.50" with the language's signs; nothing for what is no number.
std::optional<std::string> write_number(std::string_view value, const Habits& habits) {
  std::string text;
  if (value.starts_with('-')) {
    text = "-";
    value.remove_prefix(1);
  }
  const std::size_t point = value.find('.');
  const std::string_view whole = value.substr(0, point);
  if (!all_digits(whole)) return std::nullopt;
  const bool by_two = habits.language == "hi";  // 12,34,567
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const std::size_t left = whole.size() - i;
    const bool group = by_two && left > 3 ? left % 2 == 1 : left % 3 == 0;
    if (i > 0 && group) text += habits.group;
    text += whole[i];
  }
  if (point == std::string_view::npos) return text;
  const std::string_view fraction = value.substr(point + 1);
  if (!all_digits(fraction)) return std::nullopt;
  text += habits.point;
  text += fraction;
  return text;
}

std::optional<std::string> write_amount(std::string_view value, const Habits& habits) {
  const std::size_t space = value.find(' ');
  const auto number = write_number(value.substr(0, space), habits);
  if (!number || space == std::string_view::npos) return number;
  const std::string_view code = value.substr(space + 1);
  if (code.size() != 3 ||
      !std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    return std::nullopt;
  const auto* known = std::find_if(kCurrencies.begin(), kCurrencies.end(),
                                   [&](const Currency& each) { return each.code == code; });
  const bool has_sign = known != kCurrencies.end() && !habits.language.empty();
  const std::string sign(has_sign ? known->sign : code);
  if (!habits.currency_first) return *number + std::string(kNoBreak) + sign;
  const bool minus = number->starts_with('-');
  // A sign of one character stands close to its number.
  const bool close = has_sign && sign != "R$";
  return (minus ? "-" : "") + sign + (close ? "" : std::string(kNoBreak)) +
         number->substr(minus ? 1 : 0);
}

}  // namespace

std::string_view to_string(LocalFormat format) {
  return kFormats[static_cast<std::size_t>(format)];
}

std::optional<LocalFormat> local_format_from(std::string_view name) {
  for (std::size_t i = 0; i < kFormats.size(); ++i)
    if (kFormats[i] == name) return static_cast<LocalFormat>(i);
  return std::nullopt;
}

std::string format_locally(const std::string& value, LocalFormat format,
                           std::string_view language) {
  const Habits& habits = habits_of(language);
  if (format == LocalFormat::date) {
    const auto date = read_date(value);
    return date ? write_date(*date, habits) : value;
  }
  return (format == LocalFormat::number ? write_number(value, habits) : write_amount(value, habits))
      .value_or(value);
}

}  // namespace deskbell
