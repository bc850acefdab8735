#include "learn/tide/evidence.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "learn/archive.h"
#include "learn/detector.h"
#include "learn/testing_series.h"

namespace tidemark::learn::tide {
namespace {

constexpr double kHoursADay = 24;

Sight sight(double value) {
  return {value, value - 100, 1, 1, value - 100, 1, 1e-6};
}

/// An ordinary history around 100 with errors of about 1, slots 0 to `count` - 1.
Evidence ordinary(int count) {
  Evidence evidence(kHoursADay);
  Chance chance(3);
  for (int i = 0; i < count; ++i)
    evidence.learn(i, sight(100 + chance.normal()));
  return evidence;
}

/// Goes on as `ordinary` does.
void go_on(Evidence& evidence, int from, int to) {
  Chance chance(9);
  for (int i = from; i < to; ++i)
    evidence.learn(i, sight(100 + chance.normal()));
}

TEST(Evidence, a_value_far_from_all_seen_is_a_finding_at_once_and_an_ordinary_one_is_not) {
  const Evidence evidence = ordinary(1000);
  EXPECT_GE(evidence.score(1000, sight(140)), kAbnormalScore);
  EXPECT_GE(evidence.score(1000, sight(60)), kAbnormalScore);
  EXPECT_LT(evidence.score(1000, sight(100.5)), 0.3);
}

TEST(Evidence, grows_with_the_size_of_the_error) {
  const Evidence evidence = ordinary(1000);
  double before = 0;
  for (const double away : {0.5, 2.0, 4.0, 8.0, 30.0}) {
    const double score = evidence.score(1000, sight(100 + away));
    EXPECT_GT(score, before);
    before = score;
  }
}

TEST(Evidence, of_a_few_values_nothing_is_a_finding_yet) {
  for (int count = 1; count < 8; ++count)
    EXPECT_LT(ordinary(count).score(count, sight(110)), kAbnormalScore) << count;
}

TEST(Evidence, after_a_finding_the_same_again_is_none_for_a_day_at_most) {
  Evidence evidence = ordinary(1000);
  ASSERT_GE(evidence.score(1000, sight(140)), kAbnormalScore);
  evidence.learn(1000, sight(140));
  EXPECT_LT(evidence.score(1001, sight(140)), kAbnormalScore);
  go_on(evidence, 1001, 1030);
  EXPECT_GE(evidence.score(1030, sight(140)), kAbnormalScore);
}

TEST(Evidence, what_comes_back_at_the_same_time_of_the_next_day_is_no_finding) {
  Evidence evidence = ordinary(1000);
  for (int day = 0; day < 3; ++day) {
    const int slot = 1000 + 24 * day;
    EXPECT_EQ(evidence.score(slot, sight(140)) >= kAbnormalScore, day == 0) << day;
    evidence.learn(slot, sight(140));
    go_on(evidence, slot + 1, slot + 24);
  }
  go_on(evidence, 1072, 1082);
  EXPECT_GE(evidence.score(1082, sight(140)), kAbnormalScore);
}

TEST(Evidence, something_clearly_larger_ends_the_quiet_time) {
  Evidence evidence = ordinary(1000);
  evidence.learn(1000, sight(107));
  ASSERT_LT(evidence.score(1001, sight(107)), kAbnormalScore);
  EXPECT_GE(evidence.score(1001, sight(5000)), kAbnormalScore);
}

TEST(Evidence, a_record_that_is_hardly_larger_than_usual_is_no_finding) {
  // Rarer than all before, and yet hardly larger than usual: every series has such values.
  Evidence evidence(kHoursADay);
  Chance chance(3);
  const auto bounded = [&chance] { return 100 + std::clamp(chance.normal(), -1.2, 1.2); };
  for (int i = 0; i < 3000; ++i)
    evidence.learn(i, sight(bounded()));
  EXPECT_LT(evidence.score(3000, sight(102.5)), kAbnormalScore);
  EXPECT_GE(evidence.score(3000, sight(120)), kAbnormalScore);
}

/// Slots of the values from `from` on that begin a finding, where `wild` of them are 30 usual
/// errors away.
std::vector<int> findings(Evidence& evidence, int from, const std::vector<int>& wild) {
  Chance chance(9);
  std::vector<int> out;
  for (int i = from; i <= wild.back(); ++i) {
    const bool is_wild = std::find(wild.begin(), wild.end(), i) != wild.end();
    const Sight seen = sight(is_wild ? 130 : 100 + chance.normal());
    if (evidence.score(i, seen) >= kAbnormalScore) out.push_back(i);
    evidence.learn(i, seen);
  }
  return out;
}

TEST(Evidence, a_second_incident_in_quiet_time_is_a_finding_when_it_is_outright_odd) {
  Evidence evidence(288);
  Chance chance(3);
  for (int i = 0; i < 2000; ++i)
    evidence.learn(i, sight(100 + chance.normal()));
  // Quiet for 130 values after the first. One wild value there is none, three in a row are one,
  // once; the next three soon after must be odder than that.
  const auto found = findings(evidence, 2000, {2000, 2030, 2060, 2061, 2062, 2063, 2090, 2091});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], 2000);
  EXPECT_GE(found[1], 2060);
  EXPECT_LE(found[1], 2063);
}

