#include "cli/rows/cell.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tidemark::cli::rows {
namespace {

std::int64_t ns(std::string_view text) {
  const auto at = parse_time(text);
  EXPECT_TRUE(at.has_value()) << text;
  return at ? at->ns() : -1;
}

TEST(Cell, reads_every_documented_form_of_a_time) {
  const std::int64_t noon = 1'714'564'800'000'000'000;
  EXPECT_EQ(ns("2024-05-01T12:00:00Z"), noon);
  EXPECT_EQ(ns("2024-05-01T14:00:00+02:00"), noon);
  EXPECT_EQ(ns("2024-05-01T12:00:00.25Z"), noon + 250'000'000);
  EXPECT_EQ(ns("2024-05-01 12:00:00"), noon);
  EXPECT_EQ(ns(" 2024-05-01T12:00:00 "), noon);
  EXPECT_EQ(ns("2024-05-01 12:00:00.5"), noon + 500'000'000);
  EXPECT_EQ(ns("2024-05-01 12:00"), noon);
  EXPECT_EQ(ns("2024-05-01"), noon - 43'200'000'000'000);
  EXPECT_EQ(ns("1714564800"), noon);
  EXPECT_EQ(ns("1714564800.25"), noon + 250'000'000);
  EXPECT_EQ(ns("1714564800.123456789"), noon + 123'456'789);
  EXPECT_EQ(ns("1.7145648e9"), noon);
  EXPECT_EQ(ns("-1.5"), -1'500'000'000);
  EXPECT_EQ(ns("0"), 0);
}

TEST(Cell, refuses_what_is_no_time_and_says_how_to_mend_it) {
  for (const char* text : {"",
                           "noon",
                           "2024-13-01",
                           "2024-02-30 00:00:00",
                           "01/05/2024",
                           "nan",
                           "inf",
                           "-",
                           "--1",
                           "1e30",
                           "99999999999",
                           "2024-05-01 12:00:00 PM",
                           "9223372036854775807",
                           "1714564800.1.2"}) {
    EXPECT_FALSE(parse_time(text).has_value()) << text;
  }
  EXPECT_NE(parse_time("1714564800000").error().what.find("divide by 1000"), std::string::npos);
  EXPECT_NE(parse_first_time("20240131").error().what.find("write 2024-01-31"), std::string::npos);
  EXPECT_TRUE(parse_first_time("20241301").has_value()) << "no date, so epoch seconds";
  EXPECT_TRUE(parse_time("20240131").has_value()) << "seconds since a start, by those before it";
  EXPECT_NE(parse_time("noon").error().what.find("epoch seconds"), std::string::npos);
  EXPECT_LT(parse_time(std::string(100'000, 'x')).error().what.size(), 300U);
}

TEST(Cell, reads_numbers_to_the_ends_of_the_doubles) {
  EXPECT_EQ(**parse_value("12.5"), 12.5);
  EXPECT_EQ(**parse_value(" +3e2 "), 300);
  EXPECT_EQ(**parse_value("-0"), 0);
  EXPECT_EQ(**parse_value("1e300"), 1e300);
  EXPECT_EQ(**parse_value("4.9e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(**parse_value("1e-400"), 0);
  EXPECT_EQ(**parse_value("1.7976931348623157e308"), std::numeric_limits<double>::max());
}

TEST(Cell, nothing_nan_infinity_and_words_for_nothing_are_missing_points) {
  for (const char* text : {"",
                           "  ",
                           "NaN",
                           "nan",
                           "-nan",
                           "inf",
                           "-Infinity",
                           "1e400",
                           "-1e999",
                           "NA",
                           "n/a",
                           "null",
                           "None"}) {
    const auto value = parse_value(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_FALSE(value->has_value()) << text;
  }
}

TEST(Cell, refuses_what_is_no_number) {
  for (const char* text :
       {"abc", "1,5", "12 ms", "0x10", "1e", "--1", "+-1", "++1", "true", "1_000"}) {
    EXPECT_FALSE(parse_value(text).has_value()) << text;
  }
  EXPECT_NE(parse_value("abc").error().what.find("\"abc\""), std::string::npos);
}

}  // namespace
}  // namespace tidemark::cli::rows
