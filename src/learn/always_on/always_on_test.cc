#include "learn/always_on/always_on.h"

#include <cmath>

#include <gtest/gtest.h>

#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn::always_on {
namespace {

using namespace std::chrono_literals;

struct Outcome {
  double coverage = 0;  // per cent
  double width = 0;
};

/// 95 % bands of `values` from `first` on, held back by score.
Outcome run(std::string_view name, Duration cadence, const std::vector<double>& values, int first) {
  auto detector = must_make(name, config_at(cadence));
  Outcome out;
  int inside = 0;
  int bands = 0;
  for (int i = 0; i < static_cast<int>(values.size()); ++i) {
    const double value = values[static_cast<std::size_t>(i)];
    const Slot slot = test_slot(i, cadence);
    if (i >= first) {
      const Edges band = edges_at(*detector->expect(slot), k_from_confidence(0.95));
      inside += band.lower <= value && value <= band.upper ? 1 : 0;
      out.width += band.upper - band.lower;
      ++bands;
    }
    const bool hold = detector->score(slot, value) >= kHoldBackScore;
    detector->learn(slot, value, hold ? Teach::hold_back : Teach::learn);
  }
  out.coverage = 100.0 * inside / bands;
  out.width /= bands;
  return out;
}

TEST(AlwaysOn, covers_95_percent_nearly_as_narrow_as_tide) {
  for (const Duration cadence : {Duration(1min), Duration(5min), Duration(1h)}) {
    const int count = std::min(20'000, static_cast<int>(28 * 24h / cadence));
    const auto values = seasonal_series(6, count, cadence);
    const Outcome small = run("always_on", cadence, values, count / 3);
    const Outcome large = run("tide", cadence, values, count / 3);
    EXPECT_NEAR(small.coverage, 95, 1.7);
    EXPECT_LT(small.width, 1.3 * large.width);
  }
}

TEST(AlwaysOn, band_moves_and_grows_with_the_series) {
  const auto values = seasonal_series(3, 4000, 5min);
  const auto plain = run("always_on", 5min, values, 1000);
  for (const double factor : {0.001, 7.3, 1e6}) {
    auto mapped = values;
    for (double& v : mapped)
      v = v * factor + 50 * factor;
    const auto moved = run("always_on", 5min, mapped, 1000);
    // Rounding of the season's bytes may fall either way, hence not to the last bit.
    EXPECT_NEAR(moved.width / (plain.width * factor), 1, 0.02) << factor;
    EXPECT_NEAR(moved.coverage, plain.coverage, 1) << factor;
  }
}

TEST(AlwaysOn, rare_bursts_of_a_resting_series_are_learned) {
  Chance chance(5);
  std::vector<double> values;
  for (int i = 0; i < 6000; ++i)
    values.push_back(i > 300 && chance.flat() < 0.03 ? 5 + 10 * chance.flat() : 0);
  const Outcome got = run("always_on", 5min, values, 2000);
  EXPECT_NEAR(got.coverage, 96, 2);
  EXPECT_LT(got.width, 40);
}

TEST(AlwaysOn, a_constant_series_has_a_narrow_band_and_any_deviation_is_a_finding) {
  for (const double level : {0.0, 250.0, -3.5}) {
    auto detector = must_make("always_on", config_at(1min));
    for (int i = 0; i < 60; ++i)
      detector->learn(test_slot(i, 1min), level, Teach::learn);
    const Edges band = edges_at(*detector->expect(test_slot(60, 1min)), 3);
    EXPECT_LE(band.lower, level);
    EXPECT_GE(band.upper, level);
    EXPECT_LT(band.upper - band.lower, 0.001 * std::max(1.0, std::abs(level)));
    EXPECT_GE(detector->score(test_slot(60, 1min), level + 1), kAbnormalScore);
    EXPECT_LT(detector->score(test_slot(60, 1min), level), 0.1);
  }
}

TEST(AlwaysOn, an_outlier_is_a_finding_and_a_level_that_stays_is_accepted) {
  const auto values = seasonal_series(8, 3000, 5min);
  auto detector = must_make("always_on", config_at(5min));
  for (int i = 0; i < 3000; ++i)
    detector->learn(test_slot(i, 5min), values[static_cast<std::size_t>(i)], Teach::learn);
  EXPECT_LT(detector->score(test_slot(3000, 5min), values[2999]), kAbnormalScore);
  int held = 0;
  for (int i = 3000; i < 3040; ++i) {
    const Slot slot = test_slot(i, 5min);
    const double value = values[static_cast<std::size_t>(i - 288)] + 1000;
    const bool hold = detector->score(slot, value) >= kHoldBackScore;
    held += hold ? 1 : 0;
    detector->learn(slot, value, hold ? Teach::hold_back : Teach::learn);
  }
  EXPECT_GE(held, 3);
  EXPECT_LE(held, 20);
  EXPECT_GT(detector->expect(test_slot(3040, 5min))->expected, 900);
}

TEST(AlwaysOn, after_a_gap_the_season_speaks) {
  const auto values = seasonal_series(13, 21 * 288, 5min);
  auto detector = must_make("always_on", config_at(5min));
  for (int i = 0; i < 21 * 288; ++i)
    detector->learn(test_slot(i, 5min), values[static_cast<std::size_t>(i)], Teach::learn);
  for (const int days : {1, 9, 400}) {
    const auto outlook = detector->expect(test_slot((21 + days) * 288 + 144, 5min));
    EXPECT_NEAR(outlook->expected, 280, 40) << days;
    EXPECT_GT(outlook->above[1], 5) << days;
    EXPECT_LT(outlook->above[1], 250) << days;
  }
}

}  // namespace
}  // namespace tidemark::learn::always_on
