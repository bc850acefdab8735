#include <cmath>

#include <gtest/gtest.h>

#include "learn/always_on/least_squares.h"
#include "learn/always_on/rough_log2.h"
#include "learn/always_on/season.h"
#include "learn/always_on/tails.h"
#include "learn/testing_series.h"

namespace tidemark::learn::always_on {
namespace {

using namespace std::chrono_literals;

TEST(RoughLog2, is_exact_at_powers_of_two_monotone_and_invertible) {
  EXPECT_EQ(rough_log2(1), 0);
  EXPECT_EQ(rough_log2(8), 3);
  EXPECT_EQ(rough_log2(0.25F), -2);
  float before = -100;
  for (float x = 1e-6F; x < 1e6F; x *= 1.01F) {
    EXPECT_GT(rough_log2(x), before);
    before = rough_log2(x);
    EXPECT_NEAR(before, std::log2(x), 0.087F);
    EXPECT_NEAR(rough_exp2(before) / x, 1, 1e-5F);
  }
}

TEST(LeastSquares, finds_the_weights_of_its_inputs) {
  Chance chance(3);
  LeastSquares model;
  model.reset();
  for (int i = 0; i < 3000; ++i) {
    LeastSquares::Inputs x{};
    for (float& v : x)
      v = static_cast<float>(chance.normal());
    const float target = 0.5F * x[0] - 0.3F * x[3] + 0.1F * static_cast<float>(chance.normal());
    model.learn(x, target - model.predict(x), 1);
  }
  EXPECT_NEAR(model.theta[0], 0.5, 0.02);
  EXPECT_NEAR(model.theta[3], -0.3, 0.02);
  EXPECT_NEAR(model.theta[1], 0, 0.02);
  EXPECT_TRUE(model.sane());
}

TEST(LeastSquares, starts_anew_rather_than_go_wrong) {
  LeastSquares model;
  model.reset();
  model.covariance.fill(-5);
  model.learn({1, 1, 1, 1, 1}, 3, 1);
  EXPECT_TRUE(model.sane());
}

class SeasonAt : public testing::TestWithParam<Duration> {};
INSTANTIATE_TEST_SUITE_P(Cadences,
                         SeasonAt,
                         testing::Values(Duration(1min), Duration(5min), Duration(1h)));

TEST_P(SeasonAt, keeps_the_shape_of_a_day_to_a_part_of_the_usual_error) {
  const Pattern pattern(GetParam());
  Season season;
  const int slots = static_cast<int>(4 * 24h / GetParam());
  for (int i = 0; i < slots; ++i) {
    const Slot slot = test_slot(i, GetParam());
    const double value = 500 + 300 * daylight(slot);
    season.learn(pattern, pattern.place(slot), value, 10, static_cast<std::uint64_t>(i));
  }
  for (int i = 0; i < slots / 4; ++i) {
    const Slot slot = test_slot(i, GetParam());
    const auto found = season.at(pattern, pattern.place(slot));
    ASSERT_TRUE(found);
    EXPECT_NEAR(*found, 500 + 300 * daylight(slot), 7) << slot.second_of_day;
  }
  EXPECT_TRUE(season.sane());
}

TEST(Season, takes_in_values_beyond_its_range_and_says_nothing_of_what_it_never_saw) {
  const Pattern pattern(1h);
  Season season;
  season.learn(pattern, 0, 1, 1, 0);
  season.learn(pattern, 3600, 1e9, 1, 1);
  season.learn(pattern, 7200, -1e9, 1, 2);
  EXPECT_FALSE(season.at(pattern, 10'800));
  EXPECT_NEAR(*season.at(pattern, 3600), 1e9, 2e7);
  EXPECT_NEAR(*season.at(pattern, 7200), -1e9, 2e7);
  season.learn(pattern, 10'800, 1e300, 1, 3);
  season.learn(pattern, 14'400, -1e300, 1, 4);
  EXPECT_TRUE(season.sane());
  EXPECT_TRUE(std::isfinite(*season.at(pattern, 10'800)));
}

TEST(Season, a_small_lasting_change_gets_through_the_rounding) {
  const Pattern pattern(1h);
  Season season;
  // One unit is 1/16: a quarter of it is lost by plain rounding, each time.
  for (int i = 0; i < 400; ++i)
    season.learn(pattern, 0, i < 5 ? 10 : 10.05, 1, static_cast<std::uint64_t>(24 * i));
  double sum = 0;
  for (int i = 400; i < 800; ++i) {
    season.learn(pattern, 0, 10.05, 1, static_cast<std::uint64_t>(24 * i));
    sum += *season.at(pattern, 0);
  }
  EXPECT_NEAR(sum / 400, 10.05, 0.03);
}

TEST(Tails, quantiles_are_those_of_what_came) {
  Chance chance(4);
  Tails tails;
  for (int i = 0; i < 4000; ++i) {
    const double z = chance.normal();
    tails.add(static_cast<float>(z < 0 ? z : 3 * z));
    if (i % 16 == 0) tails.refresh();
  }
  EXPECT_NEAR(tails.width(0, 0), 1, 0.15);
  EXPECT_NEAR(tails.width(0, 1), 1.96, 0.3);
  EXPECT_NEAR(tails.width(0, 2), 2.58, 0.5);
  EXPECT_NEAR(tails.width(1, 1), 3 * 1.96, 0.9);
  EXPECT_TRUE(tails.sane(16));
}

TEST(Tails, a_width_that_is_missed_too_often_grows) {
  Tails tails;
  const float before = tails.width(1, 1);
  for (int i = 0; i < 20; ++i)
    tails.correct(1, 1, i % 4 == 0, false);
  EXPECT_GT(tails.width(1, 1), 1.2F * before);
  EXPECT_EQ(tails.width(0, 1), Tails().width(0, 1));
}

}  // namespace
}  // namespace tidemark::learn::always_on
