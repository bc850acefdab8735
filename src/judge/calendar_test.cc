#include "judge/calendar.h"

#include <gtest/gtest.h>

namespace tidemark::judge {
namespace {

bool is_on(const std::string& rule, const CivilDay& day) {
  const auto days = CalendarDays::make({"c", {rule}});
  EXPECT_TRUE(days) << days.error().what;
  return days && days->contains(day);
}

TEST(Calendar, knows_days_that_people_name) {
  // Source of the dates: calendars of 2013, 2024 and 2026.
  EXPECT_TRUE(is_on("2026-12-25", {2026, 12, 25}));
  EXPECT_FALSE(is_on("2026-12-25", {2027, 12, 25}));
  EXPECT_TRUE(is_on("2026-12-24/2027-01-02", {2027, 1, 2}));
  EXPECT_FALSE(is_on("2026-12-24/2027-01-02", {2027, 1, 3}));
  EXPECT_TRUE(is_on("12-25", {2031, 12, 25}));
  EXPECT_TRUE(is_on("02-29", {2024, 2, 29}));
  EXPECT_TRUE(is_on("sat", {2026, 11, 28}));
  EXPECT_FALSE(is_on("sat", {2026, 11, 29}));
  EXPECT_TRUE(is_on("day 1", {2026, 3, 1}));
  EXPECT_TRUE(is_on("day -1", {2024, 2, 29}));
  EXPECT_FALSE(is_on("day -1", {2024, 2, 28}));
  EXPECT_TRUE(is_on("day -2", {2026, 4, 29}));
  EXPECT_TRUE(is_on("4th thu of nov", {2013, 11, 28}));  // Thanksgiving
  EXPECT_FALSE(is_on("4th thu of nov", {2013, 11, 21}));
  EXPECT_TRUE(is_on("last mon of may", {2026, 5, 25}));  // Memorial Day
  EXPECT_FALSE(is_on("last mon of may", {2026, 5, 18}));
}

TEST(Calendar, knows_which_days_are_rare) {
  const auto rare = [](const std::vector<std::string>& days) {
    return CalendarDays::make({"c", days})->are_rare();
  };
  EXPECT_TRUE(rare({"12-25"}));
  EXPECT_TRUE(rare({"holidays DE"}));
  EXPECT_TRUE(rare({"day 1", "day -1"}));
  EXPECT_TRUE(rare({"1st mon of jan", "last fri of nov"}));
  EXPECT_TRUE(rare({"2031-02-01/2031-03-08"}));
  EXPECT_FALSE(rare({"2031-02-01/2031-03-10"}));
  EXPECT_FALSE(rare({"sat"}));
  EXPECT_FALSE(rare({"12-25", "sun"}));
  EXPECT_FALSE(rare({"day 1", "day 8", "day 15", "day 22"}));
}

TEST(Calendar, finds_easter) {
  EXPECT_TRUE(is_on("easter", {2013, 3, 31}));
  EXPECT_TRUE(is_on("easter", {2024, 3, 31}));
  EXPECT_TRUE(is_on("easter", {2026, 4, 5}));
  EXPECT_TRUE(is_on("easter", {2038, 4, 25}));  // the latest there is
  EXPECT_TRUE(is_on("easter-2", {2026, 4, 3}));
  EXPECT_TRUE(is_on("easter+1", {2026, 4, 6}));
  EXPECT_FALSE(is_on("easter+1", {2026, 4, 5}));
}

TEST(Calendar, refuses_what_it_cannot_read_by_name) {
  for (const char* day : {"",
                          "2026-02-30",
                          "13-01",
                          "sunday",
                          "day 0",
                          "day 32",
                          "6th thu of nov",
                          "4th thu of november",
                          "easter 1",
                          "easter1",
                          "easter+999",
                          "2026-12-31/2026-12-24",
                          "2026-12-25x",
                          "\xff"}) {
    const auto made = CalendarDays::make({"closing", {day}});
    ASSERT_FALSE(made) << day;
    EXPECT_EQ(made.error().code, Errc::invalid);
    EXPECT_NE(made.error().what.find("closing"), std::string::npos) << made.error().what;
  }
  EXPECT_FALSE(CalendarDays::make({"", {"sat"}}));
  EXPECT_FALSE(CalendarDays::make({"c", std::vector<std::string>(kCalendarDaysMax + 1, "sat")}));
}

TEST(Calendar, a_day_is_local) {
  const auto at = Timestamp::from_s(1'385'596'800);  // 2013-11-28T00:00:00Z
  EXPECT_EQ(civil_day(at, 0), (CivilDay{2013, 11, 28}));
  EXPECT_EQ(civil_day(at, -5 * 3600), (CivilDay{2013, 11, 27}));
  EXPECT_EQ(civil_day(Timestamp::from_s(-1), 0), (CivilDay{1969, 12, 31}));
}

}  // namespace
}  // namespace tidemark::judge
