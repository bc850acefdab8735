// Seasons shorter than a day, found by themselves: jobs that run every few slots.
#include "learn/tide/beat.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr double kNoise = 2;
constexpr double kPeak = 300;
constexpr double kLevel = 400;
// Width at 95 % of the noise itself: what a band between peaks can be at best. That the mean of a
// place is of about 12 passes adds 4 %, that the model of the newest values learns anew, and the
// ends of the band from a few hundred values, the rest.
constexpr double kNoiseWidth = 2 * 1.96 * kNoise;
constexpr double kLikeNoise = 1.5 * kNoiseWidth;
constexpr std::array kPolicies{Policy::as_server, Policy::by_score, Policy::in_full};
// Bounds hold for twenty seeds; so many are lived through each time.
constexpr std::array<std::uint64_t, 4> kSeeds{1, 2, 3, 4};

/// What comes on top of noise in a slot.
using Above = std::function<double(int slot)>;

/// A job every `period` slots that takes `takes` of them.
Above job(int period, int takes = 1) {
  return [=](int slot) { return slot % period < takes ? kPeak : 0; };
}

/// Lives through noise and what is above it.
class Life {
 public:
  Life(Above above, Policy policy, std::uint64_t seed, Duration cadence = 1min)
      : above_(std::move(above)), chance_(seed), detector_(cadence, policy) {}

  [[nodiscard]] int at() const { return at_; }
  [[nodiscard]] const Taught& detector() const { return detector_; }
  [[nodiscard]] Taught& detector() { return detector_; }
  /// What is expected above the level in the slot to come.
  [[nodiscard]] double expected() const { return detector_.outlook()->expected - kLevel; }
  [[nodiscard]] double width() const { return detector_.width(k_from_confidence(0.95)); }
  [[nodiscard]] double above() const { return above_(at_); }
  /// The value of the slot to come, to be lived with.
  double value() { return kLevel + above_(at_) + kNoise * chance_.normal(); }
  void live_with(double value) {
    detector_.feed(value);
    ++at_;
  }
  void live(int slots) {
    for (int i = 0; i < slots; ++i)
      live_with(value());
  }
  void skip(int slots) {
    detector_.skip(slots);
    at_ += slots;
  }

 private:
  Above above_;
  Chance chance_;
  Taught detector_;
  int at_ = 0;
};

/// What a detector says of a stretch of slots.
struct Seen {
  double least_at_peak = 1e9;  ///< least that is expected where a job runs
  double most_between = -1e9;  ///< most that is expected elsewhere
  double width_between = 0;    ///< mean width at 95 % there
  double widest = 0;           ///< of all slots
  int findings = 0;            ///< by score
  [[nodiscard]] bool knows() const {
    return least_at_peak >= 0.8 * kPeak && most_between <= 0.2 * kPeak;
  }
};

Seen look(Life* life, int slots) {
  Seen out;
  int between = 0;
  for (int i = 0; i < slots; ++i) {
    const double expected = life->expected();
    if (life->above() > kPeak / 2) {
      out.least_at_peak = std::min(out.least_at_peak, expected);
    } else {
      out.most_between = std::max(out.most_between, expected);
      out.width_between += life->width();
      ++between;
    }
    out.widest = std::max(out.widest, life->width());
    const double value = life->value();
    out.findings += life->detector().score(value) >= kAbnormalScore ? 1 : 0;
    life->live_with(value);
  }
  out.width_between /= between;
  return out;
}

/// A job every 15 slots of which this part comes a slot early, and as much a slot late.
std::vector<double> jittering(std::size_t slots, double part, std::uint64_t seed) {
  Chance chance(seed);
  std::vector<double> out(slots, 0);
  for (std::size_t i = 15; i + 1 < slots; i += 15) {
    const double where = chance.flat();
    out[where < part ? i - 1 : where < 2 * part ? i + 1 : i] = kPeak;
  }
  return out;
}

struct Case {
  int period;
  Policy policy;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const Policy policy : kPolicies) {
    for (const int period : {10, 15, 17, 20, 30, 60, 120})
      out.push_back({period, policy});
  }
  return out;
}

std::string name(const testing::TestParamInfo<Case>& one) {
  const std::array<const char*, 3> names{"as_server", "by_score", "in_full"};
  return std::to_string(one.param.period) + "_" + names[static_cast<std::size_t>(one.param.policy)];
}

class Job : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Minutes, Job, testing::ValuesIn(cases()), name);

TEST_P(Job, is_expected_after_twenty_periods_and_the_band_between_is_that_of_noise) {
  const auto [period, policy] = GetParam();
  for (const std::uint64_t seed : kSeeds) {
    Life life(job(period), policy, seed);
    life.live(20 * period);
    const Seen seen = look(&life, 20 * period);
    EXPECT_TRUE(seen.knows()) << seen.least_at_peak << " and " << seen.most_between << ", " << seed;
    EXPECT_LE(seen.width_between, kLikeNoise) << seed;
    EXPECT_LE(seen.findings, 1) << seed;
  }
}

