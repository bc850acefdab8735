// Values far beyond whatever a series has shown: a sensor that reports its own error code, a
// counter that ran over. They must not be what later values are measured by, however the caller
// teaches; a level that stays must be accepted however far away it is.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr double kLevel = 100;
constexpr double kNoise = 2;
constexpr double k99 = 2.5758293035489004;
constexpr std::array<std::uint64_t, 3> kSeeds{3, 4, 6};

struct Case {
  Duration cadence;
  int known;  // values before the wild ones
  Policy policy;
};

std::string name_of(const testing::TestParamInfo<Case>& one) {
  constexpr std::array<const char*, 3> kPolicies{"as_server", "by_score", "in_full"};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(one.param.cadence).count();
  return std::to_string(minutes) + "min_" + std::to_string(one.param.known) + "_" +
         kPolicies[static_cast<std::size_t>(one.param.policy)];
}

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const Policy policy : {Policy::as_server, Policy::by_score, Policy::in_full}) {
    for (const auto& [cadence, old] : {std::pair(Duration(1min), 1500),
                                       std::pair(Duration(1h), 1500),
                                       std::pair(Duration(24h), 200)}) {
      for (const int known : {40, old})
        out.push_back({cadence, known, policy});
    }
  }
  return out;
}

class Wild : public testing::TestWithParam<Case> {
 protected:
  /// A detector that knows an ordinary series.
  Taught taught(Chance& chance) const {
    Taught out(GetParam().cadence, GetParam().policy);
    live(out, chance, GetParam().known);
    return out;
  }
  static void live(Taught& taught, Chance& chance, int count) {
    for (int i = 0; i < count; ++i)
      taught.feed(kLevel + kNoise * chance.normal());
  }
  /// After these values the band is as narrow as before, today and at the same time tomorrow, and
  /// finds a spike of 20 sigma.
  void expect_unharmed(std::uint64_t seed, const std::vector<double>& wild) const {
    Chance chance(seed);
    Taught taught = this->taught(chance);
    const double before = taught.width(k99);
    for (const double value : wild)
      taught.feed(value);
    live(taught, chance, 100);
    double widest = taught.width(k99);
    EXPECT_FALSE(taught.inside(kLevel + 20 * kNoise, k99));
    const int more = GetParam().cadence == 1min ? 1500 : 200;
    for (int i = 0; i < more; ++i) {
      live(taught, chance, 1);
      widest = std::max(widest, taught.width(k99));
    }
    EXPECT_LE(widest, 3 * before);
    EXPECT_FALSE(taught.inside(kLevel + 20 * kNoise, k99));
    EXPECT_FALSE(taught.inside(kLevel - 20 * kNoise, k99));
  }
};
INSTANTIATE_TEST_SUITE_P(All, Wild, testing::ValuesIn(cases()), name_of);

TEST_P(Wild, values_side_by_side_leave_the_band_as_it_was) {
  for (const std::uint64_t seed : kSeeds) {
    for (const double size : {1e4, 1e6, 1e12, 0x1p63}) {
      for (const int count : {1, 2, 3}) {
        for (const double sign : {1.0, -1.0}) {
          SCOPED_TRACE(std::to_string(count) + " of " + std::to_string(sign * size) + ", seed " +
                       std::to_string(seed));
          expect_unharmed(seed, std::vector<double>(static_cast<std::size_t>(count), sign * size));
        }
      }
    }
  }
}

TEST_P(Wild, values_of_both_signs_or_growing_leave_the_band_as_it_was) {
  for (const std::uint64_t seed : kSeeds) {
    SCOPED_TRACE(seed);
    expect_unharmed(seed, {1e12, -1e12, 1e12});
    expect_unharmed(seed, {1e4, 1e8, 1e16});
    expect_unharmed(seed, {1e16, 1e8, 1e4});
  }
}

