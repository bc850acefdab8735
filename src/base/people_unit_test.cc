#include "base/people_unit.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(PeopleUnit, is_short_and_stands_behind_a_number) {
  EXPECT_EQ(people_unit("Milliseconds", "Average"), " ms");
  EXPECT_EQ(people_unit("Percent", "Maximum"), " %");
  EXPECT_EQ(people_unit("Megabytes/Second", "Average"), " MB/s");
  EXPECT_EQ(people_unit("Count/Second", "Average"), " a second");
}

TEST(PeopleUnit, is_nothing_of_what_is_counted) {
  EXPECT_EQ(people_unit("Count", "Sum"), "");
  EXPECT_EQ(people_unit("None", "Sum"), "");
  EXPECT_EQ(people_unit("", "Sum"), "");
  EXPECT_EQ(people_unit("Bytes", "SampleCount"), "");
}

TEST(PeopleUnit, of_no_known_word_stays_as_it_came) {
  EXPECT_EQ(people_unit("Furlongs", "Sum"), " Furlongs");
}

}  // namespace
}  // namespace tidemark