TEST_P(Job, a_missed_run_is_a_dip_and_one_more_off_the_beat_a_finding) {
  const auto [period, policy] = GetParam();
  // A caller that goes by its band has a finding wherever that is left.
  const double least_score = policy == Policy::as_server ? 0 : kAbnormalScore;
  for (const std::uint64_t seed : kSeeds) {
    Life life(job(period), policy, seed);
    life.live(40 * period);
    EXPECT_LT(kLevel + 3, life.detector().band(k_from_confidence(0.99)).lower) << seed;
    EXPECT_GE(life.detector().score(kLevel), least_score) << seed;
    life.live(period / 2);
    EXPECT_GT(kLevel + kPeak, life.detector().band(k_from_confidence(0.99)).upper) << seed;
    EXPECT_GE(life.detector().score(kLevel + kPeak), least_score) << seed;
  }
}

/// Each of these is lived through under every policy with every seed.
class Beats : public testing::TestWithParam<std::tuple<Policy, std::uint64_t>> {
 protected:
  [[nodiscard]] static Life life(Above above, Duration cadence = 1min) {
    return Life(std::move(above), std::get<0>(GetParam()), seed(), cadence);
  }
  [[nodiscard]] static std::uint64_t seed() { return std::get<1>(GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Taught,
                         Beats,
                         testing::Combine(testing::ValuesIn(kPolicies), testing::ValuesIn(kSeeds)));

TEST_P(Beats, of_seven_hours_are_known_in_slots_of_an_hour_and_of_five_minutes) {
  for (const auto& [cadence, period, takes] :
       {std::tuple<Duration, int, int>{1h, 7, 1}, {5min, 84, 1}, {5min, 84, 12}}) {
    Life one = life(job(period, takes), cadence);
    one.live(24 * period);
    const Seen seen = look(&one, 24 * period);
    EXPECT_TRUE(seen.knows()) << period << " of " << takes;
    // By then the ends of the band are read from more than a hundred values also at 7 slots.
    EXPECT_LE(look(&one, 24 * period).width_between, kLikeNoise) << period << " of " << takes;
  }
}

TEST_P(Beats, of_seven_slots_and_a_half_are_known) {
  Life one = life([](int slot) { return slot % 15 == 0 || slot % 15 == 7 ? kPeak : 0; });
  one.live(400);
  EXPECT_TRUE(look(&one, 300).knows());
}

TEST_P(Beats, whose_peaks_are_of_two_heights_become_the_longer_one) {
  Life one = life([](int slot) { return slot % 60 == 0 ? 2 * kPeak : job(15)(slot); });
  one.live(3000);
  for (int i = 0; i < 240; ++i, one.live(1)) {
    EXPECT_NEAR(one.expected(), one.above(), 0.2 * kPeak) << one.at();
  }
}

TEST_P(Beats, between_peaks_of_changing_height_are_narrow_and_at_them_wide) {
  Chance chance(100 + seed());
  std::vector<double> heights(1000);
  for (double& v : heights)
    v = kPeak * (1 + 0.1 * chance.normal());
  Life one = life(
      [&](int slot) { return slot % 15 == 0 ? heights[static_cast<std::size_t>(slot / 15)] : 0; });
  one.live(1500);
  int inside = 0;
  for (int i = 0; i < 3000; ++i, one.live(1)) {
    if (one.above() == 0) continue;
    inside += one.detector().inside(one.value(), k_from_confidence(0.95)) ? 1 : 0;
  }
  EXPECT_GE(inside, 160);  // of 200: how far a place is off is known from some 12 passes
  // A peak that is off by 30 leaves the newest value of a caller that learns it 30 off as well.
  EXPECT_LE(look(&one, 1000).width_between, 3 * kNoiseWidth);
}

TEST_P(Beats, that_seldom_jitter_have_a_narrower_band_than_without) {
  // Without a beat it has to reach the peaks, of which there is one in 15 slots: 300 wide and more.
  const auto values = jittering(6000, 0.03, 100 + seed());
  Life one = life([&](int slot) { return values[static_cast<std::size_t>(slot)]; });
  one.live(900);
  EXPECT_LE(look(&one, 4000).width_between, 150);
}

TEST_P(Beats, live_on_when_runs_are_missed_now_and_then) {
  Chance chance(100 + seed());
  std::vector<double> values(3000, 0);
  // Never three in a row: that is a job that has stopped, or runs at another time.
  for (std::size_t i = 30; i < values.size(); i += 15) {
    const bool may = values[i - 15] > 0 || values[i - 30] > 0;
    values[i] = may && chance.flat() < 0.05 ? 0 : kPeak;
  }
  Life one = life([&](int slot) { return values[static_cast<std::size_t>(slot)]; });
  one.live(600);
  const Seen seen = look(&one, 2000);
  EXPECT_GE(seen.least_at_peak, 0.8 * kPeak);
  EXPECT_LE(seen.width_between, 40);
}

TEST_P(Beats, are_found_among_outliers) {
  // One value in a hundred is up to two peaks off, on either side.
  Chance chance(100 + seed());
  std::vector<double> outliers(2400, 0);
  for (double& v : outliers)
    v = chance.flat() < 0.01 ? kPeak * (4 * chance.flat() - 2) : 0;
  Life one =
      life([&](int slot) { return job(15)(slot) + outliers[static_cast<std::size_t>(slot)]; });
  one.live(900);
  double expected_at_peaks = 0;
  double width = 0;
  for (int i = 0; i < 1500; ++i, one.live(1)) {
    if (job(15)(one.at()) > 0) expected_at_peaks += one.expected() / 100;
    width += one.width() / 1500;
  }
  EXPECT_GE(expected_at_peaks, 0.9 * kPeak);
  EXPECT_LE(width, 0.25 * kPeak);
}

TEST_P(Beats, are_found_among_gaps) {
  Chance chance(100 + seed());
  Life one = life(job(30, 4));
  while (one.at() < 1500) {
    one.live(20 + static_cast<int>(200 * chance.flat()));
    one.skip(1 + static_cast<int>(60 * chance.flat()));
  }
  const Seen seen = look(&one, 600);
  EXPECT_TRUE(seen.knows());
  EXPECT_LE(seen.width_between, 2 * kNoiseWidth);
}

TEST_P(Beats, that_stop_leave_a_narrow_band_and_no_stream_of_findings) {
  Life one = life([](int slot) { return slot < 1500 ? job(15)(slot) : 0; });
  one.live(1500);
  EXPECT_LE(look(&one, 60).findings, 3);
  const Seen after = look(&one, 140);
  EXPECT_EQ(after.findings, 0);
  EXPECT_LE(after.most_between, 0.2 * kPeak);
  EXPECT_LE(look(&one, 1000).width_between, kLikeNoise);
}

TEST_P(Beats, that_become_others_are_known_again) {
  Life one = life([](int slot) { return job(slot < 1500 ? 15 : 20)(slot); });
  one.live(1500);
  EXPECT_LE(look(&one, 400).findings, 5);
  EXPECT_TRUE(look(&one, 400).knows());
}

TEST_P(Beats, that_shift_are_known_again_after_three_periods) {
  Life one = life([](int slot) { return job(15)(slot < 1500 ? slot : slot + 8); });
  one.live(1500 + 3 * 15);
  EXPECT_TRUE(look(&one, 300).knows());
}

TEST_P(Beats, go_on_by_time_after_a_gap) {
  Life one = life(job(15));
  one.live(900);
  one.skip(503);
  EXPECT_TRUE(look(&one, 300).knows());
}

TEST_P(Beats, outlive_wild_values) {
  Life one = life(job(15));
  one.live(1003);
  for (int i = 0; i < 3; ++i) {
    one.live_with(1e6);
    one.live(99);
  }
  const Seen seen = look(&one, 300);
  EXPECT_TRUE(seen.knows());
  EXPECT_LE(seen.width_between, 30);
}

TEST_P(Beats, go_along_with_a_new_level_and_with_the_day) {
  Life one = life([](int slot) {
    const double day = 100 * std::sin(slot * 2 * std::numbers::pi / 1440);
    return job(15)(slot) + day + (slot < 4000 ? 0 : 1000);
  });
  one.live(3700);
  for (int i = 0; i < 600; ++i) {
    if (i < 300 || i > 330) {
      EXPECT_NEAR(one.expected(), one.above(), 0.2 * kPeak) << one.at();
    }
    one.live(1);
  }
}

TEST(Beat, moves_and_grows_with_the_series) {
  for (const auto& [factor, summand] :
       {std::pair{1.0, 1e4}, {1e-6, 0.0}, {1e6, 0.0}, {1e12, 5e13}}) {
    Taught plain(1min, Policy::by_score);
    Taught mapped(1min, Policy::by_score);
    Chance chance(2);
    for (int i = 0; i < 900; ++i) {
      const double value = kLevel + job(15)(i) + kNoise * chance.normal();
      plain.feed(value);
      mapped.feed(value * factor + summand);
      if (i < 600) continue;
      EXPECT_NEAR((mapped.outlook()->expected - summand) / factor, plain.outlook()->expected, 0.5);
      EXPECT_NEAR(mapped.width(2) / factor, plain.width(2), 0.05 * plain.width(2));
    }
  }
}

TEST(Beat, is_saved_and_restored_bit_for_bit_whatever_it_is_about) {
  const Above above = [](int slot) { return job(slot < 900 ? 15 : 20)(slot); };
  Life straight(above, Policy::as_server, 1);
  Life restarted(above, Policy::as_server, 1);
  for (int i = 0; i < 1500; ++i) {
    straight.live(1);
    restarted.live(1);
    if (i % 7 == 0) restarted.detector().restart();
    ASSERT_EQ(straight.detector().outlook(), restarted.detector().outlook()) << i;
  }
  EXPECT_TRUE(restarted.detector().restored());
  EXPECT_EQ(straight.detector().restart(), restarted.detector().restart());
}

/// The period that is known after `slots` of a series forecast by its newest value or its mean.
int known_in(const std::function<double(int, Chance&)>& series, std::uint64_t seed, bool by_mean) {
  Beat beat(60);
  Chance chance(seed);
  double expected = series(0, chance);
  for (int i = 0; i < 6000; ++i) {
    const double value = series(i, chance);
    beat.learn({{i, i}, value, value, expected, kNoise, 3.5, false});
    if (beat.known()) return beat.period();
    expected += (value - expected) * (by_mean ? 0.02 : 1);
  }
  return 0;
}

TEST(Beat, is_not_found_in_noise_a_random_walk_a_day_or_bursts) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto noise = [](int, Chance& chance) { return kNoise * chance.normal(); };
    EXPECT_EQ(known_in(noise, seed, true), 0) << seed;
    double at = 0;
    const auto walk = [&](int, Chance& chance) { return at += chance.normal(); };
    EXPECT_EQ(known_in(walk, seed, false), 0) << seed;
    const auto day = [](int slot, Chance& chance) {
      return 100 * std::sin(slot * 2 * std::numbers::pi / 1440) + kNoise * chance.normal();
    };
    EXPECT_EQ(known_in(day, seed, false), 0) << seed;
    const auto bursts = [](int, Chance& chance) {
      return chance.normal() + (chance.flat() < 0.03 ? kPeak : 0);
    };
    EXPECT_EQ(known_in(bursts, seed, true), 0) << seed;
  }
}

