#include "query/selected_metrics.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "query/metric_data.h"
#include "query/select_limits.h"
#include "query/testing_reader.h"

namespace tidemark::query {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const MetricHome kHome{"000000000000", "us-east-1"};

Timestamp at(std::int64_t second) {
  return Timestamp::from_s(1'699'999'800 + second);  // a multiple of 300 s
}

MetricRef errors_of(const std::string& host) {
  return {kHome.account, kHome.region, "Shop", "errors", {{"host", host}}};
}

MetricQuery expression(const std::string& id, const std::string& text, Duration period = {}) {
  MetricQuery out;
  out.id = id;
  out.expression = text;
  out.home = kHome;
  if (period > Duration(0)) out.period = period;
  return out;
}

MetricQuery stat_of(const std::string& id, const std::string& host, Duration period) {
  MetricQuery out;
  out.id = id;
  out.metric_stat = MetricStat{errors_of(host), period, *parse_statistic("Sum"), std::nullopt};
  return out;
}

MetricQuery hidden(MetricQuery query) {
  query.return_data = false;
  return query;
}

MetricQuery labelled(MetricQuery query, const std::string& label) {
  query.label = label;
  return query;
}

class SelectData : public ::testing::Test {
 protected:
  SelectData() {
    for (int minute = 0; minute < 10; ++minute) {
      reader.put(errors_of("a"), at(minute * 60), minute);
      if (minute >= 5) reader.put(errors_of("b"), at(minute * 60), 100);
    }
  }

  /// "id label: value …; …", oldest first.
  std::string get(const std::vector<MetricQuery>& queries) {
    const auto result = get_metric_data(deps(), queries, {at(0), at(600)}, {.descending = false});
    if (!result) return result.error().what;
    std::string out;
    for (const MetricDataEntry& entry : result->entries) {
      out += fmt::format("{}{} {}: {}",
                         out.empty() ? "" : "; ",
                         entry.id,
                         entry.label,
                         fmt::join(entry.values, " "));
    }
    return out;
  }
  [[nodiscard]] MetricDataDeps deps() { return {reader, bands}; }

  TestingReader reader;
  NoBands bands;
  const std::string sum = "SELECT SUM(errors) FROM Shop";
  const std::string by_host = "SELECT SUM(errors) FROM Shop GROUP BY host";
};

TEST_F(SelectData, names_what_it_gives) {
  EXPECT_EQ(get({expression("q1", sum, minutes(5))}), "q1 q1: 10 535");
  EXPECT_EQ(get({labelled(expression("q1", sum, minutes(5)), "All")}), "q1 All: 10 535");
  EXPECT_EQ(get({expression("q1", by_host, minutes(5))}), "q1 a: 10 35; q1 b: 500");
  EXPECT_EQ(get({labelled(expression("q1", by_host, minutes(5)), "of")}),
            "q1 of a: 10 35; q1 of b: 500");
  EXPECT_EQ(get({expression("q1", by_host + " ORDER BY MAX() DESC LIMIT 1", minutes(5)),
                 stat_of("m1", "a", minutes(5))}),
            "q1 b: 500; m1 errors: 10 35");
}

TEST_F(SelectData, gives_nothing_where_there_is_nothing) {
  const std::string nobody = "SELECT SUM(errors) FROM Shop WHERE host = 'nobody'";
  EXPECT_EQ(get({expression("q1", nobody, minutes(5))}), "q1 q1: ") << "one series, no points";
  EXPECT_EQ(get({expression("q1", nobody + " GROUP BY host", minutes(5))}), "");
  EXPECT_EQ(get({hidden(expression("q1", nobody + " GROUP BY host", minutes(5))),
                 expression("e1", "q1 * 2")}),
            "");
}

TEST_F(SelectData, is_an_input_of_metric_math) {
  const auto one = hidden(expression("q1", sum, minutes(5)));
  const auto many = hidden(expression("q1", by_host, minutes(5)));
  EXPECT_EQ(get({one, expression("e1", "q1 / 5")}), "e1 e1: 2 107");
  EXPECT_EQ(get({one, stat_of("m1", "a", minutes(5)), expression("e1", "q1 - m1")}),
            "m1 errors: 10 35; e1 e1: 0 500");
  // An array of series, even of one group.
  EXPECT_EQ(get({many, expression("e1", "SUM(q1)")}), "e1 e1: 10 535");
  EXPECT_EQ(get({many, expression("e1", "MAX(q1)")}), "e1 e1: 10 500");
  EXPECT_EQ(get({many, expression("e1", "q1 * 2")}), "e1 a: 20 70; e1 b: 1000");
  EXPECT_EQ(get({many, expression("e1", "FILL(q1, 0)")}), "e1 a: 10 35; e1 b: 0 500");
  EXPECT_EQ(get({many, expression("e1", "q1 + q1")}),
            "Error in expression 'e1': Unsupported operand type(s) for +: '[TimeSeries[], "
            "TimeSeries[]]' at position 4");
  EXPECT_EQ(get({hidden(expression("q1", sum, minutes(5))),
                 hidden(stat_of("m1", "a", minutes(5))),
                 expression("e1", "SUM(METRICS())")}),
            "e1 e1: 10 35")
      << "METRICS() is of metrics";
}

TEST_F(SelectData, has_a_period_of_a_minute_at_least) {
  EXPECT_EQ(get({expression("q1", sum)}), "the Metrics Insights query 'q1' must have a Period");
  EXPECT_EQ(get({expression("q1", sum, seconds(90))}),
            "the period of 'q1' must be 1, 5, 10, 20, 30 or a multiple of 60 seconds");
  const std::string minutely = "q1 q1: 0 1 2 3 4 105 106 107 108 109";
  EXPECT_EQ(get({expression("q1", sum, seconds(60))}), minutely);
  EXPECT_EQ(get({expression("q1", sum, seconds(1))}), minutely);
  // Together with metrics the longest holds.
  EXPECT_EQ(period_of(std::vector{expression("q1", sum, minutes(1)),
                                  stat_of("m1", "a", minutes(5)),
                                  expression("e1", "q1 / m1")},
                      "e1"),
            minutes(5));
  EXPECT_EQ(get({expression("q1", sum, minutes(1)),
                 stat_of("m1", "a", minutes(5)),
                 hidden(expression("e1", "q1 / m1"))}),
            minutely + "; m1 errors: 10 35");
}

TEST_F(SelectData, refuses_what_does_not_hold_together) {
  EXPECT_EQ(get({expression("q1", "SELECT SUM(errors) FROM", minutes(1))}),
            "Error in expression 'q1': expected a namespace or SCHEMA, but the query ends at "
            "position 24");
  EXPECT_EQ(get({expression("q1", sum, minutes(1)), expression("q2", sum, minutes(1))}),
            "2 Metrics Insights queries in one request, limit 1");
  EXPECT_EQ(
      get({expression("q1", sum, minutes(1)), expression("e1", "ANOMALY_DETECTION_BAND(q1)")}),
      "Error in expression 'e1': there is no anomaly detection band of a Metrics Insights "
      "query");
  const auto detector = band_identity_of(
      std::vector{hidden(expression("q1", sum, minutes(1))), expression("e1", "q1 * 2")}, "e1");
  EXPECT_EQ(detector.error().code, Errc::invalid);
  auto homeless = expression("q1", sum, minutes(1));
  homeless.home.reset();
  EXPECT_EQ(get({homeless}),
            "Error in expression 'q1': Metrics Insights queries are not served here");
}

TEST_F(SelectData, is_told_whose_metrics_it_reads_and_no_other_query_is) {
  std::vector<MetricQuery> queries{stat_of("m1", "a", minutes(5)),
                                   expression("q1", sum, minutes(5)),
                                   expression("e1", "m1 * 2")};
  queries[1].home.reset();
  queries[2].home.reset();
  set_home(kHome, &queries);
  EXPECT_EQ(queries[1].home, kHome);
  EXPECT_FALSE(queries[0].home || queries[2].home) << "equal queries stay equal, whoever asks";
}

TEST_F(SelectData, says_what_is_left_out) {
  for (std::size_t i = 0; i < kSelectSeriesMax; ++i)
    reader.put(errors_of(fmt::format("c{}", i)), at(0), 1);
  const std::vector<MetricQuery> queries{expression("q1", by_host, minutes(1))};
  const auto result = get_metric_data(deps(), queries, {at(0), at(600)});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->entries.size(), kSelectSeriesMax);
  ASSERT_EQ(result->messages.size(), 1U);
  EXPECT_EQ(result->messages.front().code, "MaxQueryResultsExceeded");
  EXPECT_NE(result->messages.front().value.find("'q1' gives more than 500"), std::string::npos);
}

TEST_F(SelectData, goes_on_in_pages) {
  MetricDataOptions options{.descending = false, .max_datapoints = 3};
  std::string seen;
  for (int page = 0; page < 10; ++page) {
    const auto result = get_metric_data(
        deps(), std::vector{expression("q1", by_host, minutes(5))}, {at(0), at(600)}, options);
    ASSERT_TRUE(result);
    for (const MetricDataEntry& entry : result->entries)
      seen += fmt::format("{} {};", entry.label, fmt::join(entry.values, " "));
    if (!result->next) break;
    options.after = result->next;
  }
  EXPECT_EQ(seen, "a 10 35;b 500;");
}

TEST_F(SelectData, closes_a_period_by_time_alone) {
  const std::vector<MetricQuery> queries{expression("q1", sum, minutes(5))};
  const auto closed_at = [&](std::int64_t second) {
    const auto series = evaluate_series(deps(), queries, "q1", {at(0), at(600)}, at(second));
    std::string out;
    for (const EvaluatedPoint& point : series->points)
      out += fmt::format("{}{} ", point.value.value_or(-1), point.closed ? "!" : "");
    return out;
  };
  // A sample of b in the second period does not say that a's of the first are complete.
  EXPECT_EQ(closed_at(329), "10 535 ");
  EXPECT_EQ(closed_at(330), "10! 535 ");
  EXPECT_EQ(closed_at(630), "10! 535! ");
  const auto series = evaluate_series(deps(), queries, "q1", {at(0), at(600)}, at(400));
  EXPECT_FALSE(series->statistic) << "an open period never breaches";
}

TEST_F(SelectData, names_the_metrics_that_it_reads) {
  const auto found = selected_metrics(
      std::vector{stat_of("m1", "a", minutes(1)), expression("q1", by_host, minutes(1))});
  const MetricRef all{kHome.account, kHome.region, "Shop", "errors", {}};
  EXPECT_EQ(found, std::vector{all});
  EXPECT_TRUE(selected_metrics(std::vector{stat_of("m1", "a", minutes(1))}).empty());
  EXPECT_TRUE(is_grouping(std::vector{expression("q1", by_host, minutes(1))}, "q1"));
  EXPECT_FALSE(is_grouping(std::vector{expression("q1", sum, minutes(1))}, "q1"));
  EXPECT_EQ(reach_of(std::vector{expression("q1", sum, minutes(1))}, "q1"), Reach::window);
}

TEST_F(SelectData, finds_the_first_period_with_data) {
  const std::vector<MetricQuery> queries{
      expression("q1", "SELECT SUM(errors) FROM Shop WHERE host = 'b' GROUP BY host", minutes(1))};
  const auto first = [&](std::int64_t from, std::int64_t to) {
    return *first_selected(reader, queries, minutes(1), {at(from), at(to)});
  };
  EXPECT_EQ(first(0, 600), at(300));
  EXPECT_EQ(first(301, 600), at(300)) << "periods are whole";
  EXPECT_EQ(first(0, 240), std::nullopt);
}

}  // namespace
}  // namespace tidemark::query
