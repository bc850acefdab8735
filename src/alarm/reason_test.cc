#include "alarm/reason.h"

#include <gtest/gtest.h>

namespace tidemark::alarm {
namespace {

struct Point {
  const char* at;
  std::optional<double> value;
  std::optional<Limits> limits = std::nullopt;
  double samples = 1;
};

std::vector<AlarmPoint> range_of(const std::vector<Point>& points) {
  std::vector<AlarmPoint> out;
  for (const Point& point : points) {
    out.push_back({*parse_rfc3339(point.at), point.value, point.limits, point.samples});
  }
  return out;
}

struct Shape {
  const char* comparison;
  std::optional<double> threshold;
  int n;
  std::optional<int> m;
  const char* missing = "missing";
};

AlarmRule rule_of(const Shape& shape) {
  AlarmRule out;
  out.name = "x";
  out.comparison_operator = shape.comparison;
  out.threshold = shape.threshold;
  out.evaluation_periods = shape.n;
  out.datapoints_to_alarm = shape.m;
  out.treat_missing_data = shape.missing;
  if (shape.threshold) {
    out.metric = SingleMetric{};
    out.metric->metric.metric_namespace = "Glue";
    out.metric->metric.name = "glue.driver.aggregate.recordsRead";
    out.metric->statistic = "Average";
    out.metric->period = std::chrono::seconds(60);
  } else {
    MetricQuery m1;
    m1.id = "m1";
    m1.metric_stat = MetricStat{{"", "", "Glue", "glue.driver.aggregate.recordsRead", {}},
                                std::chrono::seconds(60),
                                *parse_statistic("Sum"),
                                std::nullopt};
    MetricQuery band;
    band.id = "ad1";
    band.expression = "ANOMALY_DETECTION_BAND(m1, 2)";
    out.metrics = {m1, band};
    out.threshold_metric_id = "ad1";
  }
  return out;
}

Decision decision_of(const AlarmRule& rule,
                     const std::vector<Point>& points,
                     AlarmState current = AlarmState::insufficient_data) {
  return decide(judgement_of(rule), range_of(points), current);
}

std::string reason(const Shape& shape, const std::vector<Point>& points) {
  const AlarmRule rule = rule_of(shape);
  return reason_text(rule, decision_of(rule, points));
}

/// `count` points a minute apart up to `newest` of this value.
std::vector<Point> repeated(int count,
                            double value,
                            const char* newest,
                            std::vector<std::string>* texts) {
  texts->clear();
  for (int i = count - 1; i >= 0; --i) {
    texts->push_back(format_rfc3339(*parse_rfc3339(newest) - std::chrono::minutes(i)));
  }
  std::vector<Point> out;
  for (const std::string& text : *texts)
    out.push_back({text.c_str(), value});
  return out;
}

TEST(Reason, numbers_are_written_as_java_does) {
  const std::pair<double, const char*> rows[] = {{0, "0.0"},
                                                 {-0.0, "-0.0"},
                                                 {1, "1.0"},
                                                 {-17, "-17.0"},
                                                 {0.1, "0.1"},
                                                 {12345.678, "12345.678"},
                                                 {0.001, "0.001"},
                                                 {9.99e-4, "9.99E-4"},
                                                 {9999999, "9999999.0"},
                                                 {1e7, "1.0E7"},
                                                 {1e10, "1.0E10"},
                                                 {1.25e10, "1.25E10"},
                                                 {-1.5e-300, "-1.5E-300"},
                                                 {0.020599444741798756, "0.020599444741798756"},
                                                 {38.395433048854194, "38.395433048854194"}};
  for (const auto& [value, text] : rows)
    EXPECT_EQ(java_double(value), text);
}

// SOURCE: replies of AWS in ../shared/captures/aws_snapshots, cloudwatch.md d.4, the CloudWatch
// user guide ("Alarm events and EventBridge") and mails and events of AWS alarms in public
// repositories.
TEST(Reason, without_datapoints_to_alarm) {
  EXPECT_EQ(reason({"GreaterThanThreshold", 21, 1, {}}, {{"2026-02-26T10:14:00Z", 21.5}}),
            "Threshold Crossed: 1 datapoint [21.5 (26/02/26 10:14:00)] was greater than the "
            "threshold (21.0).");
  EXPECT_EQ(reason({"GreaterThanThreshold", 42, 2, {}},
                   {{"2023-01-09T14:01:00Z", 1}, {"2023-01-09T14:02:00Z", 0}}),
            "Threshold Crossed: 2 datapoints [0.0 (09/01/23 14:02:00), 1.0 (09/01/23 14:01:00)] "
            "were not greater than the threshold (42.0).");
  std::vector<std::string> texts;
  EXPECT_EQ(
      reason({"GreaterThanThreshold", 0, 24, {}}, repeated(24, 1, "2024-12-19T08:33:00Z", &texts)),
      "Threshold Crossed: 24 datapoints were greater than the threshold (0.0). The most "
      "recent datapoints which crossed the threshold: [1.0 (19/12/24 08:33:00), 1.0 "
      "(19/12/24 08:32:00), 1.0 (19/12/24 08:31:00), 1.0 (19/12/24 08:30:00), 1.0 (19/12/24 "
      "08:29:00)].");
}

TEST(Reason, with_datapoints_to_alarm) {
  EXPECT_EQ(reason({"GreaterThanThreshold", 1, 1, 1}, {{"2019-10-03T15:58:00Z", 5}}),
            "Threshold Crossed: 1 out of the last 1 datapoints [5.0 (03/10/19 15:58:00)] was "
            "greater than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).");
  EXPECT_EQ(reason({"GreaterThanThreshold", 0, 5, 3},
                   {{"2021-12-21T06:41:00Z", 1},
                    {"2021-12-21T06:42:00Z", 0},
                    {"2021-12-21T06:43:00Z", 1},
                    {"2021-12-21T06:44:00Z", 0},
                    {"2021-12-21T06:45:00Z", 0}}),
            "Threshold Crossed: 3 out of the last 5 datapoints [0.0 (21/12/21 06:45:00), 0.0 "
            "(21/12/21 06:44:00), 0.0 (21/12/21 06:42:00)] were not greater than the threshold "
            "(0.0) (minimum 3 datapoints for ALARM -> OK transition).");
  std::vector<std::string> texts;
  EXPECT_EQ(
      reason({"LessThanThreshold", 65, 5, 5}, repeated(5, 0, "2020-04-29T23:32:00Z", &texts)),
      "Threshold Crossed: 5 out of the last 5 datapoints were less than the threshold (65.0). The "
      "most recent datapoints which crossed the threshold: [0.0 (29/04/20 23:32:00), 0.0 (29/04/20 "
      "23:31:00), 0.0 (29/04/20 23:30:00), 0.0 (29/04/20 23:29:00), 0.0 (29/04/20 23:28:00)] "
      "(minimum 5 datapoints for OK -> ALARM transition).");
  EXPECT_EQ(reason({"LessThanThreshold", 1, 2, 2},
                   {{"2023-02-18T16:41:00Z", 3}, {"2023-02-18T16:42:00Z", 3}}),
            "Threshold Crossed: 2 out of the last 2 datapoints [3.0 (18/02/23 16:42:00), 3.0 "
            "(18/02/23 16:41:00)] were not less than the threshold (1.0) (minimum 1 datapoint for "
            "ALARM -> OK transition).");
}

TEST(Reason, of_a_band) {
  const Limits both{0.020599444741798756, 0.3006915352732461};
  EXPECT_EQ(reason({"LessThanLowerOrGreaterThanUpperThreshold", {}, 1, 1},
                   {{"2019-10-03T15:58:00Z", 0, both}}),
            "Thresholds Crossed: 1 out of the last 1 datapoints [0.0 (03/10/19 15:58:00)] was less "
            "than the lower thresholds [0.020599444741798756] or greater than the upper thresholds "
            "[0.3006915352732461] (minimum 1 datapoint for OK -> ALARM transition).");
  EXPECT_EQ(reason({"LessThanLowerOrGreaterThanUpperThreshold", {}, 1, 1},
                   {{"2019-10-03T15:57:00Z",
                     0.166666666664241,
                     Limits{0.0206719426210418, 0.30076870222143803}}}),
            "Thresholds Crossed: 1 out of the last 1 datapoints [0.166666666664241 (03/10/19 "
            "15:57:00)] was not less than the lower thresholds [0.0206719426210418] or not greater "
            "than the upper thresholds [0.30076870222143803] (minimum 1 datapoint for ALARM -> OK "
            "transition).");
  EXPECT_EQ(reason({"GreaterThanUpperThreshold", {}, 1, 1},
                   {{"2024-07-25T07:21:00Z", 239, Limits{0, 225.71426732099445}}}),
            "Thresholds Crossed: 1 out of the last 1 datapoints [239.0 (25/07/24 07:21:00)] was "
            "greater than the upper thresholds [225.71426732099445] (minimum 1 datapoint for OK -> "
            "ALARM transition).");
}

// The wording of the two-sided sample, with its one half and with a limit for each point.
TEST(Reason, of_the_lower_side_of_a_band) {
  EXPECT_EQ(reason({"LessThanLowerThreshold", {}, 1, 1},
                   {{"2019-10-03T15:58:00Z", 0, Limits{0.020599444741798756, 0.3006915352732461}}}),
            "Thresholds Crossed: 1 out of the last 1 datapoints [0.0 (03/10/19 15:58:00)] was less "
            "than the lower thresholds [0.020599444741798756] (minimum 1 datapoint for OK -> ALARM "
            "transition).");
  EXPECT_EQ(reason({"LessThanLowerThreshold", {}, 3, 2},
                   {{"2019-10-03T15:56:00Z", 5, Limits{10.5, 20}},
                    {"2019-10-03T15:57:00Z", 15, Limits{10.25, 20}},
                    {"2019-10-03T15:58:00Z", 7, Limits{9.75, 20}}}),
            "Thresholds Crossed: 2 out of the last 3 datapoints [7.0 (03/10/19 15:58:00), 5.0 "
            "(03/10/19 15:56:00)] were less than the lower thresholds [9.75, 10.5] (minimum 2 "
            "datapoints for OK -> ALARM transition).");
  EXPECT_EQ(reason({"LessThanLowerThreshold", {}, 2, {}},
                   {{"2019-10-03T15:57:00Z", 15, Limits{10.25, 20}},
                    {"2019-10-03T15:58:00Z", 30, Limits{9.75, 20}}}),
            "Thresholds Crossed: 2 datapoints [30.0 (03/10/19 15:58:00), 15.0 (03/10/19 15:57:00)] "
            "were not less than the lower thresholds [9.75, 10.25].");
}

TEST(Reason, of_missing_data) {
  const std::vector<Point> nothing{{"2024-01-01T00:00:00Z", {}}, {"2024-01-01T00:01:00Z", {}}};
  EXPECT_EQ(reason({"GreaterThanThreshold", 2, 2, {}, "breaching"}, nothing),
            "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
            "were treated as [Breaching].");
  EXPECT_EQ(reason({"GreaterThanThreshold", 2, 1, {}, "notBreaching"}, nothing),
            "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint "
            "was treated as [NonBreaching].");
  EXPECT_EQ(reason({"GreaterThanThreshold", 2, 1, {}}, nothing),
            "Insufficient Data: 1 datapoint was unknown.");
  EXPECT_EQ(reason({"GreaterThanThreshold", 2, 5, {}}, nothing),
            "Insufficient Data: 5 datapoints were unknown.");
  EXPECT_EQ(reason({"GreaterThanThreshold", 2, 3, 2, "breaching"},
                   {{"2024-01-01T00:00:00Z", 1},
                    {"2024-01-01T00:01:00Z", {}},
                    {"2024-01-01T00:02:00Z", {}}}),
            "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints "
            "were treated as [Breaching].");
  std::vector<Point> one_of_twenty;
  std::vector<std::string> texts;
  one_of_twenty = repeated(20, 0, "2024-03-16T12:15:00Z", &texts);
  for (Point& point : one_of_twenty)
    point.value.reset();
  one_of_twenty.back().value = 613;
  EXPECT_EQ(
      reason({"GreaterThanOrEqualToThreshold", 1, 20, 1, "notBreaching"}, one_of_twenty),
      "Threshold Crossed: 1 out of the last 20 datapoints [613.0 (16/03/24 12:15:00)] was "
      "greater than or equal to the threshold (1.0) and 19 missing datapoints were treated as "
      "[NonBreaching] (minimum 1 datapoint for OK -> ALARM transition).");
}

TEST(ReasonData, of_a_static_alarm_character_by_character) {
  AlarmRule rule = rule_of({"GreaterThanOrEqualToThreshold", 80, 3, 3});
  const std::vector<Point> points{{"2022-01-26T13:14:00Z", 38.364239895660816, {}, 4},
                                  {"2022-01-26T13:19:00Z", 38.391752618786896, {}, 4},
                                  {"2022-01-26T13:24:00Z", 38.395433048854194, {}, 4}};
  const Timestamp query_date = *parse_rfc3339("2022-01-26T13:29:29.292Z");
  EXPECT_EQ(
      reason_data(rule, decision_of(rule, points), {query_date, std::chrono::minutes(5)}),
      R"({"version":"1.0","queryDate":"2022-01-26T13:29:29.292+0000","startDate":"2022-01-26T13:14:00.000+0000","statistic":"Average","period":300,"recentDatapoints":[38.364239895660816,38.391752618786896,38.395433048854194],"threshold":80.0,"evaluatedDatapoints":[{"timestamp":"2022-01-26T13:24:00.000+0000","sampleCount":4.0,"value":38.395433048854194}]})");
  rule = rule_of({"GreaterThanThreshold", 21, 1, {}, "ignore"});
  rule.metric->unit = "Seconds";
  EXPECT_EQ(
      reason_data(rule,
                  decision_of(rule, {{"2026-02-26T10:14:00Z", 21.5, {}, 2}}),
                  {*parse_rfc3339("2026-02-26T10:14:11.5Z"), std::chrono::seconds(10), true}),
      R"({"version":"1.0","queryDate":"2026-02-26T10:14:11.500+0000","startDate":"2026-02-26T10:14:00.000+0000","unit":"Seconds","statistic":"Average","period":10,"recentDatapoints":[21.5],"threshold":21.0,"evaluatedDatapoints":[{"timestamp":"2026-02-26T10:14:00.000+0000","sampleCount":2.0,"value":21.5}],"late":true})");
}

TEST(ReasonData, of_bands_and_of_nothing_character_by_character) {
  const AlarmRule band = rule_of({"GreaterThanUpperThreshold", {}, 1, 1});
  EXPECT_EQ(
      reason_data(band,
                  decision_of(band, {{"2024-07-25T07:21:00Z", 239, Limits{0, 225.71426732099445}}}),
                  {*parse_rfc3339("2024-07-25T07:22:32.386Z"), std::chrono::seconds(60)}),
      R"({"version":"1.0","queryDate":"2024-07-25T07:22:32.386+0000","startDate":"2024-07-25T07:21:00.000+0000","period":60,"recentDatapoints":[239.0],"recentUpperThresholds":[225.71426732099445],"evaluatedDatapoints":[{"timestamp":"2024-07-25T07:21:00.000+0000","value":239.0,"threshold":225.71426732099445}]})");
  AlarmRule none = rule_of({"GreaterThanThreshold", 10, 2, {}});
  none.metric->statistic = "Maximum";
  EXPECT_EQ(
      reason_data(none,
                  decision_of(none, {{"2021-10-14T14:44:00Z", {}}, {"2021-10-14T14:49:00Z", {}}}),
                  {*parse_rfc3339("2021-10-14T14:49:54.786Z"), std::chrono::minutes(5)}),
      R"({"version":"1.0","queryDate":"2021-10-14T14:49:54.786+0000","statistic":"Maximum","period":300,"recentDatapoints":[],"threshold":10.0,"evaluatedDatapoints":[{"timestamp":"2021-10-14T14:49:00.000+0000"},{"timestamp":"2021-10-14T14:44:00.000+0000"}]})");
}

// SOURCE: the anomaly detection and metric math events of the CloudWatch user guide ("Alarm events
// and EventBridge"), recorded in 2019, with the evaluatedDatapoints that later ones have.
TEST(ReasonData, of_both_sides_of_a_band_character_by_character) {
  const AlarmRule band = rule_of({"LessThanLowerOrGreaterThanUpperThreshold", {}, 1, 1});
  EXPECT_EQ(
      reason_data(
          band,
          decision_of(
              band,
              {{"2019-10-03T15:58:00Z", 0, Limits{0.020599444741798756, 0.3006915352732461}}}),
          {*parse_rfc3339("2019-10-03T16:00:04.650Z"), std::chrono::seconds(60)}),
      R"({"version":"1.0","queryDate":"2019-10-03T16:00:04.650+0000","startDate":"2019-10-03T15:58:00.000+0000","period":60,"recentDatapoints":[0.0],"recentLowerThresholds":[0.020599444741798756],"recentUpperThresholds":[0.3006915352732461],"evaluatedDatapoints":[{"timestamp":"2019-10-03T15:58:00.000+0000","value":0.0,"threshold":0.020599444741798756}]})");
  // The value inside of the band is measured by its upper limit; the one above too.
  const AlarmRule two = rule_of({"LessThanLowerOrGreaterThanUpperThreshold", {}, 2, 1});
  EXPECT_EQ(
      reason_data(two,
                  decision_of(two,
                              {{"2019-10-03T15:57:00Z", 0.25, Limits{0.125, 0.375}},
                               {"2019-10-03T15:58:00Z", 0.5, Limits{0.0625, 0.4375}}}),
                  {*parse_rfc3339("2019-10-03T16:00:04.650Z"), std::chrono::seconds(60)}),
      R"({"version":"1.0","queryDate":"2019-10-03T16:00:04.650+0000","startDate":"2019-10-03T15:57:00.000+0000","period":60,"recentDatapoints":[0.25,0.5],"recentLowerThresholds":[0.125,0.0625],"recentUpperThresholds":[0.375,0.4375],"evaluatedDatapoints":[{"timestamp":"2019-10-03T15:58:00.000+0000","value":0.5,"threshold":0.4375}]})");
  const AlarmRule low = rule_of({"LessThanLowerThreshold", {}, 1, 1});
  EXPECT_EQ(
      reason_data(low,
                  decision_of(low, {{"2019-10-03T15:57:00Z", 0.25, Limits{0.125, 0.375}}}),
                  {*parse_rfc3339("2019-10-03T15:59:04.670Z"), std::chrono::seconds(60)}),
      R"({"version":"1.0","queryDate":"2019-10-03T15:59:04.670+0000","startDate":"2019-10-03T15:57:00.000+0000","period":60,"recentDatapoints":[0.25],"recentLowerThresholds":[0.125],"evaluatedDatapoints":[{"timestamp":"2019-10-03T15:57:00.000+0000","value":0.25,"threshold":0.125}]})");
}

TEST(ReasonData, of_metric_math_character_by_character) {
  AlarmRule math = rule_of({"GreaterThanThreshold", {}, 1, 1});
  math.threshold = 10000;
  math.threshold_metric_id.reset();
  math.metrics[1].id = "e1";
  math.metrics[1].expression = "m1 * 2";
  const Decision decision = decision_of(math, {{"2019-10-02T17:10:00Z", 45628}});
  EXPECT_EQ(
      reason_text(math, decision),
      "Threshold Crossed: 1 out of the last 1 datapoints [45628.0 (02/10/19 17:10:00)] was greater "
      "than the threshold (10000.0) (minimum 1 datapoint for OK -> ALARM transition).");
  EXPECT_EQ(
      reason_data(
          math, decision, {*parse_rfc3339("2019-10-02T17:20:48.551Z"), std::chrono::minutes(5)}),
      R"({"version":"1.0","queryDate":"2019-10-02T17:20:48.551+0000","startDate":"2019-10-02T17:10:00.000+0000","period":300,"recentDatapoints":[45628.0],"threshold":10000.0,"evaluatedDatapoints":[{"timestamp":"2019-10-02T17:10:00.000+0000","value":45628.0}]})");
}

TEST(ReasonData, a_long_window_is_cut_to_the_limit_and_keeps_the_newest) {
  const AlarmRule rule = rule_of({"GreaterThanThreshold", 0, 1440, 1440});
  std::vector<std::string> texts;
  const Decision decision =
      decision_of(rule, repeated(1440, 1234.56789012345, "2024-01-02T00:00:00Z", &texts));
  const std::string text =
      reason_data(rule, decision, {Timestamp::from_s(0), std::chrono::seconds(60)});
  EXPECT_LE(text.size(), kReasonDataMaxBytes);
  EXPECT_GT(text.size(), kReasonDataMaxBytes / 4);
  EXPECT_NE(text.find(R"("evaluatedDatapoints":[{"timestamp":"2024-01-02T00:00:00.000+0000")"),
            std::string::npos);
  EXPECT_LE(reason_text(rule, decision).size(), kReasonMaxBytes);
}

TEST(ReasonWords, speak_to_people) {
  const AlarmRule band = rule_of({"LessThanLowerOrGreaterThanUpperThreshold", {}, 1, 1});
  // 2013-11-30 is a Saturday.
  const Decision low = decision_of(band, {{"2013-11-30T00:00:00Z", 291, Limits{640, 720}}});
  constexpr AlarmState kOk = AlarmState::ok;
  EXPECT_EQ(reason_words(band, low, {kOk, std::chrono::hours(24), ""}),
            "glue.driver.aggregate.recordsRead was 291; usual for a Saturday is 640 to 720.");
  EXPECT_EQ(reason_words(band, low, {kOk, std::chrono::minutes(5), " MB"}),
            "glue.driver.aggregate.recordsRead was 291 MB; usual at this time is 640 to 720 MB.");
  const Decision good =
      decision_of(band, {{"2013-11-30T00:00:00Z", 1234567.8, Limits{-1000, 2e6}}});
  EXPECT_EQ(reason_words(band, good, {AlarmState::insufficient_data, std::chrono::hours(24), ""}),
            "glue.driver.aggregate.recordsRead was 1,234,568; usual for a Saturday is -1,000 to "
            "2,000,000.");
  EXPECT_EQ(reason_words(band, good, {AlarmState::alarm, std::chrono::hours(24), ""}),
            "glue.driver.aggregate.recordsRead was 1,234,568; usual for a Saturday is -1,000 to "
            "2,000,000.")
      << "nothing says that it went back";
  const Decision near =
      decision_of(band, {{"2013-11-30T00:00:00Z", 98.8382, Limits{98.8411, 100}}});
  EXPECT_EQ(
      reason_words(band, near, {kOk, std::chrono::minutes(5), " %"}),
      "glue.driver.aggregate.recordsRead was 98.838 %; usual at this time is 98.841 to 100 %.");
}

TEST(ReasonWords, tell_a_fixed_limit_of_their_own_time) {
  const AlarmRule fixed = rule_of({"GreaterThanThreshold", 600.5, 3, 1});
  const WordsFacts ok{AlarmState::ok, std::chrono::minutes(5), " ms"};
  const WordsFacts alarm{AlarmState::alarm, std::chrono::minutes(5), " ms"};
  const auto words = [&](double value, const WordsFacts& facts) {
    return reason_words(fixed, decision_of(fixed, {{"2013-11-30T00:00:00Z", value}}), facts);
  };
  EXPECT_EQ(words(700.25, ok),
            "glue.driver.aggregate.recordsRead was 700.2 ms, above the limit of 600.5 ms.");
  EXPECT_EQ(words(600.50001, ok),
            "glue.driver.aggregate.recordsRead was 600.50001 ms, above the limit of 600.5 ms.");
  EXPECT_EQ(words(590, alarm),
            "glue.driver.aggregate.recordsRead was 590 ms again, not above the limit of 600.5 ms.");
  const AlarmRule least = rule_of({"LessThanOrEqualToThreshold", 95, 1, 1});
  EXPECT_EQ(reason_words(least, decision_of(least, {{"2013-11-30T00:00:00Z", 95}}), ok),
            "glue.driver.aggregate.recordsRead was 95 ms, at or below the limit of 95 ms.");
}

EvidencePoint seen_at(const char* at, std::optional<double> value) {
  return {*parse_rfc3339(at), value, std::nullopt, std::nullopt, 2};
}

TEST(ReasonWords, call_metrics_that_end_alike_by_their_whole_names) {
  AlarmRule rule = rule_of({"GreaterThanThreshold", 600, 1, 1});
  const auto words = [&](const char* name) {
    rule.metric->metric.name = name;
    const Decision decision = decision_of(rule, {{"2013-11-30T00:00:00Z", 700}});
    return reason_words(rule, decision, {AlarmState::ok, std::chrono::minutes(5), ""});
  };
  EXPECT_EQ(words("orders.write.errors"), "orders.write.errors was 700, above the limit of 600.");
  EXPECT_EQ(words("stock.write.errors"), "stock.write.errors was 700, above the limit of 600.");
}

TEST(ReasonWords, tell_a_silence_so_that_it_stays_true) {
  const AlarmRule rule = rule_of({"GreaterThanThreshold", 2, 3, {}});
  const Decision nothing = decision_of(rule,
                                       {{"2024-01-01T12:00:00Z", {}},
                                        {"2024-01-01T13:00:00Z", {}},
                                        {"2024-01-01T14:00:00Z", {}},
                                        {"2024-01-01T15:00:00Z", {}},
                                        {"2024-01-01T16:00:00Z", {}}});
  const auto words = [&](const std::vector<EvidencePoint>& past) {
    return reason_words(rule, nothing, {AlarmState::ok, std::chrono::hours(1), "", past});
  };
  EXPECT_EQ(words({seen_at("2024-01-01T11:00:00Z", 1), seen_at("2024-01-01T12:00:00Z", {})}),
            "glue.driver.aggregate.recordsRead has sent no data since 1 Jan 2024 12:00 UTC.");
  EXPECT_EQ(words({seen_at("2024-01-01T11:00:00Z", 1), seen_at("2024-01-01T17:00:00Z", 1)}),
            "glue.driver.aggregate.recordsRead has sent no data since 1 Jan 2024 12:00 UTC.")
      << "what has come for the running period is not judged yet";
  EXPECT_EQ(
      words({}),
      "glue.driver.aggregate.recordsRead sent no data in the 3 hours before 1 Jan 2024 17:00 UTC.");
  EXPECT_EQ(words({seen_at("2024-01-01T16:00:00Z", 1)}),
            "What glue.driver.aggregate.recordsRead sent in the 3 hours before 1 Jan 2024 17:00 "
            "UTC could not be judged.")
      << "no band yet, or too few samples of a percentile";
}

TEST(ReasonWords, tell_how_many_periods_were_missing_among_others) {
  const AlarmRule rule = rule_of({"GreaterThanThreshold", 2, 3, 1, "breaching"});
  const Decision one = decision_of(
      rule,
      {{"2024-01-01T12:00:00Z", 1}, {"2024-01-01T13:00:00Z", {}}, {"2024-01-01T14:00:00Z", 1}});
  ASSERT_EQ(one.state, AlarmState::alarm);
  EXPECT_EQ(reason_words(rule,
                         one,
                         {AlarmState::ok,
                          std::chrono::hours(1),
                          "",
                          std::vector{seen_at("2024-01-01T14:00:00Z", 1)}}),
            "glue.driver.aggregate.recordsRead sent no data in 1 of the 3 periods of 1 hour before "
            "1 Jan 2024 15:00 UTC.");
}

/// An outage of an hour: the band takes the new level as usual after five values.
class OutageWords : public ::testing::Test {
 protected:
  static constexpr Duration kPeriod = std::chrono::minutes(10);
  static constexpr Limits kUsual{98.2, 100};
  static constexpr Limits kMoved{79.47, 82.71};

