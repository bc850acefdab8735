#include "judge/holidays/holidays.h"

#include <fstream>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "judge/detector_spec.h"

namespace tidemark::judge::holidays {
namespace {

using ::testing::HasSubstr;

std::set<std::string> listed(const std::string& file) {
  std::ifstream in(std::string(TIDEMARK_SOURCE_DIR "/tests/fixtures/holidays/") + file);
  std::set<std::string> out;
  for (std::string line; std::getline(in, line);)
    out.insert(line);
  return out;
}

/// The days from one year to another, both included, that the rule holds on.
std::set<std::string> days_of(const std::string& rule, int from, int to) {
  const auto days = CalendarDays::make({"c", {rule}});
  EXPECT_TRUE(days) << days.error().what;
  std::set<std::string> out;
  for (Timestamp at = from_civil({.year = from}); at < from_civil({.year = to + 1});
       at = at + std::chrono::hours(24)) {
    const CivilDay day = civil_day(at, 0);
    if (days->contains(day)) {
      out.insert(fmt::format("{:04}-{:02}-{:02}", day.year, day.month, day.day));
    }
  }
  return out;
}

class Listed : public ::testing::TestWithParam<const char*> {};

TEST_P(Listed, no_day_more_and_none_less_than_another_s_list_has) {
  const auto want = listed(std::string(GetParam()) + ".txt");
  ASSERT_GT(want.size(), 400U);
  EXPECT_EQ(days_of(std::string("holidays ") + GetParam(), 1996, 2040), want);
}

INSTANTIATE_TEST_SUITE_P(Countries, Listed, ::testing::Values("DE", "FR", "GB-ENG", "NL", "US"));

TEST(Holidays, easter_is_that_of_another_s_list) {
  const auto want = listed("easter.txt");
  ASSERT_EQ(want.size(), 41U);
  EXPECT_EQ(days_of("easter", 2000, 2040), want);
}

// The days that the United States' Office of Personnel Management names as off for 2021 and 2022:
// the new year of 2022 is off in 2021.
TEST(Holidays, days_off_for_a_weekend_may_lie_in_another_year) {
  const auto days = CalendarDays::make({"c", {"holidays US"}});
  for (const CivilDay& day : {CivilDay{2021, 6, 18},
                              CivilDay{2021, 7, 5},
                              CivilDay{2021, 12, 24},
                              CivilDay{2021, 12, 31},
                              CivilDay{2022, 6, 20},
                              CivilDay{2022, 12, 26}}) {
    EXPECT_TRUE(days->contains(day)) << day.year << "-" << day.month << "-" << day.day;
  }
  EXPECT_TRUE(days->contains({2022, 1, 1}));
  EXPECT_FALSE(days->contains({2022, 1, 3}));
  EXPECT_FALSE(days->contains({2020, 6, 19}));  // before it was one
}

TEST(Holidays, every_country_has_a_code_and_days_that_can_be_read) {
  EXPECT_EQ(codes(), "DE, FR, GB-ENG, NL, US");
  for (const char* code : {"DE", "FR", "GB-ENG", "NL", "US"}) {
    ASSERT_NE(find(code), nullptr);
    EXPECT_TRUE(CalendarDays::make({"c", {std::string("holidays ") + code, "sat"}}));
  }
}

TEST(Holidays, a_country_that_is_not_known_is_told_those_that_are) {
  for (const char* rule : {"holidays IN", "holidays us", "holidays ", "holidays US DE"}) {
    const auto made = CalendarDays::make({"off", {rule}});
    ASSERT_FALSE(made) << rule;
    EXPECT_THAT(made.error().what, HasSubstr("known are DE, FR, GB-ENG, NL, US"));
  }
  EXPECT_FALSE(CalendarDays::make({"off", {"holidays"}}));
}

TEST(Holidays, a_calendar_of_that_name_needs_no_days_and_is_kept_with_them) {
  const auto read = [](const char* text) {
    return choices_from_json(nlohmann::json::parse(text), {});
  };
  const auto named = read(R"({"calendars": [{"name": "holidays NL", "mute": false}]})");
  ASSERT_TRUE(named) << named.error().what;
  ASSERT_TRUE(check_choices(*named));
  const auto& use = named->own.calendars.at(0);
  EXPECT_EQ(use.calendar.days, std::vector<std::string>{"holidays NL"});
  EXPECT_FALSE(use.mute);
  DetectorSpec spec;
  spec.id = "id";
  spec.target.metric = MetricRef{"1", "r", "ns", "m", {}};
  spec.target.stat = *parse_statistic("Sum");
  spec.choices = *named;
  const auto again = detector_spec_from_json(to_json(spec));
  ASSERT_TRUE(again) << again.error().what;
  EXPECT_EQ(again->choices, *named);
  const auto other = read(R"({"calendars": [{"name": "closed"}]})");
  EXPECT_THAT(check_choices(*other).error().what, HasSubstr("day 'closed' is none of"));
}

}  // namespace
}  // namespace tidemark::judge::holidays
