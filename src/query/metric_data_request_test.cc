// What a GetMetricData request makes of get_metric_data(): where its periods begin, its pages while
// data come in, and its labels.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "query/label/dynamic_label.h"
#include "query/metric_data.h"
#include "query/selected_metrics.h"
#include "query/testing_reader.h"

namespace tidemark::query {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Seconds behind a multiple of 300 s.
Timestamp second(std::int64_t count) {
  return Timestamp::from_s(1'699'999'800 + count);
}

MetricRef shop(const std::string& name, std::vector<Label> dimensions = {}) {
  return {"000000000000", "us-east-1", "Shop", name, std::move(dimensions)};
}

MetricQuery metric_query(const std::string& id,
                         const MetricRef& metric,
                         Duration period = minutes(5),
                         const char* stat = "Sum") {
  MetricQuery out;
  out.id = id;
  out.metric_stat = MetricStat{metric, period, *parse_statistic(stat), std::nullopt};
  return out;
}

MetricQuery expression_query(const std::string& id, const std::string& expression) {
  MetricQuery out;
  out.id = id;
  out.expression = expression;
  out.period = minutes(5);
  return out;
}

MetricQuery called(MetricQuery query, const std::string& label) {
  query.label = label;
  return query;
}

/// A band of one width for every period since the epoch.
class EpochBands final : public BandSource {
 public:
  Result<BandSeries> bands(const BandIdentity& identity, Timestamp from, Timestamp to) override {
    BandSeries out;
    for (Timestamp start = from; start < to; start = start + identity.period)
      out.points.push_back({start, {10, {1, 2, 3}, {1, 2, 3}, false}});
    return out;
  }
};

class MetricDataRequest : public testing::Test {
 protected:
  /// One value a minute, that of the minute's number.
  MetricDataRequest() {
    for (int minute = 0; minute < 20; ++minute)
      reader_.put(shop("requests"), second(minute * 60), minute);
    options_.descending = false;
    options_.asked_at = second(1300);
  }

  Result<MetricDataResult> get(std::vector<MetricQuery> queries,
                               std::int64_t from = 0,
                               std::int64_t to = 1200) {
    set_home({"000000000000", "us-east-1"}, &queries);
    return get_metric_data({reader_, bands_}, queries, {second(from), second(to)}, options_);
  }
  /// "second value, …" of each entry.
  std::vector<std::string> points(const std::vector<MetricQuery>& queries,
                                  std::int64_t from,
                                  std::int64_t to) {
    const auto result = get(queries, from, to);
    if (!result) return {result.error().what};
    std::vector<std::string> out;
    for (const MetricDataEntry& entry : result->entries) {
      std::vector<std::string> each;
      for (std::size_t i = 0; i < entry.values.size(); ++i)
        each.push_back(fmt::format(
            "{} {:.6g}", (entry.timestamps[i] - second(0)) / seconds(1), entry.values[i]));
      out.push_back(fmt::format("{}", fmt::join(each, ", ")));
    }
    return out;
  }
  std::vector<std::string> labels(const std::vector<MetricQuery>& queries) {
    const auto result = get(queries);
    if (!result) return {result.error().what};
    std::vector<std::string> out;
    for (const MetricDataEntry& entry : result->entries)
      out.push_back(entry.label);
    return out;
  }
  /// All that the pages hold, "id label second" by datapoint; `between` comes behind each page.
  template <typename Between>
  std::vector<std::string> paged(const std::vector<MetricQuery>& queries, const Between& between) {
    std::vector<std::string> out;
    options_.after.reset();
    for (int page = 0; page < 100; ++page) {
      const auto result = get(queries);
      for (const MetricDataEntry& entry : result->entries) {
        for (const Timestamp at : entry.timestamps) {
          const std::int64_t seconds_in = (at - second(0)) / seconds(1);
          out.push_back(fmt::format("{} {} {}", entry.id, entry.label, seconds_in));
        }
        if (entry.timestamps.empty()) out.push_back(entry.id + " is empty");
      }
      options_.after = result->next;
      if (!result->next) break;
      between();
    }
    return out;
  }

  TestingReader reader_;
  EpochBands bands_;
  MetricDataOptions options_;
};

using Lines = std::vector<std::string>;

// Where periods begin
// ----------------------------------------------------------------------------

TEST_F(MetricDataRequest, has_periods_from_its_start_and_nothing_from_outside) {
  const MetricQuery requests = metric_query("m", shop("requests"));
  // 2 + … + 6, and of the last only minute 17: the end is exclusive.
  EXPECT_EQ(points({requests}, 120, 1080), Lines{"120 20, 420 45, 720 70, 1020 17"});
  EXPECT_EQ(points({requests}, 150, 1110), Lines{"120 20, 420 45, 720 70, 1020 17"});
  EXPECT_EQ(points({requests}, 300, 660), Lines{"300 35, 600 10"}) << "a multiple, and an end cut";
  EXPECT_EQ(points({metric_query("m", shop("requests"), std::chrono::hours(24))}, 0, 600),
            Lines{"0 45"});
  options_.asked_at.reset();
  EXPECT_EQ(points({requests}, 150, 1110), (Lines{"0 10, 300 35, 600 60, 900 85"}));
}

TEST_F(MetricDataRequest, has_all_periods_by_the_epoch_where_a_band_is_asked_for) {
  const std::vector<MetricQuery> queries{metric_query("m", shop("requests")),
                                         expression_query("e", "FIRST(ANOMALY_DETECTION_BAND(m))"),
                                         metric_query("other", shop("requests"))};
  const Lines wanted{"0 10, 300 35, 600 60, 900 85",
                     "0 12, 300 12, 600 12, 900 12",
                     "0 10, 300 35, 600 60, 900 85"};
  EXPECT_EQ(points(queries, 150, 1110), wanted);
}

TEST_F(MetricDataRequest, rounds_by_each_period_and_takes_math_at_the_largest) {
  for (int at = 0; at < 300; at += 5)
    reader_.put(shop("fine"), second(at), 1);
  MetricQuery grid = expression_query("grid", "TIME_SERIES(7)");
  grid.period.reset();
  const std::vector<MetricQuery> queries{metric_query("fine", shop("fine"), seconds(10)),
                                         metric_query("m", shop("requests"), minutes(1)),
                                         expression_query("e", "fine + 0 * m"),
                                         grid};
  const auto all = points(queries, 135, 290);
  ASSERT_EQ(all.size(), 4U) << all[0];
  EXPECT_EQ(all[0].substr(0, 12), "130 2, 140 2");
  EXPECT_EQ(all[0].substr(all[0].rfind(',') + 2), "280 2");
  EXPECT_EQ(all[1], "120 2, 180 3");
  EXPECT_EQ(all[2], "120 12, 180 12");
  EXPECT_EQ(all[3].substr(0, 12), "130 7, 140 7") << "at the finest period beside it";
  EXPECT_EQ(points({grid}, 135, 290), Lines{"120 7"}) << "alone at 300 s";
}

TEST_F(MetricDataRequest, has_metrics_insights_from_its_start_too) {
  EXPECT_EQ(points({expression_query("q", "SELECT SUM(requests) FROM Shop")}, 120, 480),
            Lines{"120 20, 420 7"});
}

// Late data, several in a minute, a statistic set: p90 of what lies in the shifted period.
TEST_F(MetricDataRequest, has_percentiles_of_its_own_periods) {
  for (int value = 1; value <= 10; ++value)
    reader_.put(shop("took"), second(240 + 30 * value), value);
  const std::vector<MetricQuery> p90{metric_query("m", shop("took"), minutes(5), "p90")};
  EXPECT_EQ(points(p90, 240, 840), Lines{"240 8.2, 540 10"});
  reader_.put(shop("took"), second(300), 100);
  EXPECT_EQ(points(p90, 240, 540), Lines{"240 18.1"});
  reader_.put(*to_series_key(shop("took"), "None"),
              {second(300), Cell::of_statistics(2, 30, 10, 20)});
  EXPECT_EQ(points(p90, 240, 840), Lines{"540 10"}) << "unknown where a set's values are";
  EXPECT_EQ(points({metric_query("m", shop("took"), minutes(5), "Sum")}, 240, 840),
            Lines{"240 175, 540 10"});
}

// Pages while data come in
// ------------------------------------------------------------------------

TEST_F(MetricDataRequest, pages_repeat_nothing_when_newer_points_come) {
  const std::vector<MetricQuery> queries{metric_query("m", shop("requests"), minutes(1))};
  options_.descending = true;
  options_.max_datapoints = 6;
  int minute = 15;  // a slow start: the last minutes come while pages are read
  reader_ = {};
  for (int i = 0; i < minute; ++i)
    reader_.put(shop("requests"), second(i * 60), i);
  const auto seen = paged(queries, [this, &minute] {
    reader_.put(shop("requests"), second(minute * 60), minute);
    ++minute;
  });
  Lines wanted;
  for (int i = 14; i >= 0; --i)
    wanted.push_back(fmt::format("m requests {}", i * 60));
  EXPECT_EQ(seen, wanted);
}

TEST_F(MetricDataRequest, pages_repeat_and_lose_nothing_when_late_points_come) {
  reader_ = {};
  for (int i = 0; i < 20; i += 2)
    reader_.put(shop("requests"), second(i * 60), i);
  const std::vector<MetricQuery> queries{metric_query("m", shop("requests"), minutes(1)),
                                         metric_query("none", shop("none")),
                                         metric_query("n", shop("requests"), minutes(10))};
  options_.max_datapoints = 5;
  int pages = 0;
  const auto seen = paged(queries, [this, &pages] {
    ++pages;
    reader_.put(shop("requests"), second(60), 1);                    // before the place
    if (pages == 1) reader_.put(shop("requests"), second(900), 15);  // behind it
  });
  Lines minutes_seen, others;
  for (const std::string& line : seen)
    (line.starts_with("m ") ? minutes_seen : others).push_back(line.substr(line.rfind(' ') + 1));
  EXPECT_EQ(minutes_seen,
            (Lines{"0", "120", "240", "360", "480", "600", "720", "840", "900", "960", "1080"}));
  EXPECT_EQ(others, (Lines{"empty", "0", "600"}));
}

TEST_F(MetricDataRequest, goes_on_with_a_series_that_grew_behind_the_end_of_a_page) {
  const std::vector<MetricQuery> queries{metric_query("m", shop("requests"), minutes(10)),
                                         metric_query("n", shop("later"), minutes(10)),
                                         metric_query("o", shop("requests"), minutes(10))};
  options_.max_datapoints = 2;  // all that "m" has
  const auto seen = paged(queries, [this] { reader_.put(shop("later"), second(0), 1); });
  EXPECT_EQ(seen,
            (Lines{"m requests 0",
                   "m requests 600",
                   "n is empty",
                   "n later 0",
                   "o requests 0",
                   "o requests 600"}));
}

TEST_F(MetricDataRequest, knows_a_group_again_when_others_come_between) {
  const auto put = [this](const std::string& host) {
    for (int i = 0; i < 4; ++i)
      reader_.put(shop("errors", {{"host", host}}), second(i * 300), 1);
  };
  put("b");
  put("d");
  const std::vector<MetricQuery> queries{
      expression_query("q", "SELECT SUM(errors) FROM Shop GROUP BY host")};
  options_.max_datapoints = 6;  // b, and a half of d
  const auto seen = paged(queries, [&put] {
    put("a");
    put("c");
  });
  EXPECT_EQ(
      seen,
      (Lines{"q b 0", "q b 300", "q b 600", "q b 900", "q d 0", "q d 300", "q d 600", "q d 900"}));
}

// Labels
// ----------------------------------------------------------------------------------------

TEST_F(MetricDataRequest, labels_metrics_by_what_tells_them_apart) {
  const MetricQuery sum = metric_query("m", shop("requests"));
  const MetricQuery most = metric_query("n", shop("requests"), minutes(5), "Maximum");
  const MetricQuery hours = metric_query("o", shop("requests"), minutes(60));
  EXPECT_EQ(labels({sum}), Lines{"requests"});
  EXPECT_EQ(labels({sum, most}), (Lines{"requests Sum", "requests Maximum"}));
  EXPECT_EQ(labels({sum, hours}), (Lines{"requests 300", "requests 3600"}));
  EXPECT_EQ(labels({called(sum, "mine"), most, expression_query("e", "m + n")}),
            (Lines{"mine", "requests Maximum", "e"}));
}

TEST_F(MetricDataRequest, fills_in_dynamic_labels_from_all_points) {
  options_.max_datapoints = 1;
  const MetricQuery query = called(metric_query("m", shop("requests", {{"host", "a"}})),
                                   "${LABEL} on ${PROP('Dim.host')}: ${MAX}, ${LAST_TIME}");
  EXPECT_EQ(labels({query}), Lines{"requests on a: --, --"});
  reader_.put(shop("requests", {{"host", "a"}}), second(60), 5);
  reader_.put(shop("requests", {{"host", "a"}}), second(360), 7);
  options_.utc_offset = minutes(90);
  EXPECT_EQ(labels({query}), Lines{"requests on a: 7, 2023-11-14T23:45:00+01:30"});
  EXPECT_EQ(labels({called(query, "${LAST_TIME_RELATIVE} ${PROP('Stat')}")}), Lines{"16m 40s Sum"});
}

TEST_F(MetricDataRequest, fills_in_dynamic_labels_of_members) {
  MetricQuery metric = called(metric_query("m", shop("requests")), "max ${MAX}");
  const MetricQuery select = expression_query("q", "SELECT SUM(requests) FROM Shop GROUP BY host");
  EXPECT_EQ(labels({called(select, "${MAX} of")}), Lines{"85 of Other"});
  EXPECT_EQ(labels({called(select, "[${LABEL}] ${MAX}")}), Lines{"[Other] 85"});
  EXPECT_EQ(labels({metric, called(expression_query("e", "METRICS() * 2"), "${MIN}:")}),
            (Lines{"max 85", "20: max 85"}));
  EXPECT_EQ(labels({metric, called(expression_query("e", "m * 2"), "${LABEL} ${MAX}")}),
            (Lines{"max 85", "e 170"}));
  metric.return_data = false;
  EXPECT_EQ(labels({metric,
                    called(expression_query("b", "ANOMALY_DETECTION_BAND(m)"), "${LABEL} ${MAX}")}),
            (Lines{"b 12 high", "b 8 low"}));
}

TEST_F(MetricDataRequest, refuses_a_label_of_too_many_values) {
  std::string label;
  for (std::size_t i = 0; i < label::kDynamicValuesMax; ++i)
    label += "${MAX}";
  EXPECT_EQ(labels({called(metric_query("m", shop("requests")), label)}).front().substr(0, 4),
            "8585");
  EXPECT_EQ(labels({called(metric_query("m", shop("requests")), label + "${no}")}),
            Lines{"the Label of 'm' has 51 dynamic values, limit 50"});
}

}  // namespace
}  // namespace tidemark::query
