// Seasons shorter than a day, found by themselves: jobs that run every few slots.
#include "learn/tide/beat.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr double kNoise = 2;
constexpr double kPeak = 300;
constexpr double kLevel = 100;

/// A value of a slot, made with the test's chance.
using Series = std::function<double(int slot, Chance& chance)>;

double noise(int, Chance& chance) {
  return kLevel + kNoise * chance.normal();
}

bool runs(int slot, double period) {
  return std::floor((slot + 1) / period) > std::floor(slot / period);
}

/// A job every `period` slots, on noise.
Series job(double period) {
  return [period](int slot, Chance& chance) {
    return noise(slot, chance) + (runs(slot, period) ? kPeak : 0);
  };
}

/// Lives through a series of minutes, or of `cadence`, and looks at the last part of it.
struct Life {
  Life(Series of, Policy policy, Duration cadence = 1min, std::uint64_t seed = 1)
      : series(std::move(of)), chance(seed), detector(cadence, policy) {}
  void live(int slots) {
    for (int i = 0; i < slots; ++i)
      detector.feed(next());
  }
  double next() { return series(at++, chance); }

  Series series;
  Chance chance;
  Taught detector;
  int at = 0;
};

/// Mean width at 99 % over `slots` for which `counts`, of a life that goes on.
double mean_width(Life* life, int slots, const std::function<bool(int)>& counts) {
  const double k = k_from_confidence(0.99);
  double sum = 0;
  int count = 0;
  for (int i = 0; i < slots; ++i) {
    if (counts(life->at)) {
      sum += life->detector.width(k);
      ++count;
    }
    life->live(1);
  }
  return sum / count;
}

double width_of_noise(Policy policy, int slots) {
  Life life(noise, policy);
  life.live(slots);
  return mean_width(&life, 500, [](int) { return true; });
}

constexpr int kPeriods = 20;  // of the job until it is known well

struct Case {
  int period;
  Policy policy;
};

class Job : public testing::TestWithParam<Case> {};

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const Policy policy : {Policy::by_band, Policy::by_score, Policy::in_full}) {
    for (const int period : {10, 15, 17, 20, 30, 60, 120})
      out.push_back({period, policy});
  }
  return out;
}

std::string name(const testing::TestParamInfo<Case>& one) {
  const std::array<const char*, 3> names{"by_band", "by_score", "in_full"};
  return std::to_string(one.param.period) + "_" + names[static_cast<std::size_t>(one.param.policy)];
}

INSTANTIATE_TEST_SUITE_P(Minutes, Job, testing::ValuesIn(cases()), name);

TEST_P(Job, is_expected_after_twenty_periods_and_the_band_between_is_that_of_the_noise) {
  const auto [period, policy] = GetParam();
  Life life(job(period), policy);
  life.live(kPeriods * period);
  const double usual = width_of_noise(policy, kPeriods * period);
  double least = kPeak;
  double sum = 0;
  int count = 0;
  for (int i = 0; i < 20 * period; ++i) {
    const double expected = life.detector.outlook()->expected - kLevel;
    if (runs(life.at, period)) {
      least = std::min(least, expected);
    } else {
      EXPECT_LT(expected, 0.2 * kPeak) << i;
      sum += life.detector.width(k_from_confidence(0.99));
      ++count;
    }
    life.live(1);
  }
  EXPECT_GE(least, 0.8 * kPeak);
  EXPECT_LE(sum / count, 2 * usual);
}

}  // namespace
}  // namespace tidemark::learn::tide
