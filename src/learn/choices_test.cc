// What the choices of learning do, on the path that `detect` takes: means over seeds, in order.
#include <gtest/gtest.h>

#include "learn/detect_series.h"
#include "learn/testing_series.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

constexpr int kSeeds = 6;

struct Load {
  Duration cadence;
  int known;  ///< ordinary values
};
const std::vector<Load> kLoads{{1min, 3000}, {1h, 40 * 24}, {24h, 200}};

/// Values from the change to the first whose expected value has come over half of the way.
double values_to_follow(const DetectorConfig& chosen, const Load& load, double step) {
  constexpr int kPatience = 200;
  double all = 0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    DetectOptions options;
    options.config = chosen;
    options.config.cadence = load.cadence;
    options.cadence_known = true;
    auto detector = SeriesDetector::make(options).value();
    Chance chance(static_cast<std::uint64_t>(seed));
    int after = 0;
    for (int i = 0; i < load.known + kPatience; ++i) {
      const double value = 100 + 5 * chance.normal() + (i < load.known ? 0 : step);
      const DetectRow row = detector.next(test_slot(i, load.cadence).start, value);
      if (i < load.known) continue;
      if (row.has_band && row.expected > 100 + step / 2) break;
      ++after;
    }
    all += after;
  }
  return all / kSeeds;
}

TEST(Choices, a_faster_adaptation_follows_a_small_step_sooner) {
  for (const Load& load : kLoads) {
    std::vector<double> followed;
    for (const auto speed : {Adaptation::fast, Adaptation::normal, Adaptation::slow}) {
      DetectorConfig config;
      config.adaptation = speed;
      followed.push_back(values_to_follow(config, load, 20));
    }
    EXPECT_LT(followed[0], 0.95 * followed[1]) << load.known;
    EXPECT_LE(followed[1], 1.1 * followed[2]) << load.known;
    EXPECT_LT(followed[0], 0.95 * followed[2]) << load.known;
  }
}

TEST(Choices, a_stricter_filter_believes_a_large_step_later) {
  for (const Load& load : kLoads) {
    std::vector<double> followed;
    for (const auto filtering : {Filtering::minimal, Filtering::moderate, Filtering::strict}) {
      DetectorConfig config;
      config.filtering = filtering;
      followed.push_back(values_to_follow(config, load, 75));
    }
    EXPECT_LT(followed[0], followed[1]) << load.known;
    EXPECT_LT(followed[1], followed[2]) << load.known;
    EXPECT_LT(1.2 * followed[0], followed[2]) << load.known;
  }
}

/// What is expected at the sixth of weekly spikes of 200 over hours of 100.
double expected_at_spike(bool periodic_spikes) {
  DetectOptions options;
  options.config.periodic_spikes = periodic_spikes;
  options.config.cadence = 1h;
  options.cadence_known = true;
  auto detector = SeriesDetector::make(options).value();
  Chance chance(3);
  DetectRow row;
  for (int i = 0; i <= 50 + 5 * 24 * 7; ++i) {
    const double spike = i % (24 * 7) == 50 ? 200 : 0;
    row = detector.next(test_slot(i, 1h).start, 100 + 5 * chance.normal() + spike);
  }
  return row.expected;
}

TEST(Choices, periodic_spikes_are_learned_where_that_is_chosen) {
  EXPECT_GT(expected_at_spike(true), 250);
  EXPECT_LT(expected_at_spike(false), 150);
}

}  // namespace
}  // namespace tidemark::learn
