// Series that keep to two levels, or that do one large thing a day: a band holds all that is
// ordinary, and an event at another time is not hidden behind it.
#include <cmath>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr double kNinetyNine = 2.5758293035489004;

class TwoLevels : public testing::TestWithParam<Duration> {};
INSTANTIATE_TEST_SUITE_P(Cadences,
                         TwoLevels,
                         testing::Values(Duration(1min), Duration(5min), Duration(1h)));

TEST_P(TwoLevels, at_random_lie_both_inside_of_the_band) {
  constexpr int kCount = 6000;
  for (const std::uint64_t seed : {1, 2, 3}) {
    Chance chance(seed);
    Taught taught(GetParam(), Policy::by_score);
    int inside = 0;
    for (int i = 0; i < kCount; ++i) {
      const double value = (chance.flat() < 0.5 ? 100 : 200) + 2 * chance.normal();
      if (i >= kCount / 2) inside += taught.inside(value, kNinetyNine) ? 1 : 0;
      taught.feed(value);
    }
    EXPECT_GE(inside, 0.98 * kCount / 2) << seed;
  }
}

TEST(OneLargeRunADay, does_not_hide_an_event_at_another_hour) {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    Chance chance(seed);
    Taught taught(1h, Policy::by_score);
    const auto value_at = [&](const Slot& at) {
      const double usual = at.second_of_day == 2 * 3600 ? 5000 : 20;
      return std::round(usual * std::exp(0.08 * chance.normal()));
    };
    for (int i = 0; i < 24 * 100 + 14; ++i)
      taught.feed(value_at(taught.now()));
    EXPECT_LT(taught.score(24), kAbnormalScore) << seed;
    EXPECT_GE(taught.score(20 * 30), kAbnormalScore) << seed;
  }
}

TEST(MoreThanAll, of_a_share_is_a_finding) {
  Chance chance(3);
  Taught taught(5min, Policy::by_score);
  for (int i = 0; i < 4000; ++i)
    taught.feed(chance.flat() < 0.03 ? 100 - 3 * chance.flat() : 100);
  EXPECT_LT(taught.score(100), kAbnormalScore);
  EXPECT_GE(taught.score(103), kAbnormalScore);
}

TEST(YoungSeries, of_plain_noise_have_no_findings) {
  for (const Duration cadence : {Duration(1min), Duration(5min), Duration(15min)}) {
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      Chance chance(seed);
      Taught taught(cadence, Policy::by_score);
      const int three_days = static_cast<int>(72h / cadence);
      for (int i = 0; i < three_days; ++i) {
        const double value = 1000 * (1 + 0.05 * chance.normal());
        found += taught.score(value) >= kAbnormalScore ? 1 : 0;
        taught.feed(value);
      }
    }
    EXPECT_LE(found, 4) << cadence.count();
  }
}

TEST(SmallDeviations, that_the_user_calls_no_matter_are_no_findings) {
  DetectorConfig config = config_at(5min);
  config.min_deviation = 500;
  const auto strict = must_make("tide", config_at(5min));
  const auto lenient = must_make("tide", config);
  Chance chance(2);
  for (int i = 0; i < 3000; ++i) {
    const Slot at = test_slot(i, 5min);
    const double value = 1000 + 10 * chance.normal();
    strict->learn(at, value, Teach::learn);
    lenient->learn(at, value, Teach::learn);
  }
  const Slot next = test_slot(3000, 5min);
  EXPECT_GE(strict->score(next, 1400), kAbnormalScore);
  EXPECT_LT(lenient->score(next, 1400), kAbnormalScore);
  EXPECT_GE(lenient->score(next, 1700), kAbnormalScore);
}

}  // namespace
}  // namespace tidemark::learn::tide
