#include "model/band_source.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(LimitsAt, interpolates_between_one_two_and_three_and_goes_on_in_proportion) {
  const IssuedBand band{100, {1, 3, 4}, {2, 10, 30}, false};
  struct Row {
    double k, lower, upper;
  };
  for (const Row& row : {Row{1, 99, 102},
                         Row{2, 97, 110},
                         Row{3, 96, 130},
                         Row{0.5, 99.5, 101},
                         Row{1.5, 98, 106},
                         Row{2.25, 96.75, 115},
                         Row{6, 92, 160}}) {
    const Limits limits = limits_at(band, row.k);
    EXPECT_DOUBLE_EQ(limits.lower, row.lower) << "k = " << row.k;
    EXPECT_DOUBLE_EQ(limits.upper, row.upper) << "k = " << row.k;
  }
}

TEST(LimitsAt, a_limit_that_three_does_not_pass_is_inside_of_95_percent) {
  const IssuedBand band{4, {1, 4, 4}, {1, 3, 9}, false};
  EXPECT_EQ(limits_at(band, 1.96).lower, 0);
  EXPECT_EQ(limits_at(band, 2).lower, 0);
}

TEST(LimitsAt, leaves_what_there_can_be_at_no_width) {
  const IssuedBand band{99, {10, 20, 30}, {0.5, 0.8, 0.9}, false};
  for (const double k : {1.0, 2.0, 3.0, 3.5, 6.0, 10.0}) {
    const Limits limits = limits_at(band, k, {90, 100});
    EXPECT_GE(limits.lower, 90) << "k = " << k;
    EXPECT_LE(limits.upper, 100) << "k = " << k;
  }
  EXPECT_GT(limits_at(band, 6).upper, 100);
  EXPECT_EQ(limits_at(band, 2, kAnywhere).lower, 79);
}

TEST(LimitsAt, the_end_of_a_share_holds_beyond_three_and_takes_in_the_end_itself) {
  for (const double end : {1.0, 100.0}) {
    for (int part = 1; part < 1000; ++part) {
      const double expected = end * part / 1000.0;
      const double above = end - expected;  // their sum may be a rounding off
      const IssuedBand band{expected, {}, {above / 2, above, above}, false};
      for (const double k : {1.96, 2.0, 3.0, 3.1, 10.0})
        ASSERT_EQ(limits_at(band, k).upper, end) << expected << " at " << k;
      const IssuedBand free{expected, {}, {above / 2, above, 1.5 * above}, false};
      ASSERT_GT(limits_at(free, 4).upper, end) << expected;
    }
  }
}

TEST(LimitsAt, never_narrows_as_k_grows) {
  const IssuedBand band{-5, {0.5, 0.5, 2}, {1, 4, 4}, false};
  Limits before = limits_at(band, 0.01);
  for (double k = 0.02; k < 8; k += 0.01) {
    const Limits limits = limits_at(band, k);
    EXPECT_LE(limits.lower, before.lower + 1e-12) << "k = " << k;
    EXPECT_GE(limits.upper, before.upper - 1e-12) << "k = " << k;
    before = limits;
  }
}

}  // namespace
}  // namespace tidemark
