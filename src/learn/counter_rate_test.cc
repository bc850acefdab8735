#include "learn/counter_rate.h"

#include <limits>

#include <gtest/gtest.h>

namespace tidemark::learn {
namespace {

Timestamp second(int number) {
  return Timestamp::from_s(1'700'000'000 + number);
}

TEST(CounterRate, is_the_increase_a_second_from_the_second_value_on) {
  CounterRate rate;
  EXPECT_EQ(rate.next(second(0), 1000), std::nullopt);
  EXPECT_EQ(rate.next(second(60), 1600), 10);
  EXPECT_EQ(rate.next(second(120), 1600), 0);
  EXPECT_EQ(rate.next(second(150), 1900), 10);
}

TEST(CounterRate, a_counter_that_began_again_grew_from_zero) {
  CounterRate rate;
  rate.next(second(0), 1000);
  EXPECT_EQ(rate.next(second(60), 300), 5);
  EXPECT_EQ(rate.next(second(120), 600), 5);
}

TEST(CounterRate, a_gap_is_spanned) {
  CounterRate rate;
  rate.next(second(0), 0);
  EXPECT_EQ(rate.next(second(600), 1200), 2);
}

TEST(CounterRate, what_is_late_repeated_or_no_counters_counts_for_nothing) {
  CounterRate rate;
  rate.next(second(0), 0);
  rate.next(second(60), 600);
  EXPECT_EQ(rate.next(second(60), 900), std::nullopt);
  EXPECT_EQ(rate.next(second(30), 300), std::nullopt);
  EXPECT_EQ(rate.next(second(90), -5), std::nullopt);
  for (const double wrong :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    EXPECT_EQ(rate.next(second(90), wrong), std::nullopt);
  EXPECT_EQ(rate.next(second(120), 1200), 10);
}

TEST(CounterRate, increases_beyond_the_doubles_are_none) {
  CounterRate rate;
  rate.next(second(0), 0);
  EXPECT_EQ(rate.next(second(0) + Duration(1), 1e308), std::nullopt);
  EXPECT_EQ(rate.next(second(1), 1e308), 0);
}

}  // namespace
}  // namespace tidemark::learn
