#include "alarm/rule.h"

#include <functional>

#include <gtest/gtest.h>

namespace tidemark::alarm {
namespace {

AlarmRule fixed() {
  AlarmRule out;
  out.name = "elapsed-high";
  out.account = "000000000000";
  out.region = "us-east-1";
  out.metric =
      SingleMetric{{"000000000000", "us-east-1", "Glue", "elapsedTime", {{"JobName", "x"}}},
                   "Average",
                   "",
                   std::chrono::seconds(300),
                   "Milliseconds"};
  out.comparison_operator = "GreaterThanThreshold";
  out.threshold = 600.5;
  out.evaluation_periods = 1;
  return out;
}

MetricQuery metric_query(std::string id, int period_s, bool returns = true) {
  MetricQuery out;
  out.id = std::move(id);
  out.metric_stat = MetricStat{{"000000000000", "us-east-1", "Glue", "recordsRead", {}},
                               std::chrono::seconds(period_s),
                               *parse_statistic("Sum"),
                               std::nullopt};
  out.return_data = returns;
  return out;
}

MetricQuery expression(std::string id, std::string text, bool returns = true) {
  MetricQuery out;
  out.id = std::move(id);
  out.expression = std::move(text);
  out.return_data = returns;
  return out;
}

AlarmRule band() {
  AlarmRule out = fixed();
  out.metric.reset();
  out.threshold.reset();
  out.comparison_operator = "LessThanLowerOrGreaterThanUpperThreshold";
  out.threshold_metric_id = "ad1";
  out.metrics = {metric_query("m1", 300), expression("ad1", "ANOMALY_DETECTION_BAND(m1, 2)")};
  out.evaluation_periods = 3;
  out.datapoints_to_alarm = 2;
  return out;
}

AlarmRule math() {
  AlarmRule out = fixed();
  out.metric.reset();
  out.metrics = {expression("e1", "m1 / m2 * 100"),
                 metric_query("m1", 60, false),
                 metric_query("m2", 60, false)};
  return out;
}

TEST(AlarmRule, comes_back_from_json_as_it_was_given) {
  AlarmRule full = band();
  full.description = "";
  full.actions_enabled = false;
  full.ok_actions = {"arn:ok"};
  full.alarm_actions = {"arn:a", "arn:b"};
  full.insufficient_data_actions = {"arn:i"};
  full.treat_missing_data = "notBreaching";
  full.evaluate_low_sample_count_percentile = "ignore";
  full.tags = {{"team", "data"}};
  full.configuration_updated_at = Timestamp::from_ns(1'234'567'890'123'456'789);
  AlarmRule select = math();
  select.metrics = {expression("q1", "SELECT SUM(m) FROM \"n/1\" WHERE d != 'it\\'s'")};
  select.metrics[0].period = std::chrono::seconds(120);
  for (const AlarmRule& rule : {fixed(), full, math(), select}) {
    const auto back = rule_from_json(to_json(rule));
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_EQ(*back, rule);
  }
}

TEST(AlarmRule, a_document_that_is_no_rule_is_corrupt) {
  for (const std::string text : {"", "{}", "[1]", R"({"name":"x"})"}) {
    const auto back = rule_from_json(text);
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code, Errc::corrupt);
  }
  AlarmRule broken = fixed();
  broken.evaluation_periods = 0;
  EXPECT_FALSE(rule_from_json(to_json(broken)));
}

TEST(AlarmRule, says_what_it_watches) {
  EXPECT_EQ(watched_id_of(fixed()), "m1");
  EXPECT_EQ(watched_id_of(band()), "m1");
  EXPECT_EQ(watched_id_of(math()), "e1");
  EXPECT_EQ(metrics_of(math()).size(), 1U) << "both queries are of one metric";
  EXPECT_EQ(arn_of(fixed()), "arn:aws:cloudwatch:us-east-1:000000000000:alarm:elapsed-high");
}

struct Refusal {
  AlarmRule rule;
  std::function<void(AlarmRule*)> change;
  const char* code;
  const char* message;
};

void expect_refused(const std::vector<Refusal>& refusals) {
  for (const Refusal& refusal : refusals) {
    AlarmRule rule = refusal.rule;
    refusal.change(&rule);
    const auto checked = check_rule(rule);
    ASSERT_FALSE(checked) << refusal.message;
    EXPECT_EQ(checked.error().code, refusal.code);
    EXPECT_EQ(checked.error().message, refusal.message);
    EXPECT_EQ(checked.error().kind, Errc::invalid);
  }
}

TEST(CheckRule, takes_the_three_kinds_of_alarms) {
  for (const AlarmRule& rule : {fixed(), band(), math()}) {
    const auto checked = check_rule(rule);
    EXPECT_TRUE(checked) << checked.error().message;
  }
}

TEST(CheckRule, refuses_in_the_words_of_aws) {
  using std::chrono::seconds;
  expect_refused({
      {band(),
       [](AlarmRule* r) { r->metrics[0].return_data = false; },
       "ValidationError",
       "Exactly two elements of the metrics list should return data."},
      {band(),
       [](AlarmRule* r) { r->threshold_metric_id = "t1"; },
       "ValidationError",
       "Metrics list must contain exactly one metric matching the ThresholdMetricId parameter"},
      {band(),
       [](AlarmRule* r) { r->threshold_metric_id.reset(); },
       "ValidationError",
       "ComparisonOperators for ranges require ThresholdMetricId to be set"},
      {band(),
       [](AlarmRule* r) { r->datapoints_to_alarm = 4; },
       "ValidationError",
       "DatapointsToAlarm must be less than or equal to EvaluationPeriods"},
      {fixed(),
       [](AlarmRule* r) { r->metric->period = seconds(45); },
       "ValidationError",
       "Period must be 10, 20, 30 or a multiple of 60"},
      {math(),
       [](AlarmRule* r) { r->metrics[1].metric_stat->period = seconds(1); },
       "ValidationError",
       "Period must be 10, 20, 30 or a multiple of 60"},
      {fixed(),
       [](AlarmRule* r) {
         r->metric->period = seconds(86400);
         r->evaluation_periods = 8;
       },
       "ValidationError",
       "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= "
       "604800) for alarms using period >= 3600"},
      {fixed(),
       [](AlarmRule* r) { r->evaluation_periods = 289; },
       "ValidationError",
       "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= "
       "86400) for alarms using period < 3600"},
      {math(),
       [](AlarmRule* r) { r->metrics[1].return_data = true; },
       "ValidationError",
       "Exactly one element of the metrics list should return data."},
      {fixed(),
       [](AlarmRule* r) {
         r->metric->statistic = "";
         r->metric->extended_statistic = "p101";
       },
       "InvalidParameterValue",
       "The value p101 for parameter ExtendedStatistic is not supported."},
      {fixed(),
       [](AlarmRule* r) { r->evaluate_low_sample_count_percentile = "unknown"; },
       "ValidationError",
       "Option unknown is not supported. Supported options for parameter "
       "EvaluateLowSampleCountPercentile are evaluate and ignore."},
  });
}

TEST(CheckRule, names_what_is_missing_or_contradicts) {
  expect_refused({
      {fixed(),
       [](AlarmRule* r) { r->threshold.reset(); },
       "MissingParameter",
       "The parameter Threshold is required."},
      {fixed(),
       [](AlarmRule* r) { r->metric.reset(); },
       "MissingParameter",
       "The parameter MetricName is required."},
      {fixed(),
       [](AlarmRule* r) { r->metric->statistic = ""; },
       "MissingParameter",
       "The parameter Statistic is required."},
      {fixed(),
       [](AlarmRule* r) { r->metric->extended_statistic = "p99"; },
       "InvalidParameterCombination",
       "The parameters Statistic and ExtendedStatistic are mutually exclusive and you have "
       "specified both."},
      {band(),
       [](AlarmRule* r) { r->threshold = 1; },
       "InvalidParameterCombination",
       "The parameters Threshold and ThresholdMetricId are mutually exclusive and you have "
       "specified both."},
      {band(),
       [](AlarmRule* r) { r->metrics[0].metric_stat->period = std::chrono::seconds(30); },
       "ValidationError",
       "Period must be at least 60 for alarms on an anomaly detection band"},
  });
}

TEST(CheckRule, refuses_at_one_beyond_each_limit) {
  const auto good = [](const std::function<void(AlarmRule*)>& change) {
    AlarmRule rule = fixed();
    change(&rule);
    return check_rule(rule).has_value();
  };
  EXPECT_TRUE(good([](AlarmRule* r) { r->name = std::string(255, 'n'); }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->name = std::string(256, 'n'); }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->name = ""; }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->name = "a\nb"; }));
  EXPECT_TRUE(good([](AlarmRule* r) { r->description = std::string(1024, 'd'); }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->description = std::string(1025, 'd'); }));
  EXPECT_TRUE(good([](AlarmRule* r) { r->alarm_actions.assign(5, "arn:x"); }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->alarm_actions.assign(6, "arn:x"); }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->ok_actions.assign(6, "arn:x"); }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->insufficient_data_actions.assign(6, "arn:x"); }));
  EXPECT_TRUE(good([](AlarmRule* r) { r->evaluation_periods = 288; }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->evaluation_periods = 0; }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->datapoints_to_alarm = 0; }));
  for (const std::size_t count : {std::size_t{50}, std::size_t{51}}) {
    const auto tagged = [count](AlarmRule* r) {
      for (std::size_t i = 0; i < count; ++i)
        r->tags.push_back({"k" + std::to_string(i), "v"});
    };
    EXPECT_EQ(good(tagged), count == 50);
  }
  EXPECT_FALSE(good([](AlarmRule* r) { r->threshold = 1.0 / 0.0; }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->treat_missing_data = "ok"; }));
  EXPECT_FALSE(good([](AlarmRule* r) { r->comparison_operator = "Greater"; }));
}

TEST(CheckRule, refuses_expressions_that_cannot_be_an_alarm) {
  AlarmRule rule = math();
  rule.metrics[0].expression = "m1 / m3";
  EXPECT_FALSE(check_rule(rule)) << "an id that is not there";
  rule.metrics[0].expression = "ANOMALY_DETECTION_BAND(m1, 2)";
  EXPECT_FALSE(check_rule(rule)) << "a band is two series";
  rule = band();
  rule.metrics[1].expression = "m1 * 2";
  EXPECT_FALSE(check_rule(rule)) << "the threshold must be a band";
}

}  // namespace
}  // namespace tidemark::alarm
