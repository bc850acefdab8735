#include "judge/run/siblings.h"

#include <cmath>

#include <gtest/gtest.h>

#include "judge/world_test.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

TEST(Siblings, share_all_but_the_values_of_their_dimensions) {
  DetectorTarget a;
  a.metric = MetricRef{"1", "r", "Glue", "records", {{"Job", "a"}}};
  a.stat = *parse_statistic("Sum");
  DetectorTarget b = a;
  EXPECT_FALSE(are_siblings(a, b));  // the same one
  b.metric->dimensions[0].value = "b";
  EXPECT_TRUE(are_siblings(a, b));
  b.metric->dimensions[0].name = "Task";
  EXPECT_FALSE(are_siblings(a, b));
  b = a;
  b.metric->dimensions = {{"Job", "b"}, {"Run", "1"}};
  EXPECT_FALSE(are_siblings(a, b));
  b = a;
  b.metric->dimensions[0].value = "b";
  b.stat = *parse_statistic("Average");
  EXPECT_FALSE(are_siblings(a, b));
}

TEST(Siblings, the_seed_of_a_period_is_the_median) {
  std::vector<Seed> lent;
  for (const double width : {0.1, 0.3, 9.0})
    lent.push_back({hours(1), {width, 2 * width, 3 * width}, {width, width, width}, 1});
  lent.push_back({hours(24), {1, 1, 1}, {1, 1, 1}, 1});
  const auto seeds = middle_of(lent);
  ASSERT_EQ(seeds.size(), 2U);
  EXPECT_EQ(seeds[0].period, Duration(hours(1)));
  EXPECT_EQ(seeds[0].siblings, 3U);
  EXPECT_EQ(seeds[0].below[1], 0.6);
  EXPECT_TRUE(middle_of({}).empty());
}

class SiblingsTest : public JudgeTest {
 protected:
  static MetricRef job(const std::string& name) {
    MetricRef out = kMetric;
    out.dimensions[0].value = name;
    return out;
  }
  static DetectorTarget watch(const MetricRef& metric) {
    DetectorTarget out;
    out.metric = metric;
    out.stat = *parse_statistic("Sum");
    return out;
  }
  void put_day(const MetricRef& metric, int day, double value) {
    const Timestamp at = hour(24 * day);
    clock_.set(std::max(clock_.wall(), at));
    Batch batch;
    batch.series.push_back({*to_series_key(metric, "None"), {{at, Cell::of(value)}}});
    ASSERT_TRUE(write_and_wait(*store_, std::move(batch)));
  }
  BandSeries days(const MetricRef& metric, int from, int to) {
    MetricQuery query;
    query.id = "m1";
    query.metric_stat = MetricStat{metric, hours(24), *parse_statistic("Sum"), std::nullopt};
    return *judge_->bands({{query}, hours(24)}, hour(24 * from), hour(24 * to));
  }
};

// A daily job of a family: its siblings vary by a tenth. From its third run on it has a band of
// about that width around its own level, which is a hundred times theirs.
TEST_F(SiblingsTest, a_new_job_has_a_usable_band_at_its_third_point) {
  for (int day = 0; day < 60; ++day) {
    for (const char* name : {"a", "b", "c"})
      put_day(job(name), day, 1000 * (1 + 0.1 * std::sin(day * 37 + name[0] * 11)));
  }
  for (const char* name : {"a", "b", "c"})
    ASSERT_TRUE(judge_->put(watch(job(name)), {}, {hours(24)}));
  const auto spec = judge_->put(watch(job("new")), {}, {hours(24)});
  ASSERT_TRUE(spec);
  ASSERT_EQ(spec->seeds.size(), 1U);
  EXPECT_EQ(spec->seeds[0].siblings, 3U);
  for (int day = 60; day < 63; ++day)
    put_day(job("new"), day, 100'000 * (1 + 0.1 * std::sin(day * 29)));
  const auto bands = days(job("new"), 62, 63);
  ASSERT_EQ(bands.points.size(), 1U);  // made before the third value was seen
  const Limits limits = limits_at(bands.points[0].band, 3);
  EXPECT_GT(limits.lower, 50'000);
  EXPECT_LT(limits.lower, 95'000);
  EXPECT_GT(limits.upper, 105'000);
  EXPECT_LT(limits.upper, 150'000);
  // A run that is far off is a finding at once; restored state goes on the same way.
  ASSERT_TRUE(store_->flush());
  restart();
  put_day(job("new"), 63, 20'000);
  const auto next = days(job("new"), 63, 64);
  ASSERT_EQ(next.points.size(), 1U);
  EXPECT_GT(limits_at(next.points[0].band, 3).lower, 20'000);
}

// Siblings of 60 to 90 that vary by a third lend more than a new one near 95 of 100 can have.
TEST_F(SiblingsTest, a_young_band_keeps_to_the_choices) {
  for (int day = 0; day < 60; ++day) {
    for (const char* name : {"a", "b", "c"})
      put_day(job(name), day, 75 + 25 * std::sin(day * 37 + name[0] * 11));
  }
  for (const char* name : {"a", "b", "c"})
    ASSERT_TRUE(judge_->put(watch(job(name)), {}, {hours(24)}));
  DetectorChoices choices;
  choices.own.lower_limit = 40;
  choices.own.upper_limit = 100;
  choices.own.min_deviation = 2;
  ASSERT_TRUE(judge_->put(watch(job("full")), choices, {hours(24)}));
  ASSERT_TRUE(judge_->put(watch(job("small")), {}, {hours(24)}));
  for (int day = 60; day < 75; ++day) {
    put_day(job("full"), day, day % 2 == 0 ? 98 : 92);
    put_day(job("small"), day, day % 2 == 0 ? 1 : 0);
  }
  const BandSeries full = days(job("full"), 62, 75);
  EXPECT_EQ(full.points.size(), 13U);
  for (const BandPoint& point : full.points) {
    for (const double k : {0.5, 2.0, 3.0, 6.0}) {
      const Limits limits = limits_at(point.band, k, full.within);
      EXPECT_GE(limits.lower, 40) << format_rfc3339(point.start);
      EXPECT_LE(limits.upper, 100) << format_rfc3339(point.start);
    }
    EXPECT_GE(point.band.below[0], 2) << format_rfc3339(point.start);
    EXPECT_LE(point.band.expected + point.band.above[2], 100) << format_rfc3339(point.start);
  }
  for (const BandPoint& point : days(job("small"), 62, 75).points)
    EXPECT_GE(limits_at(point.band, 3).lower, 0) << format_rfc3339(point.start);
}

TEST_F(SiblingsTest, without_siblings_there_is_no_band_at_the_third_point) {
  ASSERT_TRUE(judge_->put(watch(job("lone")), {}, {hours(24)}));
  for (int day = 0; day < 4; ++day)
    put_day(job("lone"), day, 100);
  EXPECT_TRUE(days(job("lone"), 0, 4).points.empty());
}

}  // namespace
}  // namespace tidemark::judge
