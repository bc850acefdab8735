// Hours that are unlike others on one day of the month, lived through as callers do.
#include "learn/month_days.h"

#include <gtest/gtest.h>

#include "learn/testing_teach.h"
#include "learn/tide/tide.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

constexpr double kPeak = 1.6;
constexpr double kNoise = 10;

double ordinary(const Slot& at) {
  return (at.weekday == 0 ? 0.7 : 1) * (500 + 600 * daylight(at));
}

struct Case {
  const char* name;
  Duration cadence;
  Policy policy;
  bool last;
  bool first;
};

class MonthDaysTest : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] static bool peaks(const Slot& at) {
    return (GetParam().last && at.day_of_month == at.days_in_month) ||
           (GetParam().first && at.day_of_month == 1);
  }
  static double value_at(const Slot& at, Chance& chance) {
    return (peaks(at) ? kPeak : 1) * ordinary(at) + kNoise * chance.normal();
  }
  static int a_day() { return static_cast<int>(24h / GetParam().cadence); }
};

INSTANTIATE_TEST_SUITE_P(All,
                         MonthDaysTest,
                         testing::Values(Case{"hours_last", 1h, Policy::as_server, true, false},
                                         Case{"hours_first", 1h, Policy::as_server, false, true},
                                         Case{"hours_both", 1h, Policy::by_score, true, true},
                                         Case{"hours_in_full", 1h, Policy::in_full, true, false},
                                         Case{"four_hours", 4h, Policy::as_server, true, false},
                                         Case{"half_hours", 30min, Policy::as_server, true, false}),
                         [](const auto& one) { return std::string(one.param.name); });

// 2024 and five months: the fifth time is in May.
TEST_P(MonthDaysTest, are_foreseen_from_the_fifth_time_on) {
  for (const std::uint64_t seed : {3, 4, 5}) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    Chance same(seed);
    Taught taught(GetParam().cadence, GetParam().policy);
    Taught plain(GetParam().cadence, GetParam().policy);  // the same noise without any peak
    int peaked = 0, outside = 0, missed = 0, found = 0, ordinary_found = 0, plain_found = 0;
    double error = 0, width = 0, plain_width = 0;
    for (int i = 0; i < 600 * a_day(); ++i) {
      const Slot at = taught.now();
      const double value = value_at(at, chance);
      const double quiet = ordinary(at) + kNoise * same.normal();
      if (i > 150 * a_day() && peaks(at)) {
        ++peaked;
        error += std::abs(taught.outlook()->expected - kPeak * ordinary(at)) / ordinary(at);
        outside += taught.inside(value, 3) ? 0 : 1;
        missed += i > 300 * a_day() && taught.inside(ordinary(at), 3) ? 1 : 0;
        found += taught.score(value) >= kAbnormalScore ? 1 : 0;
      } else if (i > 300 * a_day()) {
        width += taught.width(3);
        plain_width += plain.width(3);
        ordinary_found += taught.score(value) >= kAbnormalScore ? 1 : 0;
        plain_found += plain.score(quiet) >= kAbnormalScore ? 1 : 0;
      }
      taught.feed(value);
      plain.feed(quiet);
    }
    ASSERT_GE(peaked, 14 * a_day());
    EXPECT_LE(error, 0.05 * peaked);
    EXPECT_LE(outside, peaked / 25);
    EXPECT_LE(found, 1);
    // A job that does no more than on any other day is told, once the kind is well known: its first
    // hours have a wide band for the first few times.
    EXPECT_EQ(missed, 0);
    EXPECT_LE(width, 1.2 * plain_width);
    EXPECT_LE(ordinary_found, plain_found + 2);
  }
}

TEST_P(MonthDaysTest, go_on_bit_for_bit_after_a_restart) {
  Chance chance(6);
  Taught one(GetParam().cadence, GetParam().policy);
  Taught other(GetParam().cadence, GetParam().policy);
  for (int i = 0; i < 190 * a_day(); ++i) {
    const bool restarts = peaks(one.now()) || i % 50 == 0;
    const double value = value_at(one.now(), chance);
    one.feed(value);
    other.feed(value);
    if (restarts) other.restart();
    ASSERT_EQ(one.outlook(), other.outlook()) << i;
  }
}

TEST_P(MonthDaysTest, are_as_others_again_when_they_stop) {
  Chance chance(7);
  Taught taught(GetParam().cadence, GetParam().policy);
  double error = 0;
  int days = 0;
  for (int i = 0; i < 480 * a_day(); ++i) {
    const Slot at = taught.now();
    const bool over = i > 300 * a_day();
    // The first time that it stays away is one too few; a month later all is as on other days.
    if (peaks(at) && i > 365 * a_day()) {
      error += std::abs(taught.outlook()->expected - ordinary(at)) / ordinary(at);
      ++days;
    }
    taught.feed(over ? ordinary(at) + kNoise * chance.normal() : value_at(at, chance));
  }
  ASSERT_GT(days, 3 * a_day());
  EXPECT_LE(error, 0.03 * days);
}

// Incidents of a day, a new level for good, a long gap: none of them is a day of the month.
TEST(MonthDays, change_nothing_where_there_are_none) {
  const DetectorConfig config = config_at(1h);
  auto with = must_make("tide", config);
  auto without = *tide::make(config);
  Chance chance(8);
  for (int i = 0; i < 24 * 500; ++i) {
    const int day = i / 24;
    if (day >= 250 && day < 262) continue;
    const Slot at = test_slot(i, config.cadence);
    const double incident = day % 37 == 20 ? 2.0 : 1.0;
    const double level = day >= 330 ? 1.8 : 1.0;
    const double value = incident * level * ordinary(at) + kNoise * chance.normal();
    ASSERT_EQ(with->expect(at), without->expect(at)) << i;
    const double score = without->score(at, value);
    ASSERT_EQ(with->score(at, value), score) << i;
    const Teach how = score >= kHoldBackScore ? Teach::hold_back : Teach::learn;
    with->learn(at, value, how);
    without->learn(at, value, how);
  }
}

TEST(MonthDays, keep_to_finite_numbers_and_to_the_size_of_a_model) {
  const DetectorConfig config = config_at(1h);
  auto detector = must_make("tide", config);
  Chance chance(9);
  for (int i = 0; i < 24 * 400; ++i) {
    const Slot at = test_slot(i, config.cadence);
    const double big = at.day_of_month == 1 ? 1e300 : at.day_of_month == 2 ? -1e300 : 0;
    if (const auto outlook = detector->expect(at)) {
      ASSERT_TRUE(std::isfinite(outlook->expected));
      for (std::size_t k = 0; k < 3; ++k)
        ASSERT_TRUE(std::isfinite(outlook->below[k] + outlook->above[k])) << i;
    }
    detector->learn(at, i % 3 == 0 && big != 0 ? big : chance.normal(), Teach::learn);
  }
  ByteSink out;
  detector->save(out);
  EXPECT_LT(out.size(), 16'000U);
}

TEST(MonthDays, have_no_place_beside_ten_kinds_of_calendars) {
  DetectorConfig config = config_at(1h);
  config.special_kinds = SpecialDays::kKindsMax;
  EXPECT_FALSE(MonthDays::serves(config));
  config.special_kinds = SpecialDays::kKindsMax - MonthDays::kOwnKinds;
  EXPECT_TRUE(MonthDays::serves(config));
  EXPECT_FALSE(MonthDays::serves(config_at(24h)));
}

}  // namespace
}  // namespace tidemark::learn
