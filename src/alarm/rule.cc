#include "alarm/rule.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"
#include "model/metric_ref.h"
#include "query/selected_metrics.h"

namespace tidemark::alarm {
namespace {

constexpr std::array<std::pair<std::string_view, Comparison>, 7> kComparisons{{
    {"GreaterThanOrEqualToThreshold", Comparison::greater_or_equal},
    {"GreaterThanThreshold", Comparison::greater},
    {"LessThanThreshold", Comparison::less},
    {"LessThanOrEqualToThreshold", Comparison::less_or_equal},
    {"LessThanLowerOrGreaterThanUpperThreshold", Comparison::outside_band},
    {"LessThanLowerThreshold", Comparison::below_band},
    {"GreaterThanUpperThreshold", Comparison::above_band},
}};

constexpr std::string_view kDynamoDb = "AWS/DynamoDB";

MissingData parse_missing_data(std::string_view text) {
  if (text == "ignore") return MissingData::ignore;
  if (text == "breaching") return MissingData::breaching;
  if (text == "notBreaching") return MissingData::not_breaching;
  return MissingData::missing;
}

MetricStat stat_of(const SingleMetric& single) {
  MetricStat out;
  out.metric = single.metric;
  out.period = single.period;
  out.unit = single.unit;
  const auto stat =
      parse_statistic(single.statistic.empty() ? single.extended_statistic : single.statistic);
  TM_ASSERT(stat.has_value());
  out.stat = *stat;
  return out;
}

}  // namespace

std::string_view to_text(AlarmState state) {
  switch (state) {
    case AlarmState::ok:
      return "OK";
    case AlarmState::alarm:
      return "ALARM";
    case AlarmState::insufficient_data:
      break;
  }
  return "INSUFFICIENT_DATA";
}

std::optional<AlarmState> parse_alarm_state(std::string_view text) {
  for (const AlarmState state :
       {AlarmState::ok, AlarmState::alarm, AlarmState::insufficient_data}) {
    if (text == to_text(state)) return state;
  }
  return std::nullopt;
}

std::optional<Comparison> parse_comparison(std::string_view text) {
  for (const auto& [name, comparison] : kComparisons) {
    if (text == name) return comparison;
  }
  return std::nullopt;
}

bool is_band(Comparison comparison) {
  return comparison == Comparison::outside_band || comparison == Comparison::below_band ||
         comparison == Comparison::above_band;
}

std::string alarm_arn(std::string_view account, std::string_view region, std::string_view name) {
  return fmt::format(
      "arn:{}:cloudwatch:{}:{}:alarm:{}", aws_partition(region), region, account, name);
}

std::string arn_of(const AlarmRule& rule) {
  return alarm_arn(rule.account, rule.region, rule.name);
}

Comparison comparison_of(const AlarmRule& rule) {
  const auto comparison = parse_comparison(rule.comparison_operator);
  TM_ASSERT(comparison.has_value());
  return *comparison;
}

MissingData missing_data_of(const AlarmRule& rule) {
  const auto is_dynamo_db = [](const std::vector<MetricRef>& metrics) {
    return std::any_of(metrics.begin(), metrics.end(), [](const MetricRef& metric) {
      return metric.metric_namespace == kDynamoDb;
    });
  };
  if (is_dynamo_db(metrics_of(rule)) || is_dynamo_db(selected_metrics_of(rule)))
    return MissingData::ignore;
  return parse_missing_data(rule.treat_missing_data.value_or("missing"));
}

int datapoints_to_alarm_of(const AlarmRule& rule) {
  return rule.datapoints_to_alarm.value_or(rule.evaluation_periods);
}

std::vector<MetricQuery> queries_of(const AlarmRule& rule) {
  if (!rule.metric) {
    std::vector<MetricQuery> out = rule.metrics;
    query::set_home({rule.account, rule.region}, &out);
    return out;
  }
  MetricQuery query;
  query.id = "m1";
  query.metric_stat = stat_of(*rule.metric);
  return {query};
}

std::string watched_id_of(const AlarmRule& rule) {
  for (const MetricQuery& query : queries_of(rule)) {
    if (query.return_data && query.id != rule.threshold_metric_id) return query.id;
  }
  return {};
}

std::optional<MetricStat> watched_stat_of(const AlarmRule& rule) {
  const std::string watched = watched_id_of(rule);
  for (const MetricQuery& query : queries_of(rule)) {
    if (query.id == watched) return query.metric_stat;
  }
  return std::nullopt;
}

std::vector<MetricRef> metrics_of(const AlarmRule& rule) {
  std::vector<MetricRef> out;
  const auto add = [&out](const MetricRef& metric) {
    if (std::find(out.begin(), out.end(), metric) == out.end()) out.push_back(metric);
  };
  if (rule.metric) add(rule.metric->metric);
  for (const MetricQuery& query : rule.metrics) {
    if (query.metric_stat) add(query.metric_stat->metric);
  }
  return out;
}

std::vector<MetricRef> selected_metrics_of(const AlarmRule& rule) {
  return query::selected_metrics(queries_of(rule));
}

}  // namespace tidemark::alarm
