#include "judge/run/model_run.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "judge/run/testing_spec.h"
#include "learn/testing_series.h"

namespace tidemark::judge {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kStateMaxBytes = 16'384;

// Every table of it is in use: day, week, a short season as long as they come, ten weeks of shape,
// arrivals, and a wild value now and then.
TEST(ModelRun, all_that_a_detector_keeps_is_within_16_kB) {
  const Duration period = 1min;
  const int periods = 5 * 7 * 1440;
  const Timestamp begin = Timestamp::from_s(1'704'067'200);
  const auto values = learn::seasonal_series(1, periods, period);
  ModelRun run(testing_spec(period, begin), period);
  std::size_t most = 0;
  for (int i = 0; i < periods; ++i) {
    const double job = i % 127 < 3 ? 400 : 0;
    const double wild = i % 5003 == 4999 ? 1e6 / 3 : 0;
    const double value = values[static_cast<std::size_t>(i)] + job + wild;
    const Sample sample{begin + i * period, Cell::of(value)};
    run.feed({&sample, 1}, sample.at + 1s);
    (void)run.take_issued();
    (void)run.take_found();
    if (i % 1440 != 0) continue;
    ByteSink saved;
    run.save(saved);
    most = std::max(most, saved.size());
  }
  EXPECT_LE(most, kStateMaxBytes);
  // Or the short season was not there, which is a fifteenth of it.
  EXPECT_GE(most, kStateMaxBytes - 1500);
}

/// Two senders of one metric; the second one's value of a minute comes three seconds after its end.
TEST(ModelRun, learns_whole_sums_of_two_senders_and_issues_a_band_behind_each) {
  const Timestamp begin = Timestamp::from_s(1'704'067'200);
  ModelRun run(testing_spec(1min, begin), 1min);
  const auto feed = [&run](Timestamp at, Timestamp received_at) {
    const Sample sample{at, Cell::of(10 + static_cast<double>(at.s() / 60 % 3))};
    run.feed({&sample, 1}, received_at);
  };
  for (int i = 0; i < 60; ++i) {
    feed(begin + i * 1min, begin + i * 1min);
    feed(begin + i * 1min + 55s, begin + i * 1min + 55s);
  }
  (void)run.take_issued();
  feed(begin + 60min, begin + 60min);
  for (int i = 61; i < 120; ++i) {
    const Timestamp minute = begin + i * 1min;
    feed(minute, minute);
    EXPECT_TRUE(run.take_issued().empty()) << "it would not have learned the minute before";
    EXPECT_EQ(run.next_due(), minute + 6s);
    feed(minute - 5s, minute + 3s);
    const auto issued = run.take_issued();
    ASSERT_EQ(issued.size(), 1U);
    EXPECT_EQ(issued[0].at, minute);
  }
  EXPECT_EQ(run.learned(), 119U);  // of the last minute one value has come
  EXPECT_TRUE(run.take_late().empty());
  EXPECT_TRUE(run.take_found().empty());
}

}  // namespace
}  // namespace tidemark::judge
