#include "learn/tide/evidence.h"

#include <gtest/gtest.h>

#include "learn/detector.h"
#include "learn/testing_series.h"

namespace tidemark::learn::tide {
namespace {

constexpr double kHoursADay = 24;

Sight sight(double value) {
  return {value, value - 100, 1, value - 100, 1, 1e-6};
}

/// An ordinary history around 100 with errors of about 1, `count` slots long.
Evidence ordinary(int count) {
  Evidence evidence(kHoursADay);
  Chance chance(3);
  for (int i = 0; i < count; ++i)
    evidence.learn(i, sight(100 + chance.normal()));
  return evidence;
}

TEST(Evidence, a_value_far_from_all_seen_is_an_alarm_and_an_ordinary_one_is_not) {
  const Evidence evidence = ordinary(1000);
  EXPECT_GE(evidence.score(1000, sight(140)), kAbnormalScore);
  EXPECT_GE(evidence.score(1000, sight(60)), kAbnormalScore);
  EXPECT_LT(evidence.score(1000, sight(100.5)), 0.4);
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

TEST(Evidence, after_an_alarm_the_same_again_is_below_the_threshold_for_a_day_at_most) {
  Evidence evidence = ordinary(1000);
  evidence.learn(1000, sight(140));
  const double soon = evidence.score(1001, sight(140));
  EXPECT_LT(soon, kAbnormalScore);
  EXPECT_GE(soon, 0.4);
  EXPECT_GE(evidence.score(1000 + 24, sight(140)), kAbnormalScore);
}

TEST(Evidence, something_clearly_larger_ends_the_quiet_time) {
  Evidence evidence = ordinary(1000);
  evidence.learn(1000, sight(105));
  ASSERT_LT(evidence.score(1001, sight(105)), kAbnormalScore);
  EXPECT_GE(evidence.score(1001, sight(5000)), kAbnormalScore);
}

TEST(Evidence, small_errors_that_all_point_one_way_add_up) {
  Evidence evidence = ordinary(1000);
  double highest = 0;
  for (int i = 1000; i < 1040; ++i) {
    highest = std::max(highest, evidence.score(i, sight(102.5)));
    evidence.learn(i, sight(102.5));
  }
  EXPECT_GE(highest, kAbnormalScore);
  EXPECT_LT(ordinary(1000).score(1000, sight(102.5)), kAbnormalScore);
}

}  // namespace
}  // namespace tidemark::learn::tide
