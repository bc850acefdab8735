// Daily jobs that do far more on one day of the month, lived through as callers do: they hold back
// what is outside.
#include <string>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr double kLevel = 1000;
constexpr double kPeak = 500;
constexpr double kNoise = 10;
constexpr int kTwoYears = 731;  // 2024 and 2025

struct Case {
  const char* name;
  Policy policy;
  bool last;   // peak on the last day of the month
  bool first;  // ... on the first
};

class Month : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] static bool peaks(const Slot& at) {
    return (GetParam().last && at.day_of_month == at.days_in_month) ||
           (GetParam().first && at.day_of_month == 1);
  }
  static double value_at(const Slot& at, Chance& chance) {
    return kLevel + (peaks(at) ? kPeak : 0) + kNoise * chance.normal();
  }
};

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const auto& [name, policy] : {std::pair("as_server", Policy::as_server),
                                     std::pair("by_score", Policy::by_score),
                                     std::pair("in_full", Policy::in_full)}) {
    out.push_back({name, policy, true, false});
    out.push_back({name, policy, false, true});
    out.push_back({name, policy, true, true});
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(All, Month, testing::ValuesIn(cases()), [](const auto& one) {
  return std::string(one.param.name) + (one.param.last ? "_last" : "") +
         (one.param.first ? "_first" : "");
});

TEST_P(Month, a_peak_is_foreseen_and_other_days_keep_their_narrow_band) {
  for (const std::uint64_t seed : {3, 4, 5, 6}) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    Chance same(seed);
    Taught taught(24h, GetParam().policy);
    Taught plain(24h, GetParam().policy);  // the same noise without any peak
    double width = 0;
    double plain_width = 0;
    int missed = 0;
    for (int i = 0; i < kTwoYears + 365; ++i) {
      const Slot at = taught.now();
      if (i >= kTwoYears) {
        const bool peak = peaks(at);
        EXPECT_NEAR(taught.outlook()->expected, kLevel + (peak ? kPeak : 0), 5 * kNoise) << i;
        width += taught.width(3);
        plain_width += plain.width(3);
        missed += taught.inside(kLevel + 400, 3) && !peak ? 1 : 0;
      }
      taught.feed(value_at(at, chance));
      plain.feed(kLevel + kNoise * same.normal());
    }
    EXPECT_LE(width, 1.5 * plain_width);
    EXPECT_EQ(missed, 0);
  }
}

TEST_P(Month, a_peak_is_learned_in_half_a_year_and_forgotten_in_a_year) {
  Chance chance(7);
  Taught taught(24h, GetParam().policy);
  for (int i = 0; i < kTwoYears; ++i) {
    const Slot at = taught.now();
    if (peaks(at) && i > 183) {
      EXPECT_NEAR(taught.outlook()->expected, kLevel + kPeak, 5 * kNoise) << i;
    }
    taught.feed(value_at(at, chance));
  }
  for (int i = 0; i < 365; ++i)
    taught.feed(kLevel + kNoise * chance.normal());
  for (int i = 0; i < 31; ++i) {
    EXPECT_NEAR(taught.outlook()->expected, kLevel, 5 * kNoise) << i;
    taught.feed(kLevel + kNoise * chance.normal());
  }
}

// One peak on a day of the month is no peak of that day.
TEST_P(Month, a_single_peak_is_not_expected_again) {
  Chance chance(8);
  Taught taught(24h, GetParam().policy);
  for (int i = 0; i < kTwoYears; ++i) {
    const Slot at = taught.now();
    if (i > 420) {
      EXPECT_NEAR(taught.outlook()->expected, kLevel, 4 * kNoise) << i;
    }
    const bool peak = peaks(at) && i >= 366 && i < 400;
    taught.feed(kLevel + (peak ? kPeak : 0) + kNoise * chance.normal());
  }
}

}  // namespace
}  // namespace tidemark::learn::tide
