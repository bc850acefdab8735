#include "learn/tide/farthest.h"

#include <numbers>

#include <gtest/gtest.h>

namespace tidemark::learn::tide {
namespace {

TEST(Farthest, keeps_the_sides_apart_and_forgets) {
  Farthest farthest(100);
  farthest.learn(-8);
  farthest.learn(3);
  EXPECT_NEAR(farthest.on_the_side_of(-1), 8 * 0.99, 1e-9);
  EXPECT_EQ(farthest.on_the_side_of(1), 3);
  for (int i = 0; i < 100; ++i)
    farthest.learn(0);
  EXPECT_NEAR(farthest.on_the_side_of(-1), 8 / std::numbers::e, 0.1);
}

TEST(Farthest, allows_and_bounds_without_forgetting) {
  Farthest farthest(100);
  farthest.learn(5);
  farthest.allow(-2);
  farthest.allow(4);
  EXPECT_EQ(farthest.on_the_side_of(1), 5);
  EXPECT_EQ(farthest.on_the_side_of(-1), 2);
  farthest.bound(3);
  EXPECT_EQ(farthest.on_the_side_of(1), 3);
  EXPECT_EQ(farthest.on_the_side_of(-1), 2);
}

}  // namespace
}  // namespace tidemark::learn::tide