TEST(Evidence, who_was_told_nothing_for_long_hears_of_less) {
  Evidence told = ordinary(2000);
  Evidence untold = ordinary(2000);
  told.learn(2000, sight(140));
  untold.learn(2000, sight(100));
  go_on(told, 2001, 2100);
  go_on(untold, 2001, 2100);
  EXPECT_LT(told.score(2100, sight(104.5)), kAbnormalScore);
  EXPECT_GE(untold.score(2100, sight(104.5)), kAbnormalScore);
}

/// The highest score of the values that `make` gives for steps 0 to 99, after `evidence`.
template <typename Make>
double highest(Evidence evidence, int from, Make make) {
  double out = 0;
  for (int i = 0; i < 100; ++i) {
    const Sight seen = make(i);
    out = std::max(out, evidence.score(from + i, seen));
    evidence.learn(from + i, seen);
  }
  return out;
}

TEST(Evidence, small_errors_that_all_point_one_way_add_up) {
  EXPECT_GE(highest(ordinary(1000), 1000, [](int) { return sight(102.5); }), kAbnormalScore);
  EXPECT_LT(ordinary(1000).score(1000, sight(102.5)), kAbnormalScore);
}

TEST(Evidence, a_lost_season_shows_though_the_forecast_follows_it) {
  // Above and below what the season says, in turn: neither errors nor their mean are odd.
  const auto lost = [](int i) {
    const double value = 100 + (i % 2 == 0 ? 3 : -3);
    return Sight{value, 0.5, 1, 1, value - 100, 1, 1e-6};
  };
  EXPECT_GE(highest(ordinary(3000), 3000, lost), kAbnormalScore);
}

TEST(Evidence, a_new_order_of_known_values_shows_though_each_is_ordinary) {
  const auto step = [](int i, int period) {
    const double value = 100 + std::abs(i % period - period / 2);
    return Sight{value, 0.1, 1, 1, 0.1, 1, 1e-6};
  };
  Evidence evidence(kHoursADay);
  for (int i = 0; i < 2000; ++i)
    evidence.learn(i, step(i, 16));
  EXPECT_LT(highest(evidence, 2000, [&](int i) { return step(i, 16); }), kAbnormalScore);
  EXPECT_GE(highest(evidence, 2000, [&](int i) { return step(5 * i, 16); }), kAbnormalScore);
}

/// Bursts of 40 usual errors, `apart[i % size]` values after one another, `count` of them.
int burst(Evidence& evidence, int from, int count, const std::vector<int>& apart) {
  Chance chance(5);
  for (int i = 0; i < count; ++i) {
    for (int left = apart[static_cast<std::size_t>(i) % apart.size()]; left > 0; --left)
      evidence.learn(from++, sight(100 + chance.normal()));
    evidence.learn(from++, sight(140));
  }
  return from;
}

