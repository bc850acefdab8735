#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/metric_query.h"

/// Alarms: rules, their state machine and its history, as CloudWatch's metric alarms behave.
namespace tidemark::alarm {

enum class AlarmState { ok, alarm, insufficient_data };
/// "OK", "ALARM" or "INSUFFICIENT_DATA".
std::string_view to_text(AlarmState state);
std::optional<AlarmState> parse_alarm_state(std::string_view text);

enum class Comparison {
  greater_or_equal,
  greater,
  less,
  less_or_equal,
  outside_band,
  below_band,
  above_band
};
/// Reads "GreaterThanThreshold", "LessThanLowerOrGreaterThanUpperThreshold" …
std::optional<Comparison> parse_comparison(std::string_view text);
/// True for the three that compare with a band.
bool is_band(Comparison comparison);

enum class MissingData { missing, ignore, breaching, not_breaching };

struct Tag {
  std::string key;
  std::string value;
  friend bool operator==(const Tag&, const Tag&) = default;
};

/// The metric of an alarm that watches just one, as PutMetricAlarm's own fields give it.
/// `period` 0, `statistic` and `extended_statistic` "": not given.
struct SingleMetric {
  MetricRef metric;
  std::string statistic;           ///< "SampleCount", "Average", "Sum", "Minimum" or "Maximum"
  std::string extended_statistic;  ///< "p99", "TM(10%:90%)" …
  Duration period{0};
  std::optional<std::string> unit;
  friend bool operator==(const SingleMetric&, const SingleMetric&) = default;
};

/// What PutMetricAlarm says, as given: nothing is filled in. Words stay text, so that check_rule()
/// can name what it refuses and DescribeAlarms gives back what came.
struct AlarmRule {
  std::string name;
  std::string account;
  std::string region;
  std::optional<std::string> description;
  bool actions_enabled = true;
  std::vector<std::string> ok_actions, alarm_actions, insufficient_data_actions;
  std::optional<SingleMetric> metric;  ///< either this …
  std::vector<MetricQuery> metrics;    ///< … or these
  std::string comparison_operator;
  std::optional<double> threshold;
  std::optional<std::string> threshold_metric_id;
  int evaluation_periods = 0;
  std::optional<int> datapoints_to_alarm;
  std::optional<std::string> treat_missing_data;
  std::optional<std::string> evaluate_low_sample_count_percentile;
  std::vector<Tag> tags;               ///< used when the alarm is created, never afterwards
  Timestamp configuration_updated_at;  ///< set by put_metric_alarm
  friend bool operator==(const AlarmRule&, const AlarmRule&) = default;
};

/// "arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME".
std::string arn_of(const AlarmRule& rule);
std::string alarm_arn(std::string_view account, std::string_view region, std::string_view name);

/// A refusal as AWS words it. `code` is the AWS error code ("ValidationError", "ResourceNotFound"
/// …); `kind` is for callers that do not speak AWS.
struct AlarmError {
  Errc kind = Errc::invalid;
  std::string code;
  std::string message;
};
template <typename T>
using Outcome = tl::expected<T, AlarmError>;

/// What a rule must be to have a meaning, of new rules and of stored ones. When an alarm is put,
/// more is asked: AlarmCommands::put_metric_alarm().
Outcome<void> check_rule(const AlarmRule& rule);

// What a rule means. All of these want a rule that check_rule() has passed. -----------------------
Comparison comparison_of(const AlarmRule& rule);
/// Missing data of metrics in AWS/DynamoDB are always ignored, whatever the rule says.
MissingData missing_data_of(const AlarmRule& rule);
/// M of "M out of N".
int datapoints_to_alarm_of(const AlarmRule& rule);
/// The queries of the alarm; a single metric becomes one query "m1" that returns data.
std::vector<MetricQuery> queries_of(const AlarmRule& rule);
/// The id whose values are compared: the one that returns data and is not the threshold.
std::string watched_id_of(const AlarmRule& rule);
/// The single metric that is compared; nullopt: an expression is.
std::optional<MetricStat> watched_stat_of(const AlarmRule& rule);
/// Every metric that the alarm names, each once; its values depend on these and on those selected.
std::vector<MetricRef> metrics_of(const AlarmRule& rule);
/// What its Metrics Insights query reads: see query::selected_metrics().
std::vector<MetricRef> selected_metrics_of(const AlarmRule& rule);

/// JSON text and back (control documents). Wrong or missing members: `Errc::corrupt`.
std::string to_json(const AlarmRule& rule);
Result<AlarmRule> rule_from_json(const std::string& text);

}  // namespace tidemark::alarm
