#include "query/metric_data.h"

#include <gtest/gtest.h>

#include "query/testing_reader.h"

namespace tidemark::query {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::int64_t kStart = 1'699'999'800;  // a multiple of 300 s

Timestamp at(std::int64_t second) {
  return Timestamp::from_s(kStart + second);
}

MetricRef metric(const std::string& name) {
  return {"000000000000", "us-east-1", "Shop", name, {}};
}

/// Gives a band of `expected` 10, half-widths 1, 2, 3 for every period, and keeps what was asked.
class TestingBands final : public BandSource {
 public:
  Result<BandSeries> bands(const BandIdentity& identity, Timestamp from, Timestamp to) override {
    asked.push_back(identity);
    BandSeries out;
    if (training) return out;
    for (Timestamp start = from; start < to; start = start + identity.period) {
      out.points.push_back({start, {10, {1, 2, 3}, {1, 2, 3}, false}});
    }
    return out;
  }
  std::vector<BandIdentity> asked;
  bool training = false;
};

MetricQuery stat_query(const std::string& id,
                       const std::string& name,
                       const char* stat = "Sum",
                       Duration period = minutes(5)) {
  MetricQuery out;
  out.id = id;
  out.metric_stat = MetricStat{metric(name), period, *parse_statistic(stat), std::nullopt};
  return out;
}

MetricQuery math_query(const std::string& id,
                       const std::string& expression,
                       const std::string& label = "") {
  MetricQuery out;
  out.id = id;
  out.expression = expression;
  out.label = label;
  return out;
}

class MetricData : public testing::Test {
 protected:
  MetricData() {
    for (int minute = 0; minute < 20; ++minute) {
      reader_.put(metric("requests"), at(minute * 60), minute);
      if (minute % 10 < 5) reader_.put(metric("errors"), at(minute * 60), 1);
    }
  }

  Result<MetricDataResult> get(const std::vector<MetricQuery>& queries,
                               const MetricDataOptions& options = {.descending = false}) {
    return get_metric_data({reader_, bands_}, queries, {at(0), at(1200)}, options);
  }
  std::string error_of(const std::vector<MetricQuery>& queries) {
    const auto result = get(queries);
    return result ? "" : result.error().what;
  }