TEST_P(Wild, a_restart_in_between_changes_nothing) {
  Chance chance(3);
  Chance same(3);
  Taught straight = taught(chance);
  Taught restarted = taught(same);
  for (const double value :
       {1e6, 100.0, 0x1p63, 0x1p63, -1e300, 99.0, 101.0, 1e6, 1e6, 1e6, 98.0}) {
    straight.feed(value);
    restarted.feed(value);
    (void)restarted.restart();
  }
  live(straight, chance, 50);
  live(restarted, same, 50);
  EXPECT_TRUE(restarted.restored());
  EXPECT_EQ(straight.restart(), restarted.restart());
}

// Which of two equal values far away begins a level cannot be known before it has lasted.
TEST_P(Wild, a_level_that_stays_is_accepted_after_five_values) {
  for (const std::uint64_t seed : kSeeds) {
    for (const double by : {300.0, 1e4, 1e6, -1e4}) {
      SCOPED_TRACE(std::to_string(by) + ", seed " + std::to_string(seed));
      Chance chance(seed);
      Taught taught = this->taught(chance);
      int inside = 0;
      for (int i = 0; i < 25; ++i) {
        const double value = kLevel + by + kNoise * chance.normal();
        inside += i >= 5 && taught.inside(value, 3) ? 1 : 0;
        taught.feed(value);
      }
      EXPECT_GE(inside, 18);
      EXPECT_TRUE(taught.inside(kLevel + by, 3));
    }
  }
}

// A pair now and then, at no fixed time: the fourth is no reason to look away either.
TEST_P(Wild, values_now_and_then_leave_a_spike_to_be_found) {
  for (const std::uint64_t seed : kSeeds) {
    SCOPED_TRACE(seed);
    Chance chance(seed);
    Taught taught = this->taught(chance);
    for (int i = 0; i < 4; ++i) {
      taught.feed(1e9);
      taught.feed(1e9);
      live(taught, chance, 171 + i);
    }
    EXPECT_FALSE(taught.inside(kLevel + 20 * kNoise, k99));
  }
}

TEST(WildScore, a_spike_is_a_finding_a_thousand_minutes_later) {
  for (const std::uint64_t seed : kSeeds) {
    for (const double size : {1e4, 1e6, 1e12, 0x1p63}) {
      SCOPED_TRACE(std::to_string(size) + ", seed " + std::to_string(seed));
      Chance chance(seed);
      Taught taught(1min, Policy::by_score);
      for (int i = 0; i < 2502; ++i) {
        const bool wild = i == 1500 || i == 1501;
        taught.feed(wild ? size : kLevel + kNoise * chance.normal());
      }
      EXPECT_GE(taught.score(kLevel + 20 * kNoise), kAbnormalScore);
    }
  }
}

// A person who calls a finding expected is to be taken at their word at once.
TEST(WildAccepted, a_value_that_a_person_calls_ordinary_is_learned_in_full) {
  Chance chance(3);
  Taught obeyed(1h, Policy::as_server);
  Taught told(1h, Policy::as_server);
  for (int i = 0; i < 500; ++i) {
    const double value = kLevel + kNoise * chance.normal();
    obeyed.feed(value);
    told.feed(value);
  }
  obeyed.accept(1e4);
  told.feed(1e4);
  for (int i = 0; i < 50; ++i) {
    const double value = kLevel + kNoise * chance.normal();
    obeyed.feed(value);
    told.feed(value);
  }
  EXPECT_GT(obeyed.width(k99), 1.2 * told.width(k99));
}

TEST(WildSeason, a_peak_that_comes_each_day_is_learned_however_high) {
  for (const Policy policy : {Policy::as_server, Policy::by_score, Policy::in_full}) {
    Taught taught(5min, policy);
    Chance chance(9);
    for (int i = 0; i < 14 * 288 + 37; ++i) {
      const int of_day = i % 288;
      taught.feed(kLevel + kNoise * chance.normal() + (of_day >= 36 && of_day < 39 ? 5e4 : 0));
    }
    EXPECT_GT(taught.outlook()->expected, 2.5e4) << static_cast<int>(policy);
  }
}

}  // namespace
}  // namespace tidemark::learn::tide
