#include "base/people_number.h"

#include <cmath>
#include <limits>
#include <utility>

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

TEST(PeopleApart, shows_unequal_numbers_unequal) {
  using Texts = std::pair<std::string, std::string>;
  EXPECT_EQ(people_apart(98.8382, 98.8411), Texts("98.838", "98.841"));
  EXPECT_EQ(people_apart(82.00004, 82), Texts("82.00004", "82"));
  EXPECT_EQ(people_apart(1000.3, 1000.1), Texts("1,000.3", "1,000.1"));
  EXPECT_EQ(people_apart(9.99996, 10.0001), Texts("9.99996", "10.0001"));
  EXPECT_EQ(people_apart(1e15 + 1, 1e15 + 2), Texts("1000000000000001", "1000000000000002"));
  EXPECT_EQ(people_apart(291, 640), Texts("291", "640"));
  EXPECT_EQ(people_apart(0.5, 0.5), Texts("0.5", "0.5"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(people_apart(nan, nan), Texts("nan", "nan"));
  const double least = std::nextafter(1.0, 2.0);
  const auto [one, next] = people_apart(1.0, least);
  EXPECT_NE(one, next);
}

TEST(PeopleCompared, shows_a_value_outside_where_it_lies) {
  const auto texts = [](double value, double lower, double upper) {
    const auto out = people_compared(value, lower, upper, " %");
    return out.value + "; " + out.range;
  };
  EXPECT_EQ(texts(98.8382, 98.8411, 100), "98.838 %; 98.841 to 100 %");
  EXPECT_EQ(texts(82.00004, 55.9, 82), "82.00004 %; 55.9 to 82 %");
  EXPECT_EQ(texts(81.99996, 55.9, 82), "82 %; 55.9 to 82 %") << "inside: the fewest digits";
  EXPECT_EQ(texts(291, 640, 720.5), "291 %; 640 to 720.5 %");
}

}  // namespace
}  // namespace tidemark
