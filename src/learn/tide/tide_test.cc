#include "learn/tide/tide.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

/// Feeds `values` to a new detector, one slot each; NaN is an empty slot.
std::unique_ptr<Detector> trained(const DetectorConfig& config, const std::vector<double>& values) {
  auto detector = must_make("tide", config);
  for (std::size_t i = 0; i < values.size(); ++i) {
    detector->learn(test_slot(static_cast<int>(i), config.cadence), values[i], Teach::learn);
  }
  return detector;
}

Edges next_band(const Detector& detector, const DetectorConfig& config, int i, double k) {
  return edges_at(*detector.expect(test_slot(i, config.cadence)), k, config.domain);
}

class MinuteSeries : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, MinuteSeries, testing::Values(1, 2, 3, 4, 5, 6));

TEST_P(MinuteSeries, covers_95_percent_and_is_narrow_at_night) {
  constexpr int kWeek = 7 * 1440;
  const DetectorConfig config = config_at(1min);
  const double k = k_from_confidence(0.95);
  const auto values = seasonal_series(GetParam(), 6 * kWeek, config.cadence);
  auto detector = must_make("tide", config);
  int inside = 0;
  double night = 0;
  double noon = 0;
  for (int i = 0; i < 6 * kWeek; ++i) {
    const double value = values[static_cast<std::size_t>(i)];
    const Slot slot = test_slot(i, config.cadence);
    if (i >= 2 * kWeek) {
      const Edges band = edges_at(*detector->expect(slot), k);
      inside += band.lower <= value && value <= band.upper ? 1 : 0;
      const int hour = slot.second_of_day / 3600;
      if (hour >= 23 || hour < 1) night += band.upper - band.lower;
      if (hour >= 11 && hour < 13) noon += band.upper - band.lower;
    }
    const bool hold = detector->score(slot, value) >= kHoldBackScore;
    detector->learn(slot, value, hold ? Teach::hold_back : Teach::learn);
  }
  const double coverage = 100.0 * inside / (4 * kWeek);
  EXPECT_GE(coverage, 93) << "seed " << GetParam();
  EXPECT_LE(coverage, 97) << "seed " << GetParam();
  EXPECT_LT(night, noon / 2) << "seed " << GetParam();
}

/// Bands of a detector fed with `values`, judged by k = 2 and held back outside of it.
std::vector<Outlook> bands_of(const DetectorConfig& config, const std::vector<double>& values) {
  auto detector = must_make("tide", config);
  std::vector<Outlook> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Slot slot = test_slot(static_cast<int>(i), config.cadence);
    const auto band = detector->expect(slot);
    out.push_back(band.value_or(Outlook{}));
    const Edges edges = edges_at(out.back(), 4);
    const bool outside = band && (values[i] < edges.lower || values[i] > edges.upper);
    detector->learn(slot, values[i], outside ? Teach::hold_back : Teach::learn);
  }
  return out;
}

void expect_mapped(const DetectorConfig& config, double factor, double summand) {
  const auto values = seasonal_series(3, 2500, config.cadence);
  std::vector<double> mapped = values;
  for (double& v : mapped)
    v = v * factor + summand;
  const auto plain = bands_of(config, values);
  const auto moved = bands_of(config, mapped);
  for (std::size_t i = 8; i < values.size(); ++i) {
    const double scale = std::abs(moved[i].expected);
    ASSERT_NEAR(moved[i].expected, plain[i].expected * factor + summand, scale * 1e-9) << i;
    for (std::size_t k = 0; k < 3; ++k) {
      ASSERT_NEAR(moved[i].below[k], plain[i].below[k] * factor, scale * 1e-9) << i;
      ASSERT_NEAR(moved[i].above[k], plain[i].above[k] * factor, scale * 1e-9) << i;
    }
  }
}

TEST(TideBand, moves_and_grows_with_the_series) {
  for (const Duration cadence : {Duration(5min), Duration(1h), Duration(24h)}) {
    expect_mapped(config_at(cadence), 1, 5000);
    expect_mapped(config_at(cadence), 7.3, 0);
    expect_mapped(config_at(cadence), 0.001, 12);
  }
}

TEST(TideBand, does_not_know_what_comes_after) {
  for (const Duration cadence : {Duration(5min), Duration(24h)}) {
    auto values = seasonal_series(4, 700, cadence);
    const auto whole = bands_of(config_at(cadence), values);
    for (std::size_t i = 500; i < values.size(); ++i)
      values[i] = 1e6;
    const auto cut = bands_of(config_at(cadence), values);
    for (std::size_t i = 0; i <= 500; ++i)
      EXPECT_EQ(cut[i], whole[i]);
  }
}

