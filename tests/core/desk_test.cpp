#include <boost/test/unit_test.hpp>

#include "core/desk/office_hours.h"
#include "core/desk/time_zone.h"

namespace deskbell {
namespace {

constexpr Millis kHour = 3'600'000;
constexpr Millis kDay = 24 * kHour;

// Monday, 24 November 2025, 00:00 UTC.
constexpr Millis kMonday = 1'763'942'400'000;

OfficeHours hours(const char* json) {
  auto parsed = parse_office_hours(json);
  BOOST_REQUIRE_MESSAGE(parsed.ok(), json);
  return *parsed;
}

void check(const OfficeHours& hours, Millis now, bool open, Millis changes_at) {
  const DeskState state = desk_state(hours, now);
  BOOST_TEST(state.open == open);
  BOOST_REQUIRE(state.changes_at.has_value());
  BOOST_TEST(*state.changes_at == changes_at);
}

BOOST_AUTO_TEST_SUITE(desk)

BOOST_AUTO_TEST_CASE(a_desk_is_open_within_its_hours_and_says_when_that_changes) {
  const auto shop =
      hours(R"({"week":{"mon":["09:00-12:30","13:30-18:00"],"wed":["10:00-11:00"]}})");
  check(shop, kMonday, false, kMonday + 9 * kHour);
  check(shop, kMonday + 9 * kHour, true, kMonday + 12 * kHour + kHour / 2);
  check(shop, kMonday + 12 * kHour + kHour / 2, false, kMonday + 13 * kHour + kHour / 2);
  check(shop, kMonday + 18 * kHour - 1, true, kMonday + 18 * kHour);
  check(shop, kMonday + 18 * kHour, false, kMonday + 2 * kDay + 10 * kHour);
  check(shop, kMonday + 2 * kDay + 11 * kHour, false, kMonday + 7 * kDay + 9 * kHour);
}

BOOST_AUTO_TEST_CASE(a_holiday_is_a_day_off) {
  const auto shop =
      hours(R"({"week":{"mon":["09:00-18:00"],"tue":["09:00-18:00"]},"closed":["2025-11-24"]})");
  check(shop, kMonday + 10 * kHour, false, kMonday + kDay + 9 * kHour);
}

BOOST_AUTO_TEST_CASE(hours_until_midnight_go_on_into_the_next_day) {
  const auto shop = hours(R"({"week":{"mon":["20:00-24:00"],"tue":["00:00-02:00"]}})");
  check(shop, kMonday + 21 * kHour, true, kMonday + 26 * kHour);
  check(shop, kMonday + 25 * kHour, true, kMonday + 26 * kHour);
}

BOOST_AUTO_TEST_CASE(a_desk_that_never_opens_or_never_closes_says_no_time) {
  const auto never = desk_state(hours(R"({"week":{}})"), kMonday);
  BOOST_TEST(!never.open);
  BOOST_TEST(!never.changes_at.has_value());
  const auto always = desk_state(
      hours(R"({"week":{"mon":["00:00-24:00"],"tue":["00:00-24:00"],"wed":["00:00-24:00"],
                "thu":["00:00-24:00"],"fri":["00:00-24:00"],"sat":["00:00-24:00"],
                "sun":["00:00-24:00"]}})"),
      kMonday);
  BOOST_TEST(always.open);
  BOOST_TEST(!always.changes_at.has_value());
}

