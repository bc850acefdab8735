#include "judge/run/model_run.h"

#include <cmath>

#include <gtest/gtest.h>

#include "learn/testing_series.h"

namespace tidemark::judge {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kStateMaxBytes = 16'384;

DetectorSpec spec_of(Duration period, Timestamp created_at) {
  DetectorSpec out;
  out.id = "etl";
  out.created_at = created_at;
  out.periods = {period};
  out.target.metric = MetricRef{"000000000000", "us-east-1", "Glue", "records", {}};
  out.target.stat = *parse_statistic("Sum");
  return out;
}

// Every table of it is in use: day, week, a short season as long as they come, ten weeks of shape,
// arrivals, and a wild value now and then.
TEST(ModelRun, all_that_a_detector_keeps_is_within_16_kB) {
  const Duration period = 1min;
  const int periods = 5 * 7 * 1440;
  const Timestamp begin = Timestamp::from_s(1'704'067'200);
  const auto values = learn::seasonal_series(1, periods, period);
  ModelRun run(spec_of(period, begin), period);
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

}  // namespace
}  // namespace tidemark::judge