TEST(TideBand, constant_series_has_a_narrow_band_and_any_deviation_scores_high) {
  for (const Duration cadence : {Duration(1min), Duration(24h)}) {
    for (const double level : {0.0, 250.0, -3.5}) {
      const DetectorConfig config = config_at(cadence);
      const auto detector = trained(config, std::vector<double>(60, level));
      const Edges band = next_band(*detector, config, 60, 3);
      EXPECT_LE(band.lower, level);
      EXPECT_GT(band.upper, level);
      EXPECT_LT(band.upper - band.lower, 0.001 * std::max(1.0, std::abs(level)));
      EXPECT_GE(detector->score(test_slot(60, cadence), level + 1), kAbnormalScore);
      EXPECT_LT(detector->score(test_slot(60, cadence), level), 0.1);
    }
  }
}

TEST(TideBand, stays_at_or_above_zero_until_a_negative_value_is_seen) {
  const DetectorConfig config = config_at(1h);
  Chance chance(5);
  std::vector<double> values;
  for (int i = 0; i < 400; ++i)
    values.push_back(std::floor(2 * chance.flat() * chance.flat() * 3));
  auto detector = must_make("tide", config);
  for (int i = 0; i < 400; ++i) {
    if (detector->expect(test_slot(i, config.cadence))) {
      EXPECT_GE(next_band(*detector, config, i, 8).lower, 0);
    }
    detector->learn(
        test_slot(i, config.cadence), values[static_cast<std::size_t>(i)], Teach::learn);
  }
  detector->learn(test_slot(400, config.cadence), -4, Teach::learn);
  EXPECT_LT(next_band(*detector, config, 401, 3).lower, 0);
}

TEST(TideBand, a_value_the_series_often_rests_at_is_inside) {
  const DetectorConfig config = config_at(5min);
  Chance chance(6);
  std::vector<double> values;
  // A third of the slots are idle.
  for (int i = 0; i < 3000; ++i) {
    values.push_back(chance.flat() < 0.33 ? 0 : std::exp(3 + 0.3 * chance.normal()));
  }
  auto detector = must_make("tide", config);
  int outside = 0;
  for (int i = 0; i < 3000; ++i) {
    const double value = values[static_cast<std::size_t>(i)];
    if (i >= 1000 && value == 0 && next_band(*detector, config, i, 2).lower > 0) ++outside;
    detector->learn(test_slot(i, config.cadence), value, Teach::learn);
  }
  EXPECT_LT(outside, 20);
}

TEST(TideBand, keeps_to_a_configured_domain_and_least_width) {
  DetectorConfig config = config_at(5min);
  config.domain = {0, 100};
  config.min_deviation = 3;
  config.min_relative_deviation = 0.1;
  Chance chance(7);
  auto detector = must_make("tide", config);
  for (int i = 0; i < 500; ++i) {
    const auto outlook = detector->expect(test_slot(i, config.cadence));
    if (outlook) {
      EXPECT_LE(outlook->expected + outlook->above[2], 100);
      EXPECT_GE(outlook->below[0], std::max(3.0, 0.1 * outlook->expected) - 1e-12);
    }
    detector->learn(
        test_slot(i, config.cadence), std::min(100.0, 98 + chance.normal()), Teach::learn);
  }
}

TEST(TideBand, follows_a_trend_with_less_than_a_step_of_error) {
  constexpr double kStep = 3;
  for (const Duration cadence : {Duration(5min), Duration(1h), Duration(24h)}) {
    for (const double slope : {kStep, -kStep}) {
      SCOPED_TRACE(std::to_string(cadence / 1s) + " s, slope " + std::to_string(slope));
      const DetectorConfig config = config_at(cadence);
      Chance chance(16);
      auto detector = must_make("tide", config);
      int inside = 0;
      double total = 0;
      for (int i = 0; i < 1000; ++i) {
        const double line = 5000 + slope * i;
        const double value = line + kStep / 6 * chance.normal();
        if (i >= 500) {
          const double error = detector->expect(test_slot(i, cadence))->expected - line;
          EXPECT_LT(std::abs(error), kStep) << i;
          total += error;
          const Edges band = next_band(*detector, config, i, 2);
          inside += band.lower <= value && value <= band.upper ? 1 : 0;
        }
        detector->learn(test_slot(i, cadence), value, Teach::learn);
      }
      EXPECT_LT(std::abs(total / 500), kStep / 6);  // it does not run behind
      EXPECT_NEAR(inside / 5.0, 95.45, 2.5);
    }
  }
}

