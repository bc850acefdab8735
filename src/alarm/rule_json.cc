#include <nlohmann/json.hpp>

#include "alarm/rule.h"
#include "model/metric_query_json.h"

namespace tidemark::alarm {
namespace {

using nlohmann::json;

template <typename T>
void write_optional(json* out, const char* key, const std::optional<T>& value) {
  if (value) (*out)[key] = *value;
}

template <typename T>
std::optional<T> read_optional(const json& from, const char* key) {
  if (!from.contains(key)) return std::nullopt;
  return from.at(key).get<T>();
}

/// Carries an error through nlohmann's exceptions to the one catch in rule_from_json().
template <typename T>
T or_throw(Result<T> result) {
  if (!result) throw std::invalid_argument(result.error().what);
  return *std::move(result);
}

json write(const SingleMetric& single) {
  json out{{"metric", tidemark::to_json(single.metric)}, {"period_ns", single.period.count()}};
  out["statistic"] = single.statistic;
  out["extended_statistic"] = single.extended_statistic;
  write_optional(&out, "unit", single.unit);
  return out;
}

SingleMetric read_single(const json& from) {
  SingleMetric out;
  out.metric = or_throw(metric_ref_from_json(from.at("metric")));
  out.period = Duration(from.at("period_ns").get<std::int64_t>());
  out.statistic = from.at("statistic").get<std::string>();
  out.extended_statistic = from.at("extended_statistic").get<std::string>();
  out.unit = read_optional<std::string>(from, "unit");
  return out;
}

json write(const std::vector<Tag>& tags) {
  json out = json::array();
  for (const Tag& tag : tags)
    out.push_back({{"key", tag.key}, {"value", tag.value}});
  return out;
}

std::vector<Tag> read_tags(const json& from) {
  std::vector<Tag> out;
  for (const json& tag : from) {
    out.push_back({tag.at("key").get<std::string>(), tag.at("value").get<std::string>()});
  }
  return out;
}

AlarmRule read(const json& from) {
  AlarmRule out;
  out.name = from.at("name").get<std::string>();
  out.account = from.at("account").get<std::string>();
  out.region = from.at("region").get<std::string>();
  out.description = read_optional<std::string>(from, "description");
  out.actions_enabled = from.at("actions_enabled").get<bool>();
  from.at("ok_actions").get_to(out.ok_actions);
  from.at("alarm_actions").get_to(out.alarm_actions);
  from.at("insufficient_data_actions").get_to(out.insufficient_data_actions);
  if (from.contains("metric")) out.metric = read_single(from.at("metric"));
  out.metrics = or_throw(metric_queries_from_json(from.at("metrics")));
  out.comparison_operator = from.at("comparison_operator").get<std::string>();
  out.threshold = read_optional<double>(from, "threshold");
  out.threshold_metric_id = read_optional<std::string>(from, "threshold_metric_id");
  out.evaluation_periods = from.at("evaluation_periods").get<int>();
  out.datapoints_to_alarm = read_optional<int>(from, "datapoints_to_alarm");
  out.treat_missing_data = read_optional<std::string>(from, "treat_missing_data");
  out.evaluate_low_sample_count_percentile =
      read_optional<std::string>(from, "evaluate_low_sample_count_percentile");
  out.tags = read_tags(from.at("tags"));
  out.configuration_updated_at =
      Timestamp::from_ns(from.at("configuration_updated_at_ns").get<std::int64_t>());
  return out;
}

}  // namespace

std::string to_json(const AlarmRule& rule) {
  json out{{"name", rule.name},
           {"account", rule.account},
           {"region", rule.region},
           {"actions_enabled", rule.actions_enabled},
           {"ok_actions", rule.ok_actions},
           {"alarm_actions", rule.alarm_actions},
           {"insufficient_data_actions", rule.insufficient_data_actions},
           {"metrics", tidemark::to_json(rule.metrics)},
           {"comparison_operator", rule.comparison_operator},
           {"evaluation_periods", rule.evaluation_periods},
           {"tags", write(rule.tags)},
           {"configuration_updated_at_ns", rule.configuration_updated_at.ns()}};
  write_optional(&out, "description", rule.description);
  if (rule.metric) out["metric"] = write(*rule.metric);
  write_optional(&out, "threshold", rule.threshold);
  write_optional(&out, "threshold_metric_id", rule.threshold_metric_id);
  write_optional(&out, "datapoints_to_alarm", rule.datapoints_to_alarm);
  write_optional(&out, "treat_missing_data", rule.treat_missing_data);
  write_optional(
      &out, "evaluate_low_sample_count_percentile", rule.evaluate_low_sample_count_percentile);
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<AlarmRule> rule_from_json(const std::string& text) {
  // nlohmann throws where the text is not what to_json() wrote: this is the border.
  try {
    AlarmRule out = read(json::parse(text));
    if (auto good = check_rule(out); !good) {
      return fail(Errc::corrupt, "alarm " + out.name + ": " + good.error().message);
    }
    return out;
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, std::string("alarm: ") + error.what());
  }
}

}  // namespace tidemark::alarm
