#include "base/people_time.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(PeopleTime, shows_the_clock_only_of_periods_shorter_than_a_day) {
  const auto at = Timestamp::from_s(1'385'604'300);
  EXPECT_EQ(people_time(at, hours(24)), "28 Nov 2013");
  EXPECT_EQ(people_time(at, hours(1)), "28 Nov 2013 02:05");
}

TEST(PeopleTime, durations_have_the_largest_unit_without_a_rest) {
  EXPECT_EQ(people_duration(hours(24)), "1 day");
  EXPECT_EQ(people_duration(hours(36)), "36 hours");
  EXPECT_EQ(people_duration(minutes(5)), "5 minutes");
  EXPECT_EQ(people_duration(seconds(61)), "61 seconds");
}

}  // namespace
}  // namespace tidemark
