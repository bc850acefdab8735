#include "alarm/core/documents.h"

#include <gtest/gtest.h>

namespace tidemark::alarm {
namespace {

using std::chrono::minutes;

/// A rule on the band of recordsRead, in the two queries that consoles and SDKs write.
AlarmRule band_rule() {
  MetricQuery metric;
  metric.id = "m1";
  metric.metric_stat = MetricStat{{"000000000000",
                                   "us-east-1",
                                   "Glue",
                                   "glue.driver.aggregate.recordsRead",
                                   {{"JobName", "etl"}, {"JobRunId", "ALL"}}},
                                  minutes(5),
                                  *parse_statistic("Sum"),
                                  std::nullopt};
  MetricQuery band;
  band.id = "ad1";
  band.expression = "ANOMALY_DETECTION_BAND(m1, 2)";
  band.label = "recordsRead (expected)";
  AlarmRule out;
  out.name = "records";
  out.metrics = {metric, band};
  out.comparison_operator = "LessThanLowerOrGreaterThanUpperThreshold";
  out.threshold_metric_id = "ad1";
  out.evaluation_periods = 3;
  out.datapoints_to_alarm = 2;
  return out;
}

// The members, their order and the lower-case value/name are those of a message that AWS sent
// (https://github.com/arabold/aws-to-slack/issues/98).
TEST(TriggerJson, of_a_band_alarm_is_as_cloudwatch_sends_it) {
  EXPECT_EQ(
      trigger_json(band_rule()),
      R"j({"Period":300,"EvaluationPeriods":3,"DatapointsToAlarm":2,)j"
      R"j("ComparisonOperator":"LessThanLowerOrGreaterThanUpperThreshold","ThresholdMetricId":"ad1",)j"
      R"j("TreatMissingData":"","EvaluateLowSampleCountPercentile":"",)j"
      R"j("Metrics":[{"Id":"m1","MetricStat":{"Metric":{"Dimensions":[)j"
      R"j({"value":"etl","name":"JobName"},{"value":"ALL","name":"JobRunId"}],)j"
      R"j("MetricName":"glue.driver.aggregate.recordsRead","Namespace":"Glue"},)j"
      R"j("Period":300,"Stat":"Sum"},"ReturnData":true},)j"
      R"j({"Expression":"ANOMALY_DETECTION_BAND(m1, 2)","Id":"ad1",)j"
      R"j("Label":"recordsRead (expected)","ReturnData":true}]})j");
}

TEST(TriggerJson, of_a_band_alarm_names_what_else_was_chosen) {
  AlarmRule rule = band_rule();
  rule.treat_missing_data = "breaching";
  rule.datapoints_to_alarm.reset();
  rule.metrics[0].metric_stat->unit = "Count";
  rule.metrics[0].label = "records";
  const std::string json = trigger_json(rule);
  EXPECT_NE(json.find(R"("EvaluationPeriods":3,"ComparisonOperator")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("TreatMissingData":"breaching")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("Id":"m1","Label":"records","MetricStat")"), std::string::npos) << json;
  EXPECT_NE(json.find(R"("Stat":"Sum","Unit":"Count"},"ReturnData")"), std::string::npos) << json;
  EXPECT_EQ(json.find("Threshold\":"), std::string::npos) << "a band has no number: " << json;
}

}  // namespace
}  // namespace tidemark::alarm