// Exponential noise has its 2.3 % quantile close below the mean and its 97.7 % one far above: a
// band of equal halves, or of a normal distribution, misses one tail twice as often or not at all.
TEST(TideBand, has_the_unequal_halves_of_the_series_own_errors) {
  for (const Duration cadence : {Duration(5min), Duration(1h)}) {
    SCOPED_TRACE(std::to_string(cadence / 1s) + " s");
    const DetectorConfig config = config_at(cadence);
    Chance chance(17);
    auto detector = must_make("tide", config);
    double below = 0;
    double above = 0;
    int low = 0;
    int high = 0;
    constexpr int kFrom = 2000;
    constexpr int kTo = 10'000;
    for (int i = 0; i < kTo; ++i) {
      const double value = 100 - 10 * std::log(1 - chance.flat());
      if (i >= kFrom) {
        const auto outlook = detector->expect(test_slot(i, cadence));
        below += outlook->below[1];
        above += outlook->above[1];
        low += value < outlook->expected - outlook->below[1] ? 1 : 0;
        high += value > outlook->expected + outlook->above[1] ? 1 : 0;
      }
      detector->learn(test_slot(i, cadence), value, Teach::learn);
    }
    EXPECT_GT(above, 2 * below);
    for (const int missed : {low, high}) {
      EXPECT_GE(100.0 * missed / (kTo - kFrom), 1);
      EXPECT_LE(100.0 * missed / (kTo - kFrom), 4);
    }
  }
}

class HeldBack : public testing::TestWithParam<int> {
 protected:
  Duration cadence_ = std::chrono::minutes(GetParam());
  DetectorConfig config_ = config_at(cadence_);
  std::vector<double> values_ = seasonal_series(8, 4000 * 5 / std::min(GetParam(), 60), cadence_);
};
INSTANTIATE_TEST_SUITE_P(Cadences, HeldBack, testing::Values(5, 60, 1440));

TEST_P(HeldBack, one_outlier_hardly_moves_the_next_band) {
  const int n = static_cast<int>(values_.size());
  const auto with = trained(config_, values_);
  const auto without = trained(config_, values_);
  with->learn(test_slot(n, cadence_), 1e5, Teach::hold_back);
  const Edges expected = next_band(*without, config_, n + 1, 2);
  const Edges got = next_band(*with, config_, n + 1, 2);
  const double width = expected.upper - expected.lower;
  EXPECT_NEAR(got.lower, expected.lower, width / 3);
  EXPECT_NEAR(got.upper, expected.upper, width / 3);
}

TEST_P(HeldBack, a_level_that_stays_is_accepted) {
  const int n = static_cast<int>(values_.size());
  const auto detector = trained(config_, values_);
  int held = 0;
  for (int i = n; i < n + 40; ++i) {
    const double value = values_[static_cast<std::size_t>(i - 40 - n % 7)] + 1000;
    const Edges band = next_band(*detector, config_, i, 3);
    const bool outside = value < band.lower || value > band.upper;
    if (outside) ++held;
    detector->learn(test_slot(i, cadence_), value, outside ? Teach::hold_back : Teach::learn);
  }
  EXPECT_GE(held, 3);
  EXPECT_LE(held, 20);
  EXPECT_GT(detector->expect(test_slot(n + 40, cadence_))->expected, 700);
}

TEST_P(HeldBack, values_that_scatter_on_both_sides_are_accepted_too) {
  const int n = static_cast<int>(values_.size());
  const auto detector = trained(config_, values_);
  int held = 0;
  for (int i = n; i < n + 200; ++i) {
    const double value = 250 + (i % 2 == 0 ? 300 : -300);
    const Edges band = next_band(*detector, config_, i, 3);
    const bool outside = value < band.lower || value > band.upper;
    if (outside) ++held;
    detector->learn(test_slot(i, cadence_), value, outside ? Teach::hold_back : Teach::learn);
  }
  EXPECT_LT(held, 120);
}

TEST(TideSeason, a_spike_at_the_same_time_each_day_becomes_normal) {
  const DetectorConfig config = config_at(5min);
  Chance chance(9);
  auto detector = must_make("tide", config);
  std::vector<int> held_on_day(14);
  for (int i = 0; i < 14 * 288; ++i) {
    const int of_day = i % 288;
    // From the second day on: of the first one little is held back.
    const bool spike = i >= 288 && of_day >= 36 && of_day < 39;
    const double value = 100 + chance.normal() + (spike ? 200 : 0);
    const Slot slot = test_slot(i, config.cadence);
    const bool hold = i > 20 && detector->score(slot, value) >= kHoldBackScore;
    held_on_day[static_cast<std::size_t>(i / 288)] += hold ? 1 : 0;
    detector->learn(slot, value, hold ? Teach::hold_back : Teach::learn);
  }
  EXPECT_GT(held_on_day[1], 0);
  EXPECT_EQ(held_on_day[12] + held_on_day[13], 0);
  EXPECT_GT(detector->expect(test_slot(14 * 288 + 37, config.cadence))->expected, 150);
}