/// Slots of an hour by clocks that change once.
struct Clocks {
  int change;  ///< from this slot on the clocks show an hour less

  [[nodiscard]] Beat::At at(int slot) const { return {slot, slot < change ? slot : slot - 1}; }
  [[nodiscard]] Beat learned(const std::function<double(const Beat::At&)>& value, int until) const {
    Beat beat(3600);
    Chance chance(1);
    double mean = 0;
    for (int slot = 0; slot < until; ++slot) {
      const double now = value(at(slot)) + kNoise * chance.normal();
      const double lift = beat.lift(at(slot));
      beat.learn({at(slot), now, now, mean + lift, kNoise, 3.5, false});
      mean += (now - lift - mean) * 0.02;
    }
    return beat;
  }
};

TEST(Beat, what_a_day_consists_of_goes_by_the_clocks_and_nothing_else) {
  constexpr int kUntil = 24 * 60;
  const Clocks clocks{kUntil + 10};
  for (const int period : {7, 12, 24, 36, 48}) {
    const bool by_clocks = period != 7 && period != 36;
    const auto beat = clocks.learned(
        [&](const Beat::At& at) {
          return (by_clocks ? at.local : at.slot) % period == 0 ? kPeak : 0;
        },
        kUntil);
    ASSERT_EQ(beat.period(), period);
    ASSERT_TRUE(beat.known()) << period;
    for (int slot = kUntil; slot < kUntil + 3 * 48; ++slot) {
      const auto at = clocks.at(slot);
      const bool runs = (by_clocks ? at.local : at.slot) % period == 0;
      EXPECT_EQ(beat.lift(at) > 0.5 * kPeak, runs) << period << " at " << slot;
    }
  }
}

TEST(Beat, is_not_found_where_two_of_five_runs_are_early_or_late) {
  // So the band is, bit for bit, the one without a beat. Of one of three it is, now and then.
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto values = jittering(6000, 0.2, seed);
    const auto series = [&](int slot, Chance& chance) {
      return values[static_cast<std::size_t>(slot)] + kNoise * chance.normal();
    };
    EXPECT_EQ(known_in(series, seed, true), 0) << seed;
  }
}

TEST(Beat, of_a_smooth_day_without_noise_is_none) {
  const auto day = [](int slot, Chance&) { return std::sin(slot * 2 * std::numbers::pi / 1440); };
  EXPECT_EQ(known_in(day, 1, false), 0);
}

}  // namespace
}  // namespace tidemark::learn::tide