  TestingReader reader_;
  TestingBands bands_;
};

TEST_F(MetricData, gives_statistics_by_period_in_either_order) {
  const auto up = get({stat_query("m1", "requests")});
  ASSERT_EQ(up->entries.size(), 1U);
  EXPECT_EQ(up->entries[0].values, (std::vector<double>{10, 35, 60, 85}));
  EXPECT_EQ(up->entries[0].timestamps.front(), at(0));
  EXPECT_EQ(up->entries[0].label, "requests");
  EXPECT_EQ(up->entries[0].status, MetricDataStatus::complete);
  EXPECT_TRUE(up->entries[0].messages.empty());
  const auto down = get({stat_query("m1", "requests")}, {});
  EXPECT_EQ(down->entries[0].values, (std::vector<double>{85, 60, 35, 10}));
  EXPECT_EQ(down->entries[0].timestamps.front(), at(900));
}

TEST_F(MetricData, has_an_entry_for_a_metric_nobody_sent) {
  const auto result = get({stat_query("m1", "nothing")});
  ASSERT_EQ(result->entries.size(), 1U);
  EXPECT_TRUE(result->entries[0].values.empty());
}

TEST_F(MetricData, evaluates_expressions_over_hidden_queries) {
  MetricQuery requests = stat_query("requests", "requests");
  MetricQuery errors = stat_query("errors", "errors");
  MetricQuery mean = math_query("mean", "AVG(requests)");
  requests.return_data = errors.return_data = mean.return_data = false;
  // Answers come in the request's order although the first needs all the others.
  const auto result = get({math_query("e2", "e1 - mean + 0 * errors", "over the mean"),
                           math_query("e1", "requests * 2"),
                           requests,
                           errors,
                           mean});
  ASSERT_EQ(result->entries.size(), 2U) << result.error().what;
  EXPECT_EQ(result->entries[0].label, "over the mean");
  EXPECT_EQ(result->entries[0].values, (std::vector<double>{-27.5, 22.5, 72.5, 122.5}));
  EXPECT_EQ(result->entries[1].label, "e1");
}

TEST_F(MetricData, notes_dropped_points) {
  const auto result =
      get({stat_query("m1", "requests"), stat_query("m2", "errors"), math_query("e1", "m1 / m2")});
  ASSERT_EQ(result->entries.size(), 3U);
  EXPECT_EQ(result->entries[2].values, (std::vector<double>{2, 12}));
  ASSERT_EQ(result->entries[2].messages.size(), 1U);
  EXPECT_EQ(result->entries[2].messages[0].code, "ArithmeticError");
  EXPECT_TRUE(result->entries[0].messages.empty());
}

TEST_F(MetricData, gives_a_band_as_two_entries_upper_first) {
  const auto result =
      get({stat_query("m1", "requests"),
           math_query("ad1", "ANOMALY_DETECTION_BAND(m1, 3)", "requests (expected)")});
  ASSERT_EQ(result->entries.size(), 3U);
  EXPECT_EQ(result->entries[1].id, "ad1");
  EXPECT_EQ(result->entries[1].label, "requests (expected) high");
  EXPECT_EQ(result->entries[1].values, (std::vector<double>{13, 13, 13, 13}));
  EXPECT_EQ(result->entries[2].id, "ad1");
  EXPECT_EQ(result->entries[2].label, "requests (expected) low");
  EXPECT_EQ(result->entries[2].values, (std::vector<double>{7, 7, 7, 7}));
  EXPECT_EQ(get({stat_query("m1", "requests"), math_query("ad1", "ANOMALY_DETECTION_BAND(m1)")})
                ->entries[2]
                .label,
            "ad1 low");
  bands_.training = true;
  const auto training =
      get({stat_query("m1", "requests"), math_query("ad1", "ANOMALY_DETECTION_BAND(m1)")});
  ASSERT_EQ(training->entries.size(), 3U);
  EXPECT_TRUE(training->entries[1].values.empty());
}

TEST_F(MetricData, labels_members_of_arrays_by_both_labels) {
  const auto label = [this](const std::string& own) {
    return get({stat_query("m1", "requests"), math_query("e1", "METRICS() * 100", own)})
        ->entries[1]
        .label;
  };
  EXPECT_EQ(label("Percent:"), "Percent: requests");
  EXPECT_EQ(label(""), "requests");
}

TEST_F(MetricData, takes_metrics_of_different_periods_at_the_largest) {
  const auto result = get({stat_query("m1", "requests", "Sum", minutes(1)),
                           stat_query("m2", "errors", "Sum", minutes(10)),
                           math_query("e1", "m1 + m2 + 0 * PERIOD(m1)"),
                           math_query("e2", "PERIOD(m1) + 0 * m1")});
  ASSERT_EQ(result->entries.size(), 4U) << result.error().what;
  EXPECT_EQ(result->entries[0].values.size(), 20U);
  EXPECT_EQ(result->entries[2].timestamps, (std::vector<Timestamp>{at(0), at(600)}));
  EXPECT_EQ(result->entries[2].values, (std::vector<double>{50, 150}));
  EXPECT_EQ(result->entries[3].values[0], 60);
}

TEST_F(MetricData, pages_cut_anywhere_and_join_to_the_whole) {
  const std::vector<MetricQuery> queries{stat_query("m1", "requests"),
                                         stat_query("m2", "nothing"),
                                         stat_query("m3", "errors"),
                                         stat_query("m4", "nothing")};
  for (const bool descending : {false, true}) {
    const auto whole = get(queries, {.descending = descending});
    ASSERT_FALSE(whole->next.has_value());
    for (std::size_t size = 1; size < 8; ++size) {
      std::map<std::string, std::vector<double>> joined;
      MetricDataOptions options{.descending = descending, .max_datapoints = size};
      for (int pages = 0; pages < 20; ++pages) {
        const auto page = get(queries, options);
        std::size_t points = 0;
        for (const MetricDataEntry& entry : page->entries) {
          auto& values = joined[entry.id];
          values.insert(values.end(), entry.values.begin(), entry.values.end());
          points += entry.values.size();
        }
        EXPECT_LE(points, size);
        if (!page->next) break;
        options.after = page->next;
      }
      ASSERT_EQ(joined.size(), whole->entries.size()) << "page size " << size;
      for (const MetricDataEntry& entry : whole->entries) {
        EXPECT_EQ(joined[entry.id], entry.values) << "page size " << size;
      }
    }
  }
  EXPECT_EQ(get(queries, {.descending = false, .max_datapoints = 3})->entries[0].status,
            MetricDataStatus::partial_data);
}

TEST_F(MetricData, refuses_requests_that_make_no_sense) {
  const MetricQuery m1 = stat_query("m1", "requests");
  EXPECT_EQ(error_of({m1, m1}), "the id 'm1' is given to more than one query");
  EXPECT_NE(error_of({stat_query("M1", "requests")}).find("must start with a lowercase letter"),
            std::string::npos);
  EXPECT_EQ(error_of({m1, math_query("e1", "m1 + m2")}),
            "Error in expression 'e1': no metric or expression has the id 'm2'");
  EXPECT_EQ(error_of({m1, math_query("e1", "ANOMALY_DETECTOR(m1)")}),
            "Error in expression 'e1': Function 'ANOMALY_DETECTOR' not found at position 1");
  EXPECT_EQ(
      error_of({m1, math_query("e1", "m1 + 'x'")}),
      "Error in expression 'e1': Unsupported operand type(s) for +: '[TimeSeries, String]' at "
      "position 4");
  EXPECT_EQ(
      error_of({m1, math_query("e1", "AVG(m1)")}),
      "Error in expression 'e1': the result is a scalar, but must be a time series or an array "
      "of time series");
  EXPECT_NE(error_of({math_query("e1", "")}), "");
  EXPECT_NE(error_of({stat_query("m1", "requests", "Sum", seconds(0))}), "");
  EXPECT_NE(error_of(std::vector<MetricQuery>(kMetricQueriesMax + 1, m1)), "");
  EXPECT_FALSE(check_queries(std::vector<MetricQuery>{m1, m1}).has_value());
  EXPECT_TRUE(check_queries(std::vector<MetricQuery>{m1}).has_value());
}

TEST_F(MetricData, finds_circles_of_any_length) {
  EXPECT_NE(error_of({math_query("e1", "e1 + 1")}).find("circular"), std::string::npos);
  EXPECT_NE(error_of({math_query("e1", "e2"),
                      math_query("e2", "e3"),
                      math_query("e3", "ANOMALY_DETECTION_BAND(e1)")})
                .find("circular"),
            std::string::npos);
  // Using one query twice is none. A chain as long as a request may be is fine.
  std::vector<MetricQuery> chain{stat_query("e0", "requests")};
  for (std::size_t i = 1; i < kMetricQueriesMax; ++i) {
    const std::string before = "e" + std::to_string(i - 1);
    chain.push_back(math_query("e" + std::to_string(i), before + " / 2 + " + before + " / 2"));
  }
  std::reverse(chain.begin(), chain.end());
  const auto result = get(chain);
  ASSERT_TRUE(result.has_value()) << result.error().what;
  EXPECT_EQ(result->entries[0].values, (std::vector<double>{10, 35, 60, 85}));
}

// Recorded from AWS: Milliseconds 60000 and Seconds 60 give 60000; with Count 5 beside them, 5.
TEST_F(MetricData, of_several_units_is_that_of_the_first_by_name_and_says_so) {
  for (const auto& [unit, value] : {std::pair("Seconds", 60), {"Milliseconds", 60000}}) {
    for (int twice = 0; twice < 2; ++twice)
      reader_.put(metric("took"), at(0), value, unit);
  }
  const auto took = [this](const MetricQuery& query) { return get({query})->entries[0]; };
  MetricDataEntry entry = took(stat_query("m1", "took"));
  EXPECT_EQ(entry.values, std::vector<double>{120000});
  EXPECT_EQ(entry.status, MetricDataStatus::complete);
  ASSERT_EQ(entry.messages.size(), 1U);
  EXPECT_EQ(entry.messages[0].code, "MultipleUnits");
  EXPECT_EQ(entry.messages[0].value, "Multiple units returned: '[Milliseconds, Seconds]'");

  reader_.put(metric("took"), at(300), 5, "Count");
  entry = took(stat_query("m1", "took"));
  EXPECT_EQ(entry.values, std::vector<double>{5}) << "one unit for the whole range";
  EXPECT_EQ(entry.messages[0].value, "Multiple units returned: '[Count, Milliseconds, Seconds]'");

  MetricQuery asked = stat_query("m1", "took");
  asked.metric_stat->unit = "Seconds";
  EXPECT_EQ(took(asked).values, std::vector<double>{120});
  EXPECT_TRUE(took(asked).messages.empty());
  reader_.put(metric("took"), at(1500), 7, "Bytes");  // behind the range
  EXPECT_EQ(took(stat_query("m1", "took")).values, std::vector<double>{5});

  // Math uses what the metric gives; what an alarm sees of it stays whole.
  const auto with_math = get({stat_query("m1", "took"), math_query("e1", "m1 * 2")});
  EXPECT_EQ(with_math->entries[1].values, std::vector<double>{10});
  const std::vector<MetricQuery> watched{stat_query("m1", "took")};
  const auto seen = evaluate_series({reader_, bands_}, watched, "m1", {at(0), at(600)}, at(600));
  EXPECT_EQ(seen->points[0].value, 120120);
  EXPECT_EQ(seen->points[1].value, 5);
}

TEST_F(MetricData, passes_on_what_the_reader_reports) {
  reader_.damage(metric("requests"));
  const auto result = get({stat_query("m1", "requests")});
  EXPECT_EQ(result.error().code, Errc::corrupt);
  EXPECT_EQ(result.error().what, "block 7 fails its checksum");
}

// Bands and identities
// -----------------------------------------------------------------------------

TEST_F(MetricData, identity_is_equal_whatever_a_metric_is_called) {
  MetricQuery named = stat_query("latency", "requests");
  named.label = "Latency";
  named.return_data = false;
  const auto a = band_identity_of(std::vector{named}, "latency");
  const auto b = band_identity_of(std::vector{stat_query("m1", "requests")}, "m1");
  EXPECT_EQ(a->queries, b->queries);
  EXPECT_EQ(a->period, minutes(5));
  EXPECT_TRUE(a->queries[0].return_data);
}

TEST_F(MetricData, identity_of_an_expression_holds_what_it_needs_and_no_more) {
  std::vector<MetricQuery> queries{stat_query("m9", "other", "Sum", minutes(60)),
                                   math_query("e1", "m2 / m1", "rate"),
                                   stat_query("m2", "errors"),
                                   stat_query("m1", "requests")};
  queries[1].period = seconds(60);
  const auto identity = band_identity_of(queries, "e1");
  ASSERT_EQ(identity->queries.size(), 3U);
  EXPECT_EQ(identity->period, minutes(5));
  EXPECT_EQ(identity->queries[0].id, "e1");
  EXPECT_EQ(identity->queries[0].label, "");
  EXPECT_TRUE(identity->queries[0].return_data);
  EXPECT_FALSE(identity->queries[1].return_data);
  std::reverse(queries.begin(), queries.end());
  EXPECT_EQ(band_identity_of(queries, "e1")->queries, identity->queries);
}

TEST_F(MetricData, band_request_is_what_the_threshold_asks_for) {
  const std::vector<MetricQuery> queries{stat_query("m0", "requests"),
                                         math_query("expr_1", "ANOMALY_DETECTION_BAND(m0, 2.5)"),
                                         math_query("high", "FIRST(ANOMALY_DETECTION_BAND(m0))")};
  const auto request = band_request_of(queries, "expr_1");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->k, 2.5);
  EXPECT_EQ(request->input_id, "m0");
  EXPECT_EQ(request->identity.queries, band_identity_of(queries, "m0")->queries);
  EXPECT_FALSE(band_request_of(queries, "m0").has_value());
  EXPECT_FALSE(band_request_of(queries, "high").has_value());
  EXPECT_FALSE(band_request_of(queries, "gone").has_value());
  // A door that evaluates the expression asks for the very same band.
  ASSERT_TRUE(get(queries).has_value());
  ASSERT_EQ(bands_.asked.size(), 2U);
  EXPECT_EQ(bands_.asked[0].queries, request->identity.queries);
  EXPECT_EQ(bands_.asked[0].period, request->identity.period);
}

