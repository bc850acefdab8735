#include "learn/width.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace tidemark::learn {
namespace {

const Outlook kOutlook{100, {1, 2, 4}, {2, 5, 6}};

TEST(Width, is_linear_between_the_three_and_in_proportion_beyond) {
  EXPECT_EQ(edges_at(kOutlook, 1), (Edges{99, 102}));
  EXPECT_EQ(edges_at(kOutlook, 2), (Edges{98, 105}));
  EXPECT_EQ(edges_at(kOutlook, 3), (Edges{96, 106}));
  EXPECT_EQ(edges_at(kOutlook, 0.5), (Edges{99.5, 101}));
  EXPECT_EQ(edges_at(kOutlook, 2.5), (Edges{97, 105.5}));
  EXPECT_EQ(edges_at(kOutlook, 6), (Edges{92, 112}));
}

TEST(Width, no_width_for_zero_negative_and_nan) {
  for (const double k : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(edges_at(kOutlook, k), (Edges{100, 100}));
  }
}

TEST(Width, never_leaves_the_domain) {
  EXPECT_EQ(edges_at(kOutlook, 9, {95, 110}), (Edges{95, 110}));
}

TEST(Width, a_lower_limit_of_exactly_zero_stays_zero_beyond_three) {
  const Outlook counts{4, {1, 3, 4}, {1, 3, 9}};
  EXPECT_EQ(edges_at(counts, 3).lower, 0);
  EXPECT_EQ(edges_at(counts, 6).lower, 0);
}

TEST(Width, a_limit_that_three_does_not_pass_is_inside_of_95_percent) {
  const Outlook counts{4, {1, 4, 4}, {1, 3, 9}};
  EXPECT_EQ(edges_at(counts, k_from_confidence(0.95)).lower, 0);
  EXPECT_EQ(edges_at(counts, 2).lower, 0);
  EXPECT_NEAR(edges_at(counts, 1.5).lower, 4 - 2.5, 0.1);
}

// scipy.stats.norm.ppf((1 + c) / 2) and norm.cdf, scipy 1.11.
TEST(Confidence, k_is_the_normal_quantile) {
  EXPECT_NEAR(k_from_confidence(0.5), 0.6744897501960817, 1e-14);
  EXPECT_NEAR(k_from_confidence(0.95), 1.959963984540054, 1e-14);
  EXPECT_NEAR(k_from_confidence(0.99), 2.5758293035489004, 1e-14);
  EXPECT_NEAR(k_from_confidence(0.999999), 4.891638475699, 1e-9);
  EXPECT_EQ(k_from_confidence(0), 0);
  EXPECT_EQ(k_from_confidence(-1), 0);
  EXPECT_TRUE(std::isfinite(k_from_confidence(1)));
}

TEST(Confidence, goes_both_ways) {
  EXPECT_NEAR(confidence_from_k(2), 0.9544997361036416, 1e-15);
  for (const double k : {0.1, 1.0, 2.0, 2.7, 3.0, 5.0}) {
    EXPECT_NEAR(k_from_confidence(confidence_from_k(k)), k, 1e-9);
  }
}

}  // namespace
}  // namespace tidemark::learn
