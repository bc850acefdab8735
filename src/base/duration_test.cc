#include "base/duration.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ParseDuration, reads_what_people_write) {
  EXPECT_EQ(*parse_duration("0s"), Duration(0));
  EXPECT_EQ(*parse_duration("30s"), seconds(30));
  EXPECT_EQ(*parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(*parse_duration("1d12h"), hours(36));
  EXPECT_EQ(*parse_duration("2w"), hours(336));
  EXPECT_EQ(*parse_duration("106751d"), hours(24) * 106751);  // the most that fits
}

TEST(ParseDuration, names_what_it_cannot_read) {
  for (const char* text : {"",
                           "5",
                           "s",
                           "-5s",
                           "+5s",
                           "1.5h",
                           "5 s",
                           "5S",
                           "5y",
                           "1d-2h",
                           "1d ",
                           "106752d",
                           "99999999999999999999s",
                           "100000d100000d"}) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, Errc::invalid);
    EXPECT_NE(parsed.error().what.find("'" + std::string(text) + "'"), std::string::npos);
  }
}

TEST(WholeSeconds, cuts_fractions) {
  EXPECT_EQ(whole_seconds(milliseconds(1999)), 1);
  EXPECT_EQ(whole_seconds(milliseconds(-1999)), -1);
}

}  // namespace
}  // namespace tidemark
