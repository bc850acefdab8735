#include "base/once_in_a_while.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

using std::chrono::seconds;

TEST(OnceInAWhile, lets_the_first_through_and_says_how_many_were_held_back) {
  OnceInAWhile lines(seconds(10));
  const Instant start;
  EXPECT_EQ(lines.let_through(start), 0U);
  EXPECT_EQ(lines.let_through(start + seconds(1)), std::nullopt);
  EXPECT_EQ(lines.let_through(start + seconds(9)), std::nullopt);
  EXPECT_EQ(lines.let_through(start + seconds(10)), 2U);
  EXPECT_EQ(lines.let_through(start + seconds(20)), 0U);
}

}  // namespace
}  // namespace tidemark
