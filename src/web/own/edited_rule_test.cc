#include "web/own/edited_rule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tidemark::web::own {
namespace {

using alarm::AlarmRule;
using std::chrono::seconds;
using ::testing::ElementsAre;

const MetricRef kRows{"000000000000", "us-east-1", "Jobs", "rows", {}};
const MetricRef kBytes{"000000000000", "us-east-1", "Jobs", "bytes", {}};

/// What read_rule() makes of a form with a fixed limit.
AlarmRule static_form() {
  AlarmRule out;
  out.region = kRows.region;
  out.description = "";
  out.alarm_actions = out.ok_actions = {"arn:a"};
  out.metric = alarm::SingleMetric{kRows, "Sum", "", seconds(60), std::nullopt};
  out.comparison_operator = "GreaterThanThreshold";
  out.threshold = 5;
  out.evaluation_periods = 1;
  out.datapoints_to_alarm = 1;
  out.treat_missing_data = "missing";
  return out;
}

AlarmRule band_form(const std::string& band) {
  AlarmRule out = static_form();
  out.metric.reset();
  out.threshold.reset();
  out.comparison_operator = "GreaterThanUpperThreshold";
  out.threshold_metric_id = "ad1";
  MetricQuery m1, ad1;
  m1.id = "m1";
  m1.metric_stat = MetricStat{kRows, seconds(60), *parse_statistic("Sum"), std::nullopt};
  ad1.id = "ad1";
  ad1.expression = band;
  out.metrics = {m1, ad1};
  return out;
}

/// As other clients put alarms: much that no form has, and much that was left out.
AlarmRule foreign_static() {
  AlarmRule out = static_form();
  out.name = "rows";
  out.description.reset();
  out.actions_enabled = false;
  out.ok_actions = {"arn:ok"};
  out.insufficient_data_actions = {"arn:none"};
  out.metric->unit = "Count";
  out.datapoints_to_alarm.reset();
  out.treat_missing_data.reset();
  out.evaluate_low_sample_count_percentile = "ignore";
  return out;
}

AlarmRule foreign_band() {
  AlarmRule out = band_form("ANOMALY_DETECTION_BAND(rows)");
  out.metrics[0].id = "rows";
  out.metrics[0].label = "Rows";
  out.metrics[0].metric_stat->unit = "Count";
  out.metrics[1].id = "usual";
  out.metrics[1].label = "Usual rows";
  out.threshold_metric_id = "usual";
  return out;
}

TEST(EditedRule, is_the_same_where_the_form_says_the_same) {
  EXPECT_EQ(edited_rule(foreign_static(), static_form()), foreign_static());
  EXPECT_EQ(edited_rule(foreign_band(), band_form("ANOMALY_DETECTION_BAND(m1, 2)")),
            foreign_band());
  // A fixed limit may be given on a list of one query, too.
  AlarmRule listed = foreign_static();
  listed.metric.reset();
  listed.metrics = {foreign_band().metrics[0]};
  EXPECT_EQ(edited_rule(listed, static_form()), listed);
}

TEST(EditedRule, keeps_what_no_form_shows) {
  AlarmRule form = static_form();
  form.description = "more than five";
  form.metric->statistic.clear();
  form.metric->extended_statistic = "p99";
  form.comparison_operator = "LessThanOrEqualToThreshold";
  form.threshold = 7;
  form.evaluation_periods = form.datapoints_to_alarm.emplace(3);
  form.treat_missing_data = "breaching";
  AlarmRule wanted = foreign_static();
  wanted.description = "more than five";
  wanted.metric->statistic.clear();
  wanted.metric->extended_statistic = "p99";
  wanted.comparison_operator = "LessThanOrEqualToThreshold";
  wanted.threshold = 7;
  wanted.evaluation_periods = 3;
  wanted.treat_missing_data = "breaching";
  EXPECT_EQ(edited_rule(foreign_static(), form), wanted) << "all of them bad was left out";
  form.datapoints_to_alarm = wanted.datapoints_to_alarm = 2;
  EXPECT_EQ(edited_rule(foreign_static(), form), wanted);
}

TEST(EditedRule, keeps_the_names_of_its_queries) {
  AlarmRule form = band_form("ANOMALY_DETECTION_BAND(m1, 3.5)");
  form.metrics[0].metric_stat->period = seconds(300);
  AlarmRule wanted = foreign_band();
  wanted.metrics[0].metric_stat->period = seconds(300);
  wanted.metrics[1].expression = "ANOMALY_DETECTION_BAND(rows, 3.5)";
  EXPECT_EQ(edited_rule(foreign_band(), form), wanted);
}

TEST(EditedRule, may_have_the_other_kind_of_limit) {
  const AlarmRule fixed = edited_rule(foreign_band(), static_form());
  EXPECT_EQ(fixed.metric->unit, "Count");
  EXPECT_TRUE(fixed.metrics.empty() && !fixed.threshold_metric_id && fixed.threshold == 5);
  const AlarmRule band = edited_rule(foreign_static(), band_form("ANOMALY_DETECTION_BAND(m1, 3)"));
  EXPECT_EQ(band.metrics[0].metric_stat->unit, "Count");
  EXPECT_EQ(band.metrics[1].expression, "ANOMALY_DETECTION_BAND(m1, 3)");
  EXPECT_TRUE(!band.metric && !band.threshold && band.threshold_metric_id == "ad1");
  EXPECT_EQ(band.insufficient_data_actions, foreign_static().insufficient_data_actions);
}

TEST(EditedRule, drops_the_unit_with_its_metric) {
  AlarmRule form = static_form();
  form.metric->metric = kBytes;
  EXPECT_EQ(edited_rule(foreign_static(), form).metric->unit, std::nullopt);
  form = band_form("ANOMALY_DETECTION_BAND(m1)");
  form.metrics[0].metric_stat->metric = kBytes;
  EXPECT_EQ(edited_rule(foreign_band(), form).metrics[0].metric_stat->unit, std::nullopt);
}

TEST(EditedRule, tells_topics_of_both_ends_and_leaves_other_actions) {
  AlarmRule rule = foreign_static();
  rule.alarm_actions = {"arn:a", "arn:b"};
  rule.ok_actions = {"arn:ok", "arn:b"};
  AlarmRule form = static_form();
  form.alarm_actions = {"arn:a", "arn:c"};
  const AlarmRule edited = edited_rule(rule, form);
  EXPECT_THAT(edited.alarm_actions, ElementsAre("arn:a", "arn:c"));
  EXPECT_THAT(edited.ok_actions, ElementsAre("arn:ok", "arn:c"));
  EXPECT_THAT(edited.insufficient_data_actions, ElementsAre("arn:none"));
}

TEST(EditedRule, fits_a_form_or_does_not) {
  EXPECT_TRUE(fits_form(foreign_static()));
  EXPECT_TRUE(fits_form(foreign_band()));
  AlarmRule rule = foreign_band();
  rule.metrics[1].expression = "ANOMALY_DETECTION_BAND(rows, 12)";
  EXPECT_FALSE(fits_form(rule)) << "wider than the form has it";
  rule = foreign_band();
  rule.metrics[0].metric_stat.reset();
  rule.metrics[0].expression = "2 * m";
  rule.metrics.push_back(band_form("").metrics[0]);
  rule.metrics.back().id = "m";
  rule.metrics.back().return_data = false;
  EXPECT_FALSE(fits_form(rule)) << "the band of metric math";
  rule = foreign_static();
  rule.metric.reset();
  rule.metrics.resize(1);
  rule.metrics[0].id = "q";
  rule.metrics[0].expression = R"(SELECT SUM(rows) FROM "Jobs")";
  rule.metrics[0].period = seconds(60);
  EXPECT_FALSE(fits_form(rule));
}

TEST(EditedRule, has_a_version_of_its_own) {
  const std::string version = version_of(foreign_static());
  AlarmRule rule = foreign_static();
  rule.actions_enabled = true;
  rule.configuration_updated_at = Timestamp::from_s(1'704'067'200);
  EXPECT_EQ(version_of(rule), version);
  rule.ok_actions.clear();
  EXPECT_NE(version_of(rule), version) << "what no form shows is somebody's change, too";
}

}  // namespace
}  // namespace tidemark::web::own