TEST(TideSeason, daily_slots_know_the_weekday_after_three_weeks) {
  const DetectorConfig config = config_at(24h);
  Chance chance(10);
  auto detector = must_make("tide", config);
  for (int i = 0; i < 35; ++i) {
    const Slot slot = test_slot(i, config.cadence);
    const bool weekend = slot.weekday == 0 || slot.weekday == 6;
    if (i >= 23) {
      EXPECT_NEAR(detector->expect(slot)->expected, weekend ? 600 : 1000, 80) << i;
    }
    detector->learn(slot, (weekend ? 600 : 1000) + 10 * chance.normal(), Teach::learn);
  }
}

TEST(TideSeason, daily_slots_learn_a_day_of_the_month) {
  const DetectorConfig config = config_at(24h);
  Chance chance(12);
  auto detector = must_make("tide", config);
  int i = 0;
  for (; i < 400; ++i) {
    const Slot slot = test_slot(i, config.cadence);
    detector->learn(
        slot, 1000 + (slot.day_of_month == 1 ? 500 : 0) + 10 * chance.normal(), Teach::learn);
  }
  while (test_slot(i, config.cadence).day_of_month != 1)
    ++i;
  EXPECT_GT(detector->expect(test_slot(i, config.cadence))->expected, 1200);
}

TEST(TideGaps, after_a_gap_the_season_speaks_and_the_band_is_sane) {
  const DetectorConfig config = config_at(5min);
  const auto values = seasonal_series(13, 21 * 288, config.cadence);
  const auto detector = trained(config, values);
  for (const int days : {1, 9, 400}) {
    const int noon = (21 + days) * 288 + 144;
    const Slot slot = test_slot(noon, config.cadence);
    const bool weekend = slot.weekday == 0 || slot.weekday == 6;
    const auto outlook = detector->expect(slot);
    EXPECT_NEAR(outlook->expected, weekend ? 260 : 300, 25) << days;
    EXPECT_GT(outlook->above[1], 5);
    EXPECT_LT(outlook->above[1], 150);
  }
}

TEST(TideGaps, sparse_events_are_judged_in_their_order) {
  const DetectorConfig config = config_at(1min);
  Chance chance(14);
  auto detector = must_make("tide", config);
  int at = 0;
  int inside = 0;
  int bands = 0;
  for (int i = 0; i < 1500; ++i) {
    at += 3 + static_cast<int>(chance.flat() * 40);
    const double value = 50 + 5 * chance.normal();
    if (i >= 500) {
      const Edges band = next_band(*detector, config, at, 2);
      ++bands;
      inside += band.lower <= value && value <= band.upper ? 1 : 0;
      EXPECT_LT(band.upper - band.lower, 60);
    }
    detector->learn(test_slot(at, config.cadence), value, Teach::learn);
  }
  EXPECT_NEAR(100.0 * inside / bands, 95.45, 2.5);
}

TEST(TideColdStart, a_wild_first_value_does_not_blow_up_the_band_for_long) {
  const DetectorConfig config = config_at(1min);
  Chance chance(15);
  std::vector<double> values{1e9};
  for (int i = 1; i < 600; ++i)
    values.push_back(10 + chance.normal());
  const auto detector = trained(config, values);
  const Edges band = next_band(*detector, config, 600, 2);
  EXPECT_LT(band.upper, 100);
  EXPECT_GT(band.upper, 10);
}

// A table of rows is known by what is added to it, however large it is.
TEST(TideBand, a_level_of_a_billion_leaves_a_band_of_hundreds) {
  const auto half_width_at = [](double level) {
    auto detector = must_make("tide", config_at(1h));
    Chance chance(12);
    double sum = 0;
    for (int i = 0; i < 1500; ++i) {
      const auto outlook = detector->expect(test_slot(i, 1h));
      if (i >= 1000) sum += outlook->above[1] / 500;
      detector->learn(test_slot(i, 1h), level + 300 * chance.normal(), Teach::learn);
    }
    return sum;
  };
  const double usual = half_width_at(1e5);
  EXPECT_NEAR(usual, 600, 100);
  EXPECT_NEAR(half_width_at(1e9), usual, 0.01 * usual);
}

}  // namespace
}  // namespace tidemark::learn::tide
