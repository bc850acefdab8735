#include "learn/tide/evidence.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

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