BOOST_AUTO_TEST_CASE(hours_are_those_of_the_place_in_winter_and_in_summer) {
  const auto berlin = hours(
      R"({"zone":"CET-1CEST,M3.5.0,M10.5.0/3","week":{"mon":["09:00-17:00"],"sun":["01:00-04:00"]}})");
  check(berlin, kMonday, false, kMonday + 8 * kHour);
  // Monday, 14 July 2025.
  constexpr Millis kJuly = 1'752'451'200'000;
  check(berlin, kJuly, false, kJuly + 7 * kHour);
  // Sunday, 30 March 2025: the clock goes from 02:00 to 03:00 at 01:00 UTC, a night of two hours.
  constexpr Millis kSpring = 1'743'292'800'000;
  check(berlin, kSpring + kHour / 2, true, kSpring + 2 * kHour);
  // Sunday, 26 October 2025: it goes back at 01:00 UTC, a night of four hours.
  constexpr Millis kAutumn = 1'761'436'800'000;
  check(berlin, kAutumn, true, kAutumn + 3 * kHour);
  check(berlin, kAutumn - kHour, true, kAutumn + 3 * kHour);
}

BOOST_AUTO_TEST_CASE(the_clocks_of_the_world_are_understood) {
  const auto offset = [](const char* rule, Millis utc) {
    const auto zone = TimeZone::parse(rule);
    BOOST_REQUIRE_MESSAGE(zone.ok(), rule);
    BOOST_TEST(zone->to_utc(zone->to_local(utc)) == utc);
    return zone->to_local(utc) - utc;
  };
  constexpr Millis kJanuary = 1'736'899'200'000;  // 15 January 2025
  constexpr Millis kJuly = 1'752'451'200'000;
  BOOST_TEST(offset("UTC0", kJuly) == 0);
  BOOST_TEST(offset("<-03>3", kJuly) == -3 * kHour);
  BOOST_TEST(offset("IST-5:30", kJuly) == 5 * kHour + kHour / 2);
  BOOST_TEST(offset("EST5EDT,M3.2.0,M11.1.0", kJanuary) == -5 * kHour);
  BOOST_TEST(offset("EST5EDT,M3.2.0,M11.1.0", kJuly) == -4 * kHour);
  // South of the equator summer is in January; in Dublin winter is the exception.
  BOOST_TEST(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", kJanuary) == 11 * kHour);
  BOOST_TEST(offset("AEST-10AEDT,M10.1.0,M4.1.0/3", kJuly) == 10 * kHour);
  BOOST_TEST(offset("IST-1GMT0,M10.5.0,M3.5.0/1", kJanuary) == 0);
  BOOST_TEST(offset("IST-1GMT0,M10.5.0,M3.5.0/1", kJuly) == kHour);
  BOOST_TEST(offset("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", kJuly) == -kHour);
}

BOOST_AUTO_TEST_CASE(what_is_no_rule_of_hours_is_refused_by_name) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([])", "hours"},
      {R"({})", "hours.week"},
      {R"({"week":{"mon":"09:00-17:00"}})", "hours.week.mon"},
      {R"({"week":{"mon":["9-17"]}})", "hours.week.mon"},
      {R"({"week":{"mon":["17:00-09:00"]}})", "hours.week.mon"},
      {R"({"week":{"mon":["09:00-25:00"]}})", "hours.week.mon"},
      {R"({"week":{"mon":["13:00-18:00","09:00-12:00"]}})", "hours.week.mon"},
      {R"({"week":{},"closed":["2025-02-30"]})", "hours.closed"},
      {R"({"week":{},"closed":["tomorrow"]})", "hours.closed"},
      {R"({"week":{},"zone":"Europe/Berlin"})", "hours.zone"},
      {R"({"week":{},"zone":"CET-1CEST"})", "hours.zone"},
      {R"({"week":{},"zone":"CET-99"})", "hours.zone"},
      {R"({"week":{},"zone":"CET-1CEST,M13.5.0,M10.5.0/3"})", "hours.zone"},
      {R"({"week":{},"zone":"CET-1CEST,M3.5.0,M10.5.0/3x"})", "hours.zone"},
  };
  for (const auto& [json, field] : cases) {
    const auto parsed = parse_office_hours(json);
    BOOST_REQUIRE_MESSAGE(!parsed.ok(), json);
    BOOST_TEST(parsed.error().message.find(field) == 0u, parsed.error().message);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deskbell
