#include "base/people_number.h"

#include <limits>

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(PeopleNumber, keeps_four_digits_or_the_whole_part) {
  EXPECT_EQ(people_number(0), "0");
  EXPECT_EQ(people_number(-0.0), "0");
  EXPECT_EQ(people_number(640), "640");
  EXPECT_EQ(people_number(874.664), "874.7");
  EXPECT_EQ(people_number(0.012345), "0.01235");
  EXPECT_EQ(people_number(-12.5), "-12.5");
  EXPECT_EQ(people_number(1014.877), "1,015");
  EXPECT_EQ(people_number(-1234567.8), "-1,234,568");
  EXPECT_EQ(people_number(999.96), "1,000");
  EXPECT_EQ(people_number(1e15), "1e+15");
  EXPECT_EQ(people_number(0.00001234), "1.234e-05");
}

TEST(PeopleNumber, survives_what_is_no_number) {
  EXPECT_EQ(people_number(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(people_number(std::numeric_limits<double>::infinity()), "inf");
}

TEST(PeopleRange, has_its_unit_once) {
  EXPECT_EQ(people_range(640, 1720.5, " ms"), "640 to 1,720 ms");
  EXPECT_EQ(people_range(-0.5, 2, ""), "-0.5 to 2");
}

}  // namespace
}  // namespace tidemark
