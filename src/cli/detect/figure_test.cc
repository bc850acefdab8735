#include "cli/detect/figure.h"

#include <limits>

#include <gtest/gtest.h>

namespace tidemark::cli::detect {
namespace {

TEST(Figure, has_the_digits_that_the_step_gives_a_meaning) {
  EXPECT_EQ(figure(43.25430197505843, 28.5), "43.3");
  EXPECT_EQ(figure(74.22840061048764, 0.01), "74.2284");
  EXPECT_EQ(figure(1234567.89, 5000), "1234568");
  EXPECT_EQ(figure(1000, 5000), "1000");
  EXPECT_EQ(figure(0, 12), "0");
  EXPECT_EQ(figure(-0.00049, 1), "0");
  EXPECT_EQ(figure(2.500539973233811e-09, 2e-10), "2.501e-09");
  EXPECT_EQ(figure(4e15 + 2, 1), "4000000000000002");
}

TEST(Figure, without_a_step_six_digits_are_enough) {
  EXPECT_EQ(figure(43.25430197505843, 0), "43.2543");
  EXPECT_EQ(figure(43.25430197505843, std::numeric_limits<double>::infinity()), "43.2543");
}

}  // namespace
}  // namespace tidemark::cli::detect
