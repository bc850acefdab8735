#include "alarm/core/documents.h"

#include <cctype>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace tidemark::alarm {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// "SampleCount" → "SAMPLE_COUNT".
std::string capitals(std::string_view statistic) {
  std::string out;
  for (const char c : statistic) {
    if (!out.empty() && std::isupper(static_cast<unsigned char>(c)) != 0) out += '_';
    out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return out;
}

Json dimension_list(const MetricRef& metric) {
  Json out = Json::array();
  for (const Label& dimension : metric.dimensions) {
    out.push_back({{"value", dimension.value}, {"name", dimension.name}});
  }
  return out;
}

Json dimension_map(const MetricRef& metric) {
  Json out = Json::object();
  for (const Label& dimension : metric.dimensions)
    out[dimension.name] = dimension.value;
  return out;
}

void put_single_trigger(const SingleMetric& single, Json* out) {
  (*out)["MetricName"] = single.metric.name;
  (*out)["Namespace"] = single.metric.metric_namespace;
  if (single.statistic.empty()) {
    (*out)["StatisticType"] = "ExtendedStatistic";
    (*out)["ExtendedStatistic"] = single.extended_statistic;
  } else {
    (*out)["StatisticType"] = "Statistic";
    (*out)["Statistic"] = capitals(single.statistic);
  }
  (*out)["Unit"] = single.unit ? Json(*single.unit) : Json(nullptr);
  (*out)["Dimensions"] = dimension_list(single.metric);
}

Json trigger_query(const MetricQuery& query) {
  Json out;
  if (query.metric_stat) {
    const MetricStat& stat = *query.metric_stat;
    out["Id"] = query.id;
    if (!query.label.empty()) out["Label"] = query.label;
    out["MetricStat"]["Metric"] = {{"Dimensions", dimension_list(stat.metric)},
                                   {"MetricName", stat.metric.name},
                                   {"Namespace", stat.metric.metric_namespace}};
    out["MetricStat"]["Period"] = whole_seconds(stat.period);
    out["MetricStat"]["Stat"] = stat.stat.name;
    if (stat.unit) out["MetricStat"]["Unit"] = *stat.unit;
  } else {
    out["Expression"] = query.expression;
    out["Id"] = query.id;
    if (!query.label.empty()) out["Label"] = query.label;
    if (query.period) out["Period"] = whole_seconds(*query.period);
  }
  out["ReturnData"] = query.return_data;
  return out;
}

Json event_query(const MetricQuery& query) {
  Json out;
  out["id"] = query.id;
  if (query.metric_stat) {
    const MetricStat& stat = *query.metric_stat;
    out["metricStat"]["metric"] = {{"namespace", stat.metric.metric_namespace},
                                   {"name", stat.metric.name},
                                   {"dimensions", dimension_map(stat.metric)}};
    out["metricStat"]["period"] = whole_seconds(stat.period);
    out["metricStat"]["stat"] = stat.stat.name;
    if (stat.unit) out["metricStat"]["unit"] = *stat.unit;
  } else {
    out["expression"] = query.expression;
    if (query.period) out["period"] = whole_seconds(*query.period);
  }
  if (!query.label.empty()) out["label"] = query.label;
  out["returnData"] = query.return_data;
  return out;
}

Duration period_for_trigger(const AlarmRule& rule) {
  if (rule.metric) return rule.metric->period;
  Duration longest{0};
  for (const MetricQuery& query : rule.metrics) {
    if (query.metric_stat) longest = std::max(longest, query.metric_stat->period);
    if (query.period) longest = std::max(longest, *query.period);
  }
  return longest > Duration(0) ? longest : Duration(std::chrono::seconds(300));
}

Json state_json(const AlarmStatus& status, bool with_data) {
  Json out;
  out["stateValue"] = std::string(to_text(status.state));
  out["stateReason"] = status.reason;
  if (with_data && !status.reason_data.empty()) {
    // A drill's data may be any text that was JSON to its sender.
    out["stateReasonData"] = Json::parse(status.reason_data, nullptr, false);
    if (out["stateReasonData"].is_discarded()) out.erase("stateReasonData");
  }
  return out;
}

Json alarm_json(const AlarmRule& rule, const AlarmStatus& status) {
  Json out;
  out["alarmName"] = rule.name;
  out["alarmArn"] = arn_of(rule);
  if (rule.description) out["alarmDescription"] = *rule.description;
  out["alarmConfigurationUpdatedTimestamp"] = format_aws(rule.configuration_updated_at);
  if (rule.metric) {
    out["namespace"] = rule.metric->metric.metric_namespace;
    out["metricName"] = rule.metric->metric.name;
    if (rule.metric->statistic.empty()) {
      out["extendedStatistic"] = rule.metric->extended_statistic;
    } else {
      out["statistic"] = rule.metric->statistic;
    }
    out["period"] = whole_seconds(rule.metric->period);
    if (rule.metric->unit) out["unit"] = *rule.metric->unit;
    out["dimensions"] = dimension_list(rule.metric->metric);
  } else {
    out["metrics"] = Json::array();
    for (const MetricQuery& query : rule.metrics)
      out["metrics"].push_back(event_query(query));
  }
  if (rule.threshold) out["threshold"] = *rule.threshold;
  if (rule.threshold_metric_id) out["thresholdMetricId"] = *rule.threshold_metric_id;
  out["comparisonOperator"] = rule.comparison_operator;
  out["evaluationPeriods"] = rule.evaluation_periods;
  if (rule.datapoints_to_alarm) out["datapointsToAlarm"] = *rule.datapoints_to_alarm;
  if (rule.treat_missing_data) out["treatMissingData"] = *rule.treat_missing_data;
  out["stateValue"] = std::string(to_text(status.state));
  out["stateUpdatedTimestamp"] = format_aws(status.updated_at);
  out["actionsEnabled"] = rule.actions_enabled;
  out["alarmActions"] = rule.alarm_actions;
  out["insufficientDataActions"] = rule.insufficient_data_actions;
  out["okactions"] = rule.ok_actions;
  return out;
}

HistoryItem item_of(const AlarmRule& rule, std::string type, Timestamp at) {
  HistoryItem out;
  out.alarm_name = rule.name;
  out.alarm_type = "MetricAlarm";
  out.type = std::move(type);
  out.at = at;
  out.account = rule.account;
  out.region = rule.region;
  return out;
}

}  // namespace