/// Steps after `from` at which calm values are findings, of `count` of them.
std::vector<int> calm_findings(Evidence& evidence, int from, int count) {
  Chance chance(11);
  std::vector<int> out;
  for (int i = 1; i <= count; ++i) {
    const Sight seen = sight(100 + chance.normal());
    if (evidence.score(from + i - 1, seen) >= kAbnormalScore) out.push_back(i);
    evidence.learn(from + i - 1, seen);
  }
  return out;
}

TEST(Evidence, bursts_that_stay_away_for_longer_than_ever_are_a_finding_once) {
  // A day of 25 values, so that no finding's quiet time reaches as far.
  Evidence evidence(25);
  const int from = burst(evidence, 0, 30, {40, 60, 50});
  EXPECT_EQ(calm_findings(evidence, from, 200), std::vector<int>({66}));
  // ... and again only when it is longer than that one.
  const int again = burst(evidence, from + 200, 3, {40});
  EXPECT_EQ(calm_findings(evidence, again, 219), std::vector<int>({}));
}

TEST(Evidence, a_lull_is_no_finding_before_twenty_are_known_or_where_bursts_come_close) {
  Evidence young(25);
  const int after_few = burst(young, 0, 19, {40, 60, 50});
  EXPECT_EQ(calm_findings(young, after_few, 200), std::vector<int>({}));
  // Eleven values apart: one long burst, not thirty lulls.
  Evidence dense(25);
  const int after_dense = burst(dense, 0, 30, {11});
  EXPECT_EQ(calm_findings(dense, after_dense, 200), std::vector<int>({}));
}

TEST(Evidence, a_lull_goes_on_through_a_restart) {
  Evidence evidence(25);
  const int from = burst(evidence, 0, 30, {40, 60, 50});
  EXPECT_EQ(calm_findings(evidence, from, 50), std::vector<int>({}));
  ByteSink saved;
  StateWriter writer(saved);
  Evidence::visit(evidence, writer);
  Evidence restored(25);
  ByteSource source(saved.view());
  StateReader reader(source);
  Evidence::visit(restored, reader);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(calm_findings(restored, from + 50, 100), std::vector<int>({16}));
}

TEST(Evidence, a_value_beyond_all_so_far_needs_less_of_the_rest) {
  // 80 below the mean came now and then, 80 above it never did: as far, and no larger an error.
  Evidence evidence(kHoursADay);
  Chance chance(3);
  const auto seen = [](double value, double error) {
    return Sight{value, error, 1, 1, error, 1, 1e-6};
  };
  const auto learn_ordinary = [&](int i) {
    const double value = i % 50 == 25 ? 20 : 100 + 50 * std::sin(i * 0.7);
    evidence.learn(i, seen(value, chance.normal()));
  };
  for (int i = 0; i < 2000; ++i)
    learn_ordinary(i);
  evidence.learn(2000, seen(100, 60));  // puts the bar up again
  for (int i = 2001; i < 2040; ++i)
    learn_ordinary(i);
  const auto least_error = [&](double value) {
    double error = 0;
    while (error < 100 && evidence.score(2040, seen(value, error)) < kAbnormalScore)
      error += 0.05;
    return error;
  };
  EXPECT_LT(least_error(180), least_error(20) - 0.5);
  EXPECT_GT(least_error(180), 2);  // ... but no record is a finding by itself
}

TEST(Evidence, a_daily_series_has_no_same_time_of_the_next_day) {
  Evidence evidence(1);
  Chance chance(3);
  for (int i = 0; i < 300; ++i)
    evidence.learn(i, sight(100 + chance.normal()));
  evidence.learn(300, sight(140));
  EXPECT_GE(evidence.score(301, sight(140)), kAbnormalScore);
}

}  // namespace
}  // namespace tidemark::learn::tide
