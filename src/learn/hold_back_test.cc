#include "learn/hold_back.h"

#include <gtest/gtest.h>

#include "learn/testing_series.h"
#include "learn/testing_teach.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

const Outlook kOutlook{100, {1, 2, 3}, {1, 2, 3}};

TEST(HoldBack, one_in_twenty_is_learned_where_slots_are_shorter_than_a_day) {
  EXPECT_FALSE(is_held_back(103.5, 0.3, kOutlook, 1min));
  EXPECT_FALSE(is_held_back(103.5, 0.3, kOutlook, 12h));
  EXPECT_TRUE(is_held_back(102.5, 0, kOutlook, 24h));
  EXPECT_FALSE(is_held_back(101.5, 1, kOutlook, 24h));
}

TEST(HoldBack, what_is_rare_or_far_out_is_held_back) {
  EXPECT_TRUE(is_held_back(100, kHoldBackScore, kOutlook, 1min));
  EXPECT_FALSE(is_held_back(100, kHoldBackScore - 0.01, kOutlook, 1min));
  EXPECT_TRUE(is_held_back(87.9, 0, kOutlook, 1min));
  EXPECT_FALSE(is_held_back(88.1, 0, kOutlook, 1min));
}

// The second comes in the quiet time after the first, so its score is low.
TEST(HoldBack, what_follows_two_spikes_is_inside_of_its_band) {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    Chance chance(seed);
    Taught taught(1h, Policy::as_server);
    const auto ordinary = [&](int slot) { return 100 + 10 * (slot % 5) + chance.normal(); };
    int at = 0;
    for (; at < 700; ++at)
      taught.feed(ordinary(at));
    for (const double spike : {900.0, 5.0}) {
      taught.feed(spike);
      for (++at; at % 20 != 4; ++at) {
        const double value = ordinary(at);
        EXPECT_TRUE(taught.inside(value, 5)) << seed << ": " << at << " after " << spike;
        taught.feed(value);
      }
    }
  }
}

}  // namespace
}  // namespace tidemark::learn