std::string trigger_json(const AlarmRule& rule) {
  Json out;
  if (rule.metric) put_single_trigger(*rule.metric, &out);
  out["Period"] = whole_seconds(period_for_trigger(rule));
  out["EvaluationPeriods"] = rule.evaluation_periods;
  if (rule.datapoints_to_alarm) out["DatapointsToAlarm"] = *rule.datapoints_to_alarm;
  out["ComparisonOperator"] = rule.comparison_operator;
  if (rule.threshold) out["Threshold"] = *rule.threshold;
  if (rule.threshold_metric_id) out["ThresholdMetricId"] = *rule.threshold_metric_id;
  out["TreatMissingData"] = rule.treat_missing_data.value_or("");
  out["EvaluateLowSampleCountPercentile"] = rule.evaluate_low_sample_count_percentile.value_or("");
  if (!rule.metric) {
    out["Metrics"] = Json::array();
    for (const MetricQuery& query : rule.metrics)
      out["Metrics"].push_back(trigger_query(query));
  }
  return dump(out);
}

std::string configuration_json(const AlarmRule& rule) {
  Json out = Json::object();
  if (rule.description) out["description"] = *rule.description;
  out["metrics"] = Json::array();
  for (const MetricQuery& query : queries_of(rule))
    out["metrics"].push_back(event_query(query));
  return dump(out);
}

HistoryItem state_update(const AlarmRule& rule,
                         const AlarmStatus& before,
                         const AlarmStatus& after) {
  HistoryItem out = item_of(rule, "StateUpdate", after.updated_at);
  out.summary =
      fmt::format("Alarm updated from {} to {}", to_text(before.state), to_text(after.state));
  for (const auto& [old_data, new_data] : {std::pair(true, true), {false, true}, {false, false}}) {
    Json data;
    data["version"] = "1.0";
    data["oldState"] = state_json(before, old_data);
    data["newState"] = state_json(after, new_data);
    out.data = dump(data);
    if (out.data.size() <= kHistoryDataMaxBytes) break;
  }
  out.words = after.reason_words;
  return out;
}

HistoryItem configuration_update(const AlarmRule& rule,
                                 const AlarmStatus& status,
                                 Configured what,
                                 Timestamp at) {
  struct Words {
    const char* verb;
    const char* type;
    const char* member;
  };
  const Words words = what == Configured::created   ? Words{"created", "Create", "createdAlarm"}
                      : what == Configured::updated ? Words{"updated", "Update", "updatedAlarm"}
                                                    : Words{"deleted", "Delete", "deletedAlarm"};
  HistoryItem out = item_of(rule, "ConfigurationUpdate", at);
  out.summary = fmt::format("Alarm \"{}\" {}", rule.name, words.verb);
  Json data;
  data["version"] = "1.0";
  data["type"] = words.type;
  data[words.member] = alarm_json(rule, status);
  out.data = dump(data);
  return out;
}

bool is_json(const std::string& text) {
  return Json::accept(text);
}

}  // namespace tidemark::alarm