// What alarms see
// ----------------------------------------------------------------------------------

TEST_F(MetricData, alarm_sees_every_period_with_its_closing) {
  const std::vector<MetricQuery> queries{stat_query("m1", "errors")};
  // At minute 12:30 the third period is open, and the fourth has not begun.
  const PeriodRange range{at(0), at(1200), at(750)};
  const auto series = evaluate_series({reader_, bands_}, queries, "m1", range, at(750));
  ASSERT_TRUE(series.has_value());
  ASSERT_EQ(series->points.size(), 4U);
  EXPECT_EQ(series->points[0].value, 5);
  EXPECT_EQ(series->points[0].closed, CloseReason::later_sample);
  EXPECT_EQ(series->points[1].value, std::nullopt);
  EXPECT_EQ(series->points[1].closed, CloseReason::later_sample);
  EXPECT_EQ(series->points[2].value, 3);  // running: minutes 10, 11, 12
  EXPECT_EQ(series->points[2].sample_count, 3);
  EXPECT_EQ(series->points[2].closed, std::nullopt);
  EXPECT_EQ(series->points[3].closed, std::nullopt);
  EXPECT_EQ(series->statistic->name, "Sum");
  EXPECT_TRUE(series->never_negative);
  reader_.put(metric("errors"), at(-3000), -1);
  EXPECT_FALSE(evaluate_series({reader_, bands_}, queries, "m1", range, at(750))->never_negative);
}

