#include "learn/tide/season.h"

#include <cmath>

#include <gtest/gtest.h>

namespace tidemark::learn::tide {
namespace {

constexpr int kDay = 86'400;
constexpr int kHour = 3600;

/// A bucket an hour, one slot each: nothing is interpolated.
Season hourly() {
  return {kDay, kHour, kHour, 0.2};
}

double shape(int hour, int day) {
  return 50 * std::sin(hour) + std::cos(7 * day + hour) / 3;
}

TEST(Season, a_height_that_all_values_share_costs_no_digits) {
  for (const double height : {1e6, -1e6, 3e9}) {
    Season low = hourly();
    Season high = hourly();
    for (int i = 0; i < 24 * 40; ++i) {
      const double value = shape(i % 24, i / 24);
      low.learn(i % 24 * kHour, value);
      high.learn(i % 24 * kHour, height + value);
    }
    for (int hour = 0; hour < 24; ++hour) {
      const double away = *high.at(hour * kHour, 1) - height - *low.at(hour * kHour, 1);
      // What the packing cuts of 100, and what a double rounds of the height in forty passes.
      EXPECT_NEAR(away, 0, 1e-9 + 40 * 0x1p-52 * std::abs(height));
    }
  }
}

TEST(Season, a_first_value_that_is_wild_costs_the_others_no_digits) {
  Season season = hourly();
  season.learn(0, 1e300);
  for (int hour = 1; hour < 24; ++hour)
    season.learn(hour * kHour, hour);
  EXPECT_NEAR(*season.at(0, 1), 1e300, 1e289);
  for (int hour = 1; hour < 24; ++hour)
    EXPECT_NEAR(*season.at(hour * kHour, 1), hour, 1e-10);
}

TEST(Season, is_as_new_when_it_has_forgotten) {
  Season season = hourly();
  season.learn(0, 1e9);
  season.forget();
  EXPECT_EQ(season.at(0, 1), std::nullopt);
  season.learn(kHour, 3);
  EXPECT_EQ(season.at(kHour, 1), 3);
}

}  // namespace
}  // namespace tidemark::learn::tide
