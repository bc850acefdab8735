#include "judge/calendar_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/zone.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CalendarUse use(const std::string& name,
                const std::vector<std::string>& days,
                bool mute = true,
                bool learn = false) {
  return {{name, days}, mute, learn};
}
Timestamp at(const std::string& text) {
  return *parse_rfc3339(text + ":00Z");
}

std::vector<CalendarRange> ranges(const std::vector<CalendarUse>& calendars,
                                  const std::string& zone,
                                  const std::string& from,
                                  const std::string& to,
                                  Duration period = hours(1),
                                  CalendarRangeLimits limits = {}) {
  Zone clocks(zone);
  return calendar_ranges(
      calendars,
      {at(from), at(to), period},
      [&clocks](Timestamp start) { return clocks.offset_s(start); },
      limits);
}

/// "2026-12-25T05:00 to 2026-12-26T05:00" of each.
std::vector<std::string> times(const std::vector<CalendarRange>& ranges) {
  std::vector<std::string> out;
  for (const CalendarRange& range : ranges)
    out.push_back(format_rfc3339(range.from).substr(0, 16) + " to " +
                  format_rfc3339(range.to).substr(0, 16));
  return out;
}

TEST(CalendarRanges, a_day_is_that_of_the_zone_behind_utc_and_ahead_of_it) {
  const std::vector<CalendarUse> closed{use("closed", {"12-25"})};
  const auto in = [&](const char* zone, Duration period = hours(1)) {
    return times(ranges(closed, zone, "2026-12-20T00:00", "2026-12-31T00:00", period));
  };
  EXPECT_THAT(in(""), ElementsAre("2026-12-25T00:00 to 2026-12-26T00:00"));
  EXPECT_THAT(in("America/New_York"), ElementsAre("2026-12-25T05:00 to 2026-12-26T05:00"));
  EXPECT_THAT(in("Pacific/Kiritimati"), ElementsAre("2026-12-24T10:00 to 2026-12-25T10:00"));
  // An hour that begins at 23:30 is judged as one of the day before.
  EXPECT_THAT(in("Asia/Kolkata"), ElementsAre("2026-12-24T19:00 to 2026-12-25T19:00"));
  EXPECT_THAT(in("Asia/Kolkata", minutes(30)), ElementsAre("2026-12-24T18:30 to 2026-12-25T18:30"));
}

TEST(CalendarRanges, the_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer) {
  const std::vector<CalendarUse> sundays{use("sundays", {"sun"})};
  const auto in = [&](const char* zone, const char* from, const char* to) {
    return times(ranges(sundays, zone, from, to));
  };
  EXPECT_THAT(
      in("America/New_York", "2026-03-07T00:00", "2026-03-16T12:00"),
      ElementsAre("2026-03-08T05:00 to 2026-03-09T04:00", "2026-03-15T04:00 to 2026-03-16T04:00"));
  EXPECT_THAT(in("America/New_York", "2026-10-31T00:00", "2026-11-03T00:00"),
              ElementsAre("2026-11-01T04:00 to 2026-11-02T05:00"));
  EXPECT_THAT(in("Europe/Berlin", "2026-10-24T00:00", "2026-10-27T00:00"),
              ElementsAre("2026-10-24T22:00 to 2026-10-25T23:00"));
}

TEST(CalendarRanges, days_of_the_same_calendars_are_one_range_and_of_others_another) {
  const std::vector<CalendarUse> calendars{use("weekends", {"sat", "sun"}, false, true),
                                           use("feast", {"2026-12-25/2026-12-26"}, true, true)};
  const auto found = ranges(calendars, "", "2026-12-24T00:00", "2026-12-29T00:00");
  EXPECT_THAT(times(found),
              ElementsAre("2026-12-25T00:00 to 2026-12-26T00:00",
                          "2026-12-26T00:00 to 2026-12-27T00:00",
                          "2026-12-27T00:00 to 2026-12-28T00:00"));
  EXPECT_THAT(found[0].calendars, ElementsAre("feast"));
  EXPECT_THAT(found[1].calendars, ElementsAre("weekends", "feast"));
  EXPECT_THAT(found[2].calendars, ElementsAre("weekends"));
  EXPECT_TRUE(found[1].mute && found[1].learn);
  EXPECT_FALSE(found[2].mute);
}

TEST(CalendarRanges, one_of_several_that_is_not_learned_decides) {
  const auto found = ranges({use("a", {"sat"}, false, true), use("b", {"sat"}, false, false)},
                            "",
                            "2026-12-25T00:00",
                            "2026-12-28T00:00");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].learn);
  EXPECT_FALSE(found[0].mute);
}

TEST(CalendarRanges, none_where_there_is_no_calendar_or_no_day_of_one) {
  EXPECT_THAT(ranges({}, "", "2026-12-24T00:00", "2026-12-29T00:00"), IsEmpty());
  const std::vector<CalendarUse> closed{use("closed", {"12-25"}), use("empty", {})};
  EXPECT_THAT(ranges(closed, "", "2026-12-26T00:00", "2026-12-29T00:00"), IsEmpty());
  EXPECT_THAT(ranges(closed, "", "2026-12-25T00:00", "2026-12-25T00:00"), IsEmpty());
}

TEST(CalendarRanges, are_cut_to_whole_periods_of_what_is_asked_for) {
  EXPECT_THAT(times(ranges({use("all", {"2026-12-01/2026-12-31"})},
                           "",
                           "2026-12-10T03:00",
                           "2026-12-10T07:00",
                           hours(2))),
              ElementsAre("2026-12-10T03:00 to 2026-12-10T07:00"));
  // Of a week it is the day that it begins on.
  EXPECT_THAT(
      times(ranges(
          {use("thursdays", {"thu"})}, "", "2026-12-24T00:00", "2027-01-07T00:00", hours(24 * 7))),
      ElementsAre("2026-12-24T00:00 to 2027-01-07T00:00"));
}

TEST(CalendarRanges, beyond_a_limit_the_oldest_are_left_out) {
  const std::vector<CalendarUse> saturdays{use("saturdays", {"sat"})};
  const auto in = [&](CalendarRangeLimits limits) {
    return times(ranges(saturdays, "", "2026-01-01T00:00", "2026-12-31T00:00", hours(24), limits));
  };
  EXPECT_EQ(in({}).size(), 52U);
  EXPECT_THAT(
      in({.ranges = 2}),
      ElementsAre("2026-12-19T00:00 to 2026-12-20T00:00", "2026-12-26T00:00 to 2026-12-27T00:00"));
  EXPECT_THAT(in({.ranges = 1000, .days = 10}),
              ElementsAre("2026-12-26T00:00 to 2026-12-27T00:00"));
  EXPECT_THAT(in({.ranges = 0}), IsEmpty());
}

}  // namespace
}  // namespace tidemark::judge
