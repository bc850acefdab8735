#include "learn/tide/ranks.h"

#include <cmath>

#include <gtest/gtest.h>

#include "learn/testing_series.h"

namespace tidemark::learn::tide {
namespace {

void enter(Ranks& ranks, double size) {
  ranks.enter(size, ranks.share_above(size));
}

double rarity(const Ranks& ranks, double size) {
  return Ranks::rarity(ranks.share_above(size));
}

/// Absolute normal values, `count` of them.
Ranks ordinary(int count) {
  Ranks ranks;
  Chance chance(5);
  for (int i = 0; i < count; ++i)
    enter(ranks, std::abs(chance.normal()));
  return ranks;
}

TEST(Ranks, is_the_share_of_what_was_as_large) {
  const Ranks ranks = ordinary(4000);
  EXPECT_NEAR(rarity(ranks, 0.674), -std::log10(0.5), 0.05);
  EXPECT_NEAR(rarity(ranks, 1.96), -std::log10(0.05), 0.15);
  EXPECT_NEAR(rarity(ranks, 0), 0, 0.01);
}

TEST(Ranks, still_tells_apart_what_is_larger_than_all_before) {
  const Ranks ranks = ordinary(1000);
  EXPECT_GT(rarity(ranks, 20), rarity(ranks, 10) + 0.5);
  EXPECT_GT(rarity(ranks, 1000), rarity(ranks, 20) + 0.5);
  EXPECT_LE(rarity(ranks, 1e300), 12);
}

TEST(Ranks, knows_little_after_few_sizes) {
  EXPECT_LT(rarity(ordinary(10), 5), 3.5);
  EXPECT_GT(rarity(ordinary(10'000), 5), 5);
}

TEST(Ranks, an_incident_stays_rare_while_it_lasts) {
  Ranks ranks = ordinary(1000);
  for (int i = 0; i < 50; ++i)
    enter(ranks, 30);
  // Entered in full these would be a twentieth of history, -log10 of which is 1.3.
  EXPECT_GT(rarity(ranks, 30), 1.7);
}

TEST(Ranks, a_new_usual_size_is_no_longer_rare_in_the_end) {
  Ranks ranks = ordinary(1000);
  for (int i = 0; i < 2000; ++i)
    enter(ranks, 30);
  EXPECT_LT(rarity(ranks, 30), 0.6);
}

TEST(Ranks, goes_on_when_its_counts_are_full) {
  EXPECT_NEAR(rarity(ordinary(70'000), 1.96), rarity(ordinary(15'000), 1.96), 0.1);
}

}  // namespace
}  // namespace tidemark::learn::tide
