// Weeks: daily jobs that do less at weekends, and series of hours in which something happens once a
// week. What is known from the third or the eighth week on must show in the band then, not months
// later.
#include <cmath>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr double kNoise = 0.05;
constexpr double kNinetyNine = 2.5758293035489004;  // k of 99 %

bool is_weekend(const Slot& at) {
  return at.weekday == 0 || at.weekday == 6;
}

class Weekends : public testing::TestWithParam<double> {
 protected:
  static double value_at(const Slot& at, Chance& chance) {
    return 1000 * (is_weekend(at) ? GetParam() : 1) * (1 + kNoise * chance.normal());
  }
};
INSTANTIATE_TEST_SUITE_P(Parts, Weekends, testing::Values(0.7, 0.4, 0.0));

TEST_P(Weekends, leave_working_days_their_own_width_from_the_fifth_week_on) {
  double widths = 0;
  int days = 0;
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    Chance chance(seed);
    Taught taught(24h, Policy::by_score);
    for (int i = 0; i < 10 * 7; ++i) {
      const Slot at = taught.now();
      if (i >= 4 * 7 && !is_weekend(at)) {
        widths += taught.width(kNinetyNine);
        ++days;
      }
      taught.feed(value_at(at, chance));
    }
    // Half of a day's rows, on a Wednesday.
    while (taught.now().weekday != 3)
      taught.feed(value_at(taught.now(), chance));
    EXPECT_FALSE(taught.inside(500, 3)) << seed;
    EXPECT_GE(taught.score(500), kAbnormalScore) << seed;
  }
  const double ideal = 2 * kNinetyNine * 1000 * kNoise;
  EXPECT_LE(widths / days, 1.6 * ideal);
  EXPECT_GE(widths / days, 0.8 * ideal);
}

/// An hour a week, `times` as much as else, lived through for `weeks` and four more.
void expect_foreseen(double times, int weeks, std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << times << ' ' << seed);
  Chance chance(seed);
  Taught taught(1h, Policy::by_score);
  const auto is_run = [](const Slot& at) {
    return at.weekday == 6 && at.second_of_day == 2 * 3600;
  };
  for (int i = 0; i < (weeks + 4) * 168; ++i) {
    const Slot at = taught.now();
    if (is_run(at) && i >= weeks * 168) {
      EXPECT_NEAR(taught.outlook()->expected, 1000 * times, 300 * std::sqrt(times)) << i;
    }
    taught.feed(1000 * (1 + kNoise * chance.normal()) * (is_run(at) ? times : 1));
  }
  while (!is_run(taught.now()))
    taught.feed(1000 * (1 + kNoise * chance.normal()));
  EXPECT_FALSE(taught.inside(1000, 3));
  EXPECT_GE(taught.score(1000), kAbnormalScore);
}

TEST(Weeks, an_hour_a_week_is_foreseen_and_its_loss_is_found) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    expect_foreseen(20, 12, seed);
    expect_foreseen(3, 24, seed);
  }
}

TEST(Weeks, a_disk_that_fills_and_is_cleaned_each_week_has_a_narrow_band) {
  for (const int first : {3, 50, 101}) {
    Chance chance(5);
    Taught taught(1h, Policy::by_score);
    double width = 0;
    int found = 0;
    for (int i = 0; i < 24 * 168; ++i) {
      const double filled = 30 + 50.0 * ((i + 168 - first) % 168) / 168;
      const double value = filled + 0.3 * chance.normal();
      if (i >= 14 * 168) {
        width += taught.width(kNinetyNine);
        found += taught.score(value) >= kAbnormalScore ? 1 : 0;
      }
      taught.feed(value);
    }
    EXPECT_LE(width / (10 * 168), 2 * 2 * kNinetyNine * 0.3) << first;
    EXPECT_LE(found, 2) << first;
  }
}

}  // namespace
}  // namespace tidemark::learn::tide
