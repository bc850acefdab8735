// Values many times as far off as anything that ever was, in series whose ranks cannot tell: those
// that rest, and those that keep to two values, where each event is as rare as the worst one.
#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "learn/testing_teach.h"

namespace tidemark::learn::tide {
namespace {

using namespace std::chrono_literals;

constexpr int kSeeds = 10;

struct Lived {
  int findings = 0;  // while it was as always
  int found = 0;     // of the values at the end, of kSeeds
};

/// `count` values of `of` for each seed, then one of `last`.
Lived live(Duration cadence, int count, const std::function<double(Chance&)>& of, double last) {
  Lived out;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Chance chance(seed);
    Taught taught(cadence, Policy::by_score);
    for (int i = 0; i < count; ++i) {
      const double value = of(chance);
      out.findings += taught.score(value) >= kAbnormalScore ? 1 : 0;
      taught.feed(value);
    }
    // A finding that has just begun would speak for the value, too.
    for (int i = 0; i < 20; ++i)
      taught.feed(of(chance));
    out.found += taught.score(last) >= kAbnormalScore ? 1 : 0;
  }
  return out;
}

double nearly_constant(Chance& chance) {
  return chance.flat() < 0.01 ? 43 : 42;
}

double bursts(Chance& chance) {
  return chance.flat() < 0.01 ? std::round(500 * std::exp(0.6 * chance.normal())) : 0;
}

TEST(UnheardOf, a_value_far_beyond_the_two_that_ever_were_is_found) {
  const Lived lived = live(5min, 6000, nearly_constant, 60);
  EXPECT_GE(lived.found, 9);
  EXPECT_GE(live(5min, 6000, nearly_constant, 0).found, 9);
}

TEST(UnheardOf, a_burst_far_beyond_all_others_is_found) {
  for (const Duration cadence : {Duration(1min), Duration(5min)})
    EXPECT_GE(live(cadence, 10'000, bursts, 1e6).found, 9);
}

TEST(UnheardOf, only_the_first_of_a_run_is_a_finding_and_what_comes_again_needs_more) {
  Chance chance(3);
  Taught taught(5min, Policy::by_score);
  for (int i = 0; i < 4000; ++i)
    taught.feed(nearly_constant(chance));
  int found = 0;
  for (int times = 0; times < 10; ++times) {
    for (int i = 0; i < 5; ++i) {
      found += taught.score(60) >= kAbnormalScore ? 1 : 0;
      taught.feed(60);
    }
    for (int i = 0; i < 100; ++i) {
      found += taught.score(42) >= kAbnormalScore ? 1 : 0;
      taught.feed(42);
    }
  }
  EXPECT_GE(found, 1);
  EXPECT_LE(found, 10);
}

TEST(UnheardOf, heavy_tails_alone_are_none_of_it) {
  // Noise whose thousandth value is ten times the usual one: a new record is no news there.
  const auto heavy = [](Chance& chance) { return 80 * std::exp(0.6 * chance.normal()); };
  const Lived lived = live(5min, 8000, heavy, 80);
  EXPECT_LE(lived.findings, kSeeds * 14) << "some four a week, as without it";
}

}  // namespace
}  // namespace tidemark::learn::tide
