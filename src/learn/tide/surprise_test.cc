#include "learn/tide/surprise.h"

#include <cmath>

#include <gtest/gtest.h>

namespace tidemark::learn::tide {
namespace {

/// Up and down in eight steps, `count` values, times `scale`.
Surprise waves(int count, double scale = 1) {
  Surprise steps;
  for (int i = 0; i < count; ++i)
    steps.learn(scale * std::abs(i % 16 - 8));
  return steps;
}

TEST(Surprise, of_a_step_that_comes_often_is_small_and_of_one_never_seen_large) {
  const Surprise steps = waves(1601);  // the newest is 8, 7 follows
  EXPECT_LT(steps.of(7), 0.1);
  EXPECT_GT(steps.of(3), 1.5);
}

TEST(Surprise, sees_a_known_value_at_a_place_where_it_never_came) {
  Surprise steps = waves(1601);
  steps.learn(7);
  EXPECT_LT(steps.of(6), 0.3);  // 6 and 8 in turn: one bit of four
  EXPECT_GT(steps.of(0), 1.5);
}

TEST(Surprise, says_how_far_a_value_is_beyond_all_before) {
  Surprise steps = waves(500);  // 0 to 8
  EXPECT_EQ(steps.beyond(8), 0);
  EXPECT_EQ(steps.beyond(3.5), 0);
  EXPECT_DOUBLE_EQ(steps.beyond(10), 0.25);
  EXPECT_DOUBLE_EQ(steps.beyond(-2), 0.25);
  EXPECT_EQ(steps.beyond(1e9), 1);
  steps.learn(10);
  EXPECT_EQ(steps.beyond(10), 0);
  EXPECT_DOUBLE_EQ(waves(500, 1024).beyond(10'240), 0.25);
}

TEST(Surprise, of_one_value_all_others_are_beyond_by_one_range) {
  Surprise steps;
  EXPECT_EQ(steps.beyond(5), 0);
  steps.learn(5);
  EXPECT_EQ(steps.beyond(5), 0);
  EXPECT_EQ(steps.beyond(5.001), 1);
  steps.learn(-kHuge);
  EXPECT_EQ(steps.beyond(kHuge), 1);
}

TEST(Surprise, does_not_depend_on_the_unit) {
  EXPECT_DOUBLE_EQ(waves(500).of(2), waves(500, 1024).of(2048));
}

TEST(Surprise, is_finite_for_the_first_value_and_over_the_whole_range_of_doubles) {
  Surprise steps;
  EXPECT_EQ(steps.of(5), 0);
  steps.learn(-kHuge);
  EXPECT_TRUE(std::isfinite(steps.of(kHuge)));
  steps.learn(kHuge);
  EXPECT_TRUE(std::isfinite(steps.of(0)));
}

TEST(Surprise, counts_half_before_a_count_is_full_and_still_knows_its_steps) {
  Surprise steps;
  for (int i = 0; i < 20'000; ++i)
    steps.learn(i % 100 == 0 ? 1 : 0);
  EXPECT_LT(steps.of(0), 0.1);
  EXPECT_GT(steps.of(1), 1);
}

}  // namespace
}  // namespace tidemark::learn::tide