TEST_F(MetricData, alarm_sees_an_expression_closed_when_all_its_metrics_are) {
  const std::vector<MetricQuery> queries{
      stat_query("m1", "requests"), stat_query("m2", "errors"), math_query("e1", "100 * m2 / m1")};
  // At minute 15 requests have a sample of the fourth period; errors have none since minute 14.
  const auto third = [this, &queries](const char* id, std::int64_t now) {
    return evaluate_series({reader_, bands_}, queries, id, {at(600), at(1200), at(910)}, at(now))
        ->points[0];
  };
  EXPECT_EQ(third("m1", 910).closed, CloseReason::later_sample);
  EXPECT_EQ(third("m2", 910).closed, std::nullopt);
  EXPECT_EQ(third("e1", 910).closed, std::nullopt);
  EXPECT_EQ(third("e1", 910).value, 100.0 * 5 / 60);
  EXPECT_EQ(third("e1", 930).closed, CloseReason::grace_over);
  EXPECT_FALSE(evaluate_series({reader_, bands_}, queries, "e1", {at(0), at(1200)}, at(910))
                   ->statistic.has_value());
}

TEST_F(MetricData, alarm_gets_one_series_only) {
  const std::vector<MetricQuery> queries{stat_query("m1", "requests"),
                                         math_query("ad", "ANOMALY_DETECTION_BAND(m1)"),
                                         math_query("mean", "AVG(m1)")};
  const PeriodRange range{at(0), at(1200)};
  for (const char* id : {"ad", "mean", "gone"}) {
    const auto series = evaluate_series({reader_, bands_}, queries, id, range, at(1200));
    EXPECT_EQ(series.error().code, Errc::invalid) << id;
  }
  const auto refusal = [&](const char* id) {
    return evaluate_series({reader_, bands_}, queries, id, range, at(1200)).error().what;
  };
  EXPECT_EQ(refusal("ad"),
            "Error in expression 'ad': the result must be a single time series, not an array of "
            "them");
  EXPECT_EQ(refusal("mean"),
            "Error in expression 'mean': the result must be a single time series, not a scalar");
  EXPECT_TRUE(calls_function(queries, "AVG"));
  EXPECT_FALSE(calls_function(queries, "SEARCH"));
  EXPECT_EQ(evaluate_series(
                {reader_, bands_}, queries, "m1", {Timestamp::min(), Timestamp::max()}, at(1200))
                .error()
                .code,
            Errc::limit);
}

TEST_F(MetricData, daily_point_is_closed_for_the_alarm_when_it_arrives) {
  constexpr std::int64_t kDay = 86400;
  const std::int64_t midnight = kDay * 19675 - kStart;
  for (std::int64_t day = 0; day < 20; ++day) {
    if (day % 7 < 5) reader_.put(metric("daily"), at(midnight + day * kDay + 3600), 100);
  }
  const std::vector<MetricQuery> queries{stat_query("m1", "daily", "Sum", std::chrono::hours(24))};
  const Timestamp now = at(midnight + 18 * kDay + 3601);
  const auto series =
      evaluate_series({reader_, bands_}, queries, "m1", {at(midnight + 14 * kDay), now, now}, now);
  ASSERT_EQ(series->points.size(), 5U);
  EXPECT_EQ(series->points.back().value, 100);
  EXPECT_EQ(series->points.back().closed, CloseReason::count_reached);
}

}  // namespace
}  // namespace tidemark::query
