// A score says how rare a value is in its own series: neither the unit nor where zero lies matters.
#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "learn/testing_series.h"
#include "learn/width.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

struct Kind {
  std::string name;
  Duration cadence;
  int count = 0;
  std::function<double(int i, Chance& chance)> value;
};

/// Far enough from 0 for no band to reach it: that a series was never negative is special.
constexpr double kAbove = 500;

/// Before, sizes have nothing to be held against but the least one, a millionth of the level.
constexpr std::size_t kFirst = 12;

double with_incidents(int i, int count, double usual, double size) {
  if (i == count / 2) return usual + size;
  if (i == count / 2 + 40) return usual - size;
  return i > count - 60 && i <= count - 40 ? usual + size / 2 : usual;
}

int poisson(double mean, Chance& chance) {
  int out = 0;
  for (double left = std::exp(-mean), p = chance.flat(); p > left && out < 100; p *= chance.flat())
    ++out;
  return out;
}

std::vector<Kind> kinds() {
  const auto seasonal = [](Duration cadence, int count) {
    return [=](int i, Chance& chance) {
      const Slot slot = test_slot(i, cadence);
      const bool weekend = slot.weekday == 0 || slot.weekday == 6;
      const double height = (cadence < 20h ? daylight(slot) : 1) * (weekend ? 60 : 100);
      return with_incidents(i, count, kAbove + height + 4 * chance.normal(), 90);
    };
  };
  return {
      {"minutes", 1min, 4000, seasonal(1min, 4000)},
      {"five_minutes", 5min, 4000, seasonal(5min, 4000)},
      {"hours", 1h, 2000, seasonal(1h, 2000)},
      {"days", 24h, 400, seasonal(24h, 400)},
      {"weeks",
       168h,
       200,
       [](int i, Chance& c) { return with_incidents(i, 200, kAbove + i + 5 * c.normal(), 90); }},
      {"counts",
       1min,
       4000,
       [](int i, Chance& c) { return with_incidents(i, 4000, kAbove + poisson(6, c), 60); }},
      {"heavy_tail",
       5min,
       3000,
       [](int, Chance& c) { return kAbove + 3 * c.normal() / (0.05 + std::abs(c.normal())); }},
      {"bursts",
       5min,
       3000,
       [](int i, Chance& c) { return kAbove + (i % 250 < 6 ? 40 + 8 * c.normal() : c.normal()); }},
      {"rests",
       1h,
       1500,
       [](int i, Chance& c) { return kAbove + (i % 9 == 0 ? 10 * c.flat() : 0); }},
  };
}

struct Case {
  std::string detector;
  Kind kind;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const auto detector : detector_names()) {
    for (const Kind& kind : kinds())
      out.push_back({std::string(detector), kind});
  }
  return out;
}

class Score : public testing::TestWithParam<Case> {
 protected:
  /// Scores of a·x + b, each taken before its value is learned; `learn` says which are held back,
  /// so that rounding cannot decide it.
  static std::vector<double> scores(double a, double b, std::vector<bool>* held, bool decides) {
    const Case& what = GetParam();
    auto detector = must_make(what.detector, config_at(what.kind.cadence));
    Chance chance(31);
    std::vector<double> out;
    for (int i = 0; i < what.kind.count; ++i) {
      const double value = a * what.kind.value(i, chance) + b;
      const Slot slot = test_slot(i, what.kind.cadence);
      const double score = detector->score(slot, value);
      if (decides) held->push_back(score >= kHoldBackScore);
      const bool holds = (*held)[static_cast<std::size_t>(i)];
      detector->learn(slot, value, holds ? Teach::hold_back : Teach::learn);
      out.push_back(score);
    }
    return out;
  }
};

INSTANTIATE_TEST_SUITE_P(All, Score, testing::ValuesIn(cases()), [](const auto& one) {
  return one.param.detector + "_" + one.param.kind.name;
});

TEST_P(Score, neither_the_unit_nor_the_place_of_zero_matters) {
  std::vector<bool> held;
  const std::vector<double> own = scores(1, 0, &held, true);
  EXPECT_GT(*std::max_element(own.begin(), own.end()), 0.3) << "nothing to compare";
  const std::vector<std::pair<double, double>> maps{
      {1e-6, 0}, {3, 0}, {1e6, 0}, {1, 4000}, {3, -200}, {1e-6, 1e-3}, {1e6, 1e9}};
  for (const auto& [a, b] : maps) {
    const std::vector<double> mapped = scores(a, b, &held, false);
    ASSERT_EQ(mapped.size(), own.size());
    int apart = 0;
    for (std::size_t i = kFirst; i < own.size(); ++i) {
      if (std::abs(mapped[i] - own[i]) <= 0.02) continue;
      if (++apart <= 3) {
        ADD_FAILURE() << a << " x + " << b << ": row " << i << " has " << mapped[i]
                      << " instead of " << own[i];
      }
    }
    EXPECT_EQ(apart, 0) << a << " x + " << b;
  }
}

}  // namespace
}  // namespace tidemark::learn
