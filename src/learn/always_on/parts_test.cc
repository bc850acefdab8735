#include <cmath>
#include <limits>

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
    EXPECT_EQ(rough_log2(Floats{1, x, x, 1})[2], before);
  }
}

Five five_of(Chance& chance) {
  Five out;
  for (int i = 0; i < 4; ++i)
    out.start[i] = static_cast<float>(chance.normal());
  out.end = static_cast<float>(chance.normal());
  return out;
}

TEST(LeastSquares, finds_the_weights_of_its_inputs) {
  Chance chance(3);
  LeastSquares model;
  model.reset();
  for (int i = 0; i < 3000; ++i) {
    const Five x = five_of(chance);
    const float target =
        0.5F * x.start[0] - 0.3F * x.start[3] + 0.1F * static_cast<float>(chance.normal());
    model.learn(x, target - model.predict(x), 1);
  }
  EXPECT_NEAR(model.theta[0], 0.5, 0.02);
  EXPECT_NEAR(model.theta[3], -0.3, 0.02);
  EXPECT_NEAR(model.theta[1], 0, 0.02);
  EXPECT_TRUE(model.sane());
}

/// The step as textbooks have it, on whole matrices.
struct PlainStep {
  std::array<double, 5> theta{};
  std::array<std::array<double, 5>, 5> p{};

  void learn(const Five& of, double error, double doubt, double forget) {
    const std::array<float, 5> x{of.start[0], of.start[1], of.start[2], of.start[3], of.end};
    std::array<double, 5> px{};
    double spread = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      for (std::size_t j = 0; j < 5; ++j)
        px[i] += p[i][j] * x[j];
      spread += x[i] * px[i];
    }
    const double part = 1 / (forget * doubt + spread);
    for (std::size_t i = 0; i < 5; ++i) {
      theta[i] += px[i] * part * error;
      for (std::size_t j = 0; j < 5; ++j)
        p[i][j] = (p[i][j] - px[i] * part * px[j]) / forget;
    }
  }
};

TEST(LeastSquares, steps_as_textbooks_have_it) {
  Chance chance(7);
  LeastSquares model;
  model.reset();
  PlainStep plain;
  for (std::size_t i = 0; i < 5; ++i)
    plain.p[i][i] = 0.1;
  for (int step = 0; step < 300; ++step) {
    Five x = five_of(chance);
    x.start[1] += x.start[0];  // so that no element of the covariance stays near 0
    x.start[3] -= x.start[2];
    x.end += x.start[1] - x.start[3];
    const auto error = static_cast<float>(chance.normal());
    model.learn(x, error, 2);
    plain.learn(x, error, 2, 1 - 1.0 / 2000);
    for (std::size_t i = 0; i < 5; ++i) {
      ASSERT_NEAR(model.theta[i], plain.theta[i], 1e-4) << step << ' ' << i;
      for (std::size_t j = 0; j <= i; ++j) {
        ASSERT_NEAR(model.covariance[i * (i + 1) / 2 + j], plain.p[i][j], 1e-5)
            << step << ' ' << i << ' ' << j;
      }
    }
  }
}

TEST(LeastSquares, starts_anew_rather_than_go_wrong) {
  LeastSquares model;
  model.reset();
  model.covariance.fill(-5);
  model.learn({all_four(1), 1}, 3, 1);
  EXPECT_TRUE(model.sane());
}

TEST(LeastSquares, knows_what_it_cannot_go_on_from) {
  constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
  LeastSquares fresh;
  fresh.reset();
  for (std::size_t i = 0, diagonal = 0; i < fresh.covariance.size(); ++i) {
    const bool on_diagonal = i == diagonal * (diagonal + 3) / 2;
    if (on_diagonal) ++diagonal;
    for (const float wrong : {kNone, 2e5F, -2e5F, on_diagonal ? -0.5F : kNone}) {
      LeastSquares model = fresh;
      model.covariance[i] = wrong;
      EXPECT_FALSE(model.sane()) << i << ' ' << wrong;
    }
    LeastSquares model = fresh;
    model.covariance[i] = on_diagonal ? 0.0F : -0.5F;
    EXPECT_TRUE(model.sane()) << i;
  }
  for (float& weight : fresh.theta) {
    weight = kNone;
    EXPECT_FALSE(fresh.sane());
    weight = 0;
  }
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
  EXPECT_NEAR(tails.widths()[0][0], 1, 0.15);
  EXPECT_NEAR(tails.widths()[1][0], 1.96, 0.3);
  EXPECT_NEAR(tails.widths()[2][0], 2.58, 0.5);
  EXPECT_NEAR(tails.widths()[1][1], 3 * 1.96, 0.9);
  EXPECT_TRUE(tails.sane(16));
}

TEST(Tails, a_width_that_is_missed_too_often_grows) {
  Tails tails;
  const auto before = tails.widths();
  for (int i = 0; i < 20; ++i)
    tails.correct({Sides{}, Sides{0, i % 4 == 0 ? -1 : 0}, Sides{}}, {});
  EXPECT_GT(tails.widths()[1][1], 1.2 * before[1][1]);
  EXPECT_LT(tails.widths()[1][0], before[1][0]);
  for (const std::size_t other : {0U, 2U}) {
    EXPECT_LT(tails.widths()[other][0], before[other][0]);
    EXPECT_LT(tails.widths()[other][1], before[other][1]);
  }
}

TEST(Tails, no_quantile_is_beyond_the_last_bin) {
  Tails tails;
  for (int i = 0; i < 1000; ++i)
    tails.add(i % 2 == 0 ? 1e6F : -1e6F);
  tails.refresh();
  EXPECT_TRUE(tails.sane(0));
  tails.quantile[5] = 11;
  EXPECT_FALSE(tails.sane(0));
}

TEST(Tails, a_side_that_ends_at_a_limit_stays_and_the_other_may_be_missed_twice_as_often) {
  Tails alone;
  Tails paired;
  for (int i = 0; i < 100; ++i) {
    alone.correct({Sides{-1, 0}}, {Sides{-1, 0}});
    paired.correct({}, {});
  }
  EXPECT_EQ(alone.widths()[0][0], Tails().widths()[0][0]);
  EXPECT_LT(alone.widths()[0][1], paired.widths()[0][1]);
}

}  // namespace
}  // namespace tidemark::learn::always_on
