#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "alarm/core/check.h"
#include "query/metric_data.h"
#include "query/select_limits.h"
#include "query/selected_metrics.h"

/// The refusals of PutMetricAlarm that hold for stored rules, too (put_check.cc has the others).
/// Texts marked "AWS" were seen in AWS' own replies; the others are ours, in the same manner.
namespace tidemark::alarm {
namespace {

constexpr std::size_t kActionsMax = 5;
constexpr std::size_t kActionMaxBytes = 1024;
constexpr std::size_t kQueriesMax = 20;
constexpr Duration kDay = std::chrono::hours(24);
constexpr Duration kWeek = std::chrono::hours(24 * 7);
constexpr Duration kHour = std::chrono::hours(1);
constexpr Duration kBandPeriodMin = std::chrono::seconds(60);

tl::unexpected<AlarmError> both(std::string_view one, std::string_view other) {
  // AWS, of other parameters.
  return refuse(Errc::invalid,
                "InvalidParameterCombination",
                fmt::format("The parameters {} and {} are mutually exclusive and you have "
                            "specified both.",
                            one,
                            other));
}
Outcome<void> check_at_least_one(int value, std::string_view member) {
  if (value >= 1) return {};
  return constraint(fmt::format("{}", value), member, "have value greater than or equal to 1");
}

Outcome<void> check_actions(const std::vector<std::string>& actions, std::string_view member) {
  if (actions.size() > kActionsMax) {
    return constraint(fmt::format("[{}]", fmt::join(actions, ", ")),
                      member,
                      fmt::format("have length less than or equal to {}", kActionsMax));
  }
  for (const std::string& action : actions) {
    if (auto good = check_length(action, member, 1, kActionMaxBytes); !good) return good;
  }
  return {};
}

Outcome<void> check_names(const AlarmRule& rule) {
  TM_TRY_VOID(check_name(rule.name, "alarmName"));
  if (auto good =
          check_length(rule.description.value_or(""), "alarmDescription", 0, kDescriptionMaxBytes);
      !good) {
    return good;
  }
  if (auto good = check_actions(rule.ok_actions, "oKActions"); !good) return good;
  if (auto good = check_actions(rule.alarm_actions, "alarmActions"); !good) return good;
  return check_actions(rule.insufficient_data_actions, "insufficientDataActions");
}

Outcome<void> check_words(const AlarmRule& rule) {
  if (!parse_comparison(rule.comparison_operator)) {
    return constraint(
        rule.comparison_operator,
        "comparisonOperator",
        "satisfy enum value set: [GreaterThanOrEqualToThreshold, GreaterThanThreshold, "
        "LessThanThreshold, LessThanOrEqualToThreshold, LessThanLowerOrGreaterThanUpperThreshold, "
        "LessThanLowerThreshold, GreaterThanUpperThreshold]");
  }
  if (auto good = check_at_least_one(rule.evaluation_periods, "evaluationPeriods"); !good) {
    return good;
  }
  const int to_alarm = rule.datapoints_to_alarm.value_or(1);
  if (auto good = check_at_least_one(to_alarm, "datapointsToAlarm"); !good) return good;
  if (to_alarm > rule.evaluation_periods) {  // AWS
    return invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods");
  }
  const std::string missing_data = rule.treat_missing_data.value_or("missing");
  if (missing_data != "missing" && missing_data != "ignore" && missing_data != "breaching" &&
      missing_data != "notBreaching") {
    return invalid(
        fmt::format("Option {} is not supported. Supported options for parameter TreatMissingData "
                    "are breaching, notBreaching, ignore and missing.",
                    missing_data));
  }
  const std::string low = rule.evaluate_low_sample_count_percentile.value_or("evaluate");
  if (low != "evaluate" && low != "ignore") {  // AWS
    return invalid(
        fmt::format("Option {} is not supported. Supported options for parameter "
                    "EvaluateLowSampleCountPercentile are evaluate and ignore.",
                    low));
  }
  return {};
}

Outcome<void> check_single(const SingleMetric& single) {
  if (auto good = check_length(single.metric.name, "metricName", 1, kNameMaxBytes); !good) {
    return good;
  }
  if (single.period <= Duration(0)) return missing("Period");
  if (!single.statistic.empty() && !single.extended_statistic.empty()) {
    return both("Statistic", "ExtendedStatistic");
  }
  if (!single.extended_statistic.empty()) {
    const auto stat = parse_statistic(single.extended_statistic);
    if (!stat || stat->kind < Statistic::Kind::percentile) {  // AWS
      return refuse(Errc::invalid,
                    "InvalidParameterValue",
                    fmt::format("The value {} for parameter ExtendedStatistic is not supported.",
                                single.extended_statistic));
    }
    return {};
  }
  if (single.statistic.empty()) return missing("Statistic");
  const auto stat = parse_statistic(single.statistic);
  if (!stat || stat->kind >= Statistic::Kind::percentile) {
    return constraint(single.statistic,
                      "statistic",
                      "satisfy enum value set: [SampleCount, Average, Sum, Minimum, Maximum]");
  }
  return {};
}

bool is_alarm_period(Duration period) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(period);
  if (s != period || s.count() <= 0) return false;
  return s.count() == 10 || s.count() == 20 || s.count() == 30 || s.count() % 60 == 0;
}

Outcome<void> check_window(const AlarmRule& rule, Duration period) {
  if (!is_alarm_period(period)) {  // AWS
    return invalid("Period must be 10, 20, 30 or a multiple of 60");
  }
  // Divided, not multiplied: a period of centuries must not wrap.
  const Duration limit = period < kHour ? kDay : kWeek;
  if (period > limit / rule.evaluation_periods) {  // AWS
    return invalid(period < kHour
                       ? "Metrics cannot be checked across more than a day (EvaluationPeriods * "
                         "Period must be <= 86400) for alarms using period < 3600"
                       : "Metrics cannot be checked across more than a week (EvaluationPeriods * "
                         "Period must be <= 604800) for alarms using period >= 3600");
  }
  return {};
}

Outcome<void> check_select(const AlarmRule& rule) {
  if (selected_metrics_of(rule).empty()) return {};
  const std::string watched = watched_id_of(rule);
  if (query::is_grouping(rule.metrics, watched)) {
    return invalid(
        fmt::format("The Metrics Insights query '{}' with GROUP BY returns multi time series, and "
                    "an alarm on several of them is not supported: leave out GROUP BY, or return "
                    "the data of an expression that makes one of them, such as MAX({})",
                    watched,
                    watched));
  }
  const auto period = query::period_of(rule.metrics, watched);
  // One that does not hold together is refused for its own reason.
  if (!period || *period <= query::kSelectAlarmWindowMax / std::max(1, rule.evaluation_periods))
    return {};
  return invalid(
      "Metrics cannot be checked across more than three hours (EvaluationPeriods * Period must be "
      "<= 10800) for alarms on Metrics Insights queries");
}

Outcome<void> check_query_list(const AlarmRule& rule) {
  if (rule.metrics.size() > kQueriesMax) {
    return constraint(fmt::format("{} metrics", rule.metrics.size()),
                      "metrics",
                      fmt::format("have length less than or equal to {}", kQueriesMax));
  }
  if (auto good = query::check_queries(rule.metrics); !good) return invalid(good.error().what);
  if (auto good = check_select(rule); !good) return good;
  for (const MetricQuery& query : rule.metrics) {
    if (query.metric_stat && !is_alarm_period(query.metric_stat->period)) {  // AWS
      return invalid("Period must be 10, 20, 30 or a multiple of 60");
    }
  }
  return {};
}

std::size_t returning(const AlarmRule& rule) {
  return static_cast<std::size_t>(
      std::count_if(rule.metrics.begin(), rule.metrics.end(), [](const MetricQuery& query) {
        return query.return_data;
      }));
}

Outcome<void> check_band(const AlarmRule& rule) {
  if (!rule.threshold_metric_id) {  // AWS
    return invalid("ComparisonOperators for ranges require ThresholdMetricId to be set");
  }
  if (rule.threshold) return both("Threshold", "ThresholdMetricId");
  if (rule.metric || rule.metrics.empty()) return missing("Metrics");
  if (auto good = check_query_list(rule); !good) return good;
  if (returning(rule) != 2) {  // AWS
    return invalid("Exactly two elements of the metrics list should return data.");
  }
  const auto matching =
      std::count_if(rule.metrics.begin(), rule.metrics.end(), [&rule](const MetricQuery& query) {
        return query.return_data && query.id == *rule.threshold_metric_id;
      });
  if (matching != 1) {  // AWS
    return invalid(
        "Metrics list must contain exactly one metric matching the ThresholdMetricId parameter");
  }
  const auto band = query::band_request_of(rule.metrics, *rule.threshold_metric_id);
  if (!band) return invalid(band.error().what);
  if (band->identity.period < kBandPeriodMin) {
    return invalid("Period must be at least 60 for alarms on an anomaly detection band");
  }
  return check_window(rule, band->identity.period);
}

Outcome<void> check_static(const AlarmRule& rule) {
  if (rule.threshold_metric_id) {
    return refuse(Errc::invalid,
                  "InvalidParameterCombination",
                  "ThresholdMetricId may only be used with ComparisonOperators for ranges");
  }
  if (!rule.threshold) return missing("Threshold");
  if (!std::isfinite(*rule.threshold)) {
    return invalid("The parameter Threshold must be a finite number.");
  }
  if (rule.metric) {
    if (auto good = check_single(*rule.metric); !good) return good;
    return check_window(rule, rule.metric->period);
  }
  if (rule.metrics.empty()) return missing("MetricName");
  if (auto good = check_query_list(rule); !good) return good;
  if (returning(rule) != 1) {  // AWS
    return invalid("Exactly one element of the metrics list should return data.");
  }
  const std::string watched = watched_id_of(rule);
  if (query::band_request_of(rule.metrics, watched)) {  // AWS
    return invalid(
        "Metrics expression that return multi time series are only allowed for MetricsInsights "
        "expression with an ORDER BY clause");
  }
  const auto period = query::period_of(rule.metrics, watched);
  if (!period) return invalid(period.error().what);
  return check_window(rule, *period);
}

}  // namespace

Outcome<void> check_rule(const AlarmRule& rule) {
  if (auto good = check_names(rule); !good) return good;
  if (auto good = check_tags(rule.tags); !good) return good;
  if (auto good = check_words(rule); !good) return good;
  if (rule.metric && !rule.metrics.empty()) return both("MetricName", "Metrics");
  return is_band(*parse_comparison(rule.comparison_operator)) ? check_band(rule)
                                                              : check_static(rule);
}

}  // namespace tidemark::alarm
