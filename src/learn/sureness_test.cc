#include "learn/sureness.h"

#include <gtest/gtest.h>

#include "learn/width.h"

namespace tidemark::learn {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kWeek = 7 * 24;

TEST(Sureness, grows_with_what_is_known) {
  double before = 0;
  EXPECT_EQ(sureness_of({0, 1h}), 0);
  for (const std::uint64_t weeks : {1U, 2U, 4U, 8U, 52U}) {
    const double now = sureness_of({weeks * kWeek, 1h});
    EXPECT_GT(now, before);
    EXPECT_LT(now, 1);
    before = now;
  }
  // n / (n + 20) times w / (w + 0.5).
  EXPECT_NEAR(sureness_of({2 * kWeek, 1h}), 336.0 / 356 * 2 / 2.5, 1e-12);
  EXPECT_LT(sureness_of({10, 24h}), sureness_of({10 * 1440, 1min})) << "few values say little";
  EXPECT_LT(sureness_of({500, 1min}), 0.1) << "many of one day say little of a week";
}

TEST(Sureness, falls_with_misses_beyond_what_the_width_promises) {
  const Grounds calm{8 * kWeek, 1h, 3, 0, false};
  Grounds missed = calm;
  missed.missed = 0.1;
  EXPECT_LT(sureness_of(missed), 0.6 * sureness_of(calm));
  // A width of one promises a third of misses.
  Grounds narrow = calm;
  narrow.width = 1;
  narrow.missed = 1 - confidence_from_k(1);
  EXPECT_DOUBLE_EQ(sureness_of(narrow), sureness_of(calm));
  missed.missed = 1;
  EXPECT_GT(sureness_of(missed), 0);
}

TEST(Sureness, is_less_with_widths_of_siblings) {
  const Grounds own{16, 24h, 3, 0, false};
  const Grounds borrowed{16, 24h, 3, 0, true};
  EXPECT_NEAR(sureness_of(borrowed), 0.75 * sureness_of(own), 1e-12);
}

TEST(MissRate, follows_about_the_last_hundred_values) {
  MissRate rate;
  EXPECT_EQ(rate.share(), 0);
  for (int i = 0; i < 1000; ++i)
    rate.note(i % 5 == 0);
  EXPECT_NEAR(rate.share(), 0.2, 0.02);
  for (int i = 0; i < 1000; ++i)
    rate.note(false);
  EXPECT_LT(rate.share(), 1e-4);
  EXPECT_TRUE(rate.is_sane());
}

}  // namespace
}  // namespace tidemark::learn