  OutageWords() {
    // A day and half an hour of the ordinary, then 81.8 from 09:00 on.
    for (int i = 0; i < 147; ++i)
      add(99.4, kUsual);
    for (int i = 0; i < 5; ++i)
      add(81.8 + 0.01 * i, kUsual);
  }
  void add(double value, Limits limits) {
    past_.push_back({at_, value, limits.lower, 99, limits.upper});
    at_ = at_ + kPeriod;
  }
  /// Of the newest point.
  std::string words(AlarmState before) {
    const EvidencePoint& newest = past_.back();
    const AlarmPoint point{newest.at, newest.value, Limits{*newest.lower, *newest.upper}};
    return reason_words(
        rule_, decide(judgement_of(rule_), {point}, before), {before, kPeriod, " %", past_});
  }

  AlarmRule rule_ = rule_of({"LessThanLowerOrGreaterThanUpperThreshold", {}, 1, 1});
  std::vector<EvidencePoint> past_;
  Timestamp at_ = *parse_rfc3339("2024-05-06T08:30:00Z");
};

TEST_F(OutageWords, say_that_the_band_has_followed_what_is_not_over) {
  add(81.83, kMoved);
  EXPECT_EQ(words(AlarmState::alarm),
            "glue.driver.aggregate.recordsRead was still 81.83 %, which the band has followed: "
            "79.47 to 82.71 % count as "
            "usual since 7 May 2024 09:50 UTC.");
}

TEST_F(OutageWords, say_that_a_recovery_is_what_was_usual_before) {
  add(81.83, kMoved);
  add(99.38, kMoved);
  EXPECT_EQ(words(AlarmState::ok),
            "glue.driver.aggregate.recordsRead was 99.38 %, as was usual until 7 May 2024 09:00 "
            "UTC; the band has "
            "followed what came then: 79.47 to 82.71 % count as usual since 7 May 2024 09:50 UTC.");
}

TEST_F(OutageWords, say_again_of_a_value_that_went_back) {
  add(99.38, {97, 100});
  EXPECT_EQ(
      words(AlarmState::alarm),
      "glue.driver.aggregate.recordsRead was 99.38 % again; usual at this time is 97 to 100 %.");
}

TEST_F(OutageWords, claim_nothing_of_values_that_went_elsewhere) {
  add(90, {88, 92});
  EXPECT_EQ(words(AlarmState::alarm),
            "glue.driver.aggregate.recordsRead was 90 %; usual at this time is 88 to 92 %.");
}

TEST_F(OutageWords, do_not_take_the_time_of_day_for_a_band_that_follows) {
  // Its values were usual at the same time of the day before.
  for (EvidencePoint& point : past_) {
    if (point.at == at_ - std::chrono::hours(24)) {
      point.value = 81;
      point.lower = kMoved.lower;
      point.upper = kMoved.upper;
    }
  }
  add(81.83, kMoved);
  EXPECT_EQ(
      words(AlarmState::alarm),
      "glue.driver.aggregate.recordsRead was 81.83 %; usual at this time is 79.47 to 82.71 %.");
}

}  // namespace
}  // namespace tidemark::alarm
