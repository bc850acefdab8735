#include "learn/tide/trial.h"

#include <gtest/gtest.h>

namespace tidemark::learn::tide {
namespace {

TEST(Trial, answers_with_the_errors_to_come_only_where_they_are_clearly_smaller) {
  Trial clear;
  Trial close;
  EXPECT_FALSE(clear.better());
  for (int i = 0; i < 7; ++i) {
    clear.learn(2, 10, 0.03);
    close.learn(8, 10, 0.03);
  }
  EXPECT_NEAR(clear.better().value(), 2, 1e-9);
  EXPECT_FALSE(close.better());
}

TEST(Trial, that_was_never_wrong_has_errors_of_none) {
  Trial exact;
  exact.learn(0, 10, 0.03);
  EXPECT_EQ(exact.better(), 0);
}

}  // namespace
}  // namespace tidemark::learn::tide
