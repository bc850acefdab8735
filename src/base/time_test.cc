#include "base/time.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Time, rfc3339_round_trip) {
  for (const char* text :
       {"2013-11-28T00:00:00Z", "1969-12-31T23:59:59Z", "2024-02-29T12:30:01.250Z"}) {
    const auto at = parse_rfc3339(text);
    ASSERT_TRUE(at) << text;
    EXPECT_EQ(format_rfc3339(*at), text);
  }
}

TEST(Time, offsets_and_spaces_are_read) {
  EXPECT_EQ(parse_rfc3339("2013-11-28T02:00:00+02:00"), parse_rfc3339("2013-11-28T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("2013-11-28 00:00:00Z"), parse_rfc3339("2013-11-28T00:00:00Z"));
}

TEST(Time, nonsense_is_refused) {
  for (const char* text : {"",
                           "2013-11-28",
                           "2013-13-01T00:00:00Z",
                           "2013-02-29T00:00:00Z",
                           "2013-11-28T24:00:00Z",
                           "2013-11-28T00:00:00",
                           "2013-11-28T00:00:00.Z",
                           "2013-11-28T00:00:00Zx",
                           "9999-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Time, flooring_before_1970_goes_down) {
  EXPECT_EQ(Timestamp::from_s(-1).floor_to(std::chrono::minutes(1)), Timestamp::from_s(-60));
  EXPECT_EQ(Timestamp::from_ns(-1).ms(), -1);
}

TEST(Time, arithmetic_saturates) {
  EXPECT_EQ(Timestamp::max() + std::chrono::hours(1), Timestamp::max());
  EXPECT_EQ(Timestamp::min() - std::chrono::hours(1), Timestamp::min());
  EXPECT_EQ(Timestamp::min() - Timestamp::max(), Duration::min());
}

TEST(Time, weekday_and_aws_form) {
  EXPECT_EQ(to_civil(*parse_rfc3339("2013-11-28T00:00:00Z")).weekday, 4);
  EXPECT_EQ(format_aws(*parse_rfc3339("2013-11-28T05:06:07.008Z")), "2013-11-28T05:06:07.008+0000");
}

}  // namespace
}  // namespace tidemark
