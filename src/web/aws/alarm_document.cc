#include "web/aws/alarm_document.h"

#include <fmt/format.h>

#include "base/duration.h"
#include "web/aws/metric_input.h"

namespace tidemark::web::aws {
namespace {

tl::expected<std::optional<alarm::SingleMetric>, AwsError> read_single(const Context& context) {
  const Document& input = context.input();
  const bool given = input.has("MetricName") || input.has("Namespace") || input.has("Statistic") ||
                     input.has("ExtendedStatistic");
  if (!given) return std::nullopt;
  if (auto refusal = check_metric_names(input, "")) return tl::unexpected(*std::move(refusal));
  alarm::SingleMetric out;
  out.metric.account = context.account();
  out.metric.region = context.region();
  out.metric.metric_namespace = input.text_at("Namespace").value_or("");
  out.metric.name = input.text_at("MetricName").value_or("");
  auto dimensions = read_dimensions(input, "");
  if (!dimensions) return tl::unexpected(dimensions.error());
  out.metric.dimensions = *std::move(dimensions);
  out.statistic = input.text_at("Statistic").value_or("");
  out.extended_statistic = input.text_at("ExtendedStatistic").value_or("");
  out.period = std::chrono::seconds(input.int_at("Period").value_or(0));
  if (const auto unit = input.text_at("Unit")) out.unit = std::string(*unit);
  return out;
}

/// What would change how an alarm is evaluated or told must not be dropped in silence.
tl::expected<void, AwsError> refuse_unserved(const Document& input) {
  for (const char* name :
       {"ActionConfiguration", "EvaluationCriteria", "EvaluationInterval", "WarmUpConfiguration"}) {
    if (input.has(name))
      return validation_error(fmt::format("The parameter {} is not served here.", name));
  }
  const Document* window = input.find("EvaluationWindow");
  if (window != nullptr && window->has("WallClockWindow")) {
    return validation_error(
        "The parameter EvaluationWindow.WallClockWindow is not served here; alarms have a "
        "SlidingWindow.");
  }
  return {};
}

void set_single(const alarm::SingleMetric& single, Document* out) {
  out->set("MetricName", single.metric.name);
  out->set("Namespace", single.metric.metric_namespace);
  if (!single.statistic.empty()) out->set("Statistic", single.statistic);
  if (!single.extended_statistic.empty()) out->set("ExtendedStatistic", single.extended_statistic);
  out->set("Dimensions", dimensions_document(single.metric.dimensions));
  out->set("Period", whole_seconds(single.period));
  out->set_if("Unit", single.unit);
}

}  // namespace

tl::expected<alarm::AlarmRule, AwsError> read_rule(const Context& context) {
  const Document& input = context.input();
  if (const auto served = refuse_unserved(input); !served) return tl::unexpected(served.error());
  alarm::AlarmRule out;
  out.name = input.text_at("AlarmName").value_or("");
  out.account = context.account();
  out.region = context.region();
  out.description = text(input, "AlarmDescription");
  out.actions_enabled = input.bool_at("ActionsEnabled").value_or(true);
  out.ok_actions = input.texts_at("OKActions");
  out.alarm_actions = input.texts_at("AlarmActions");
  out.insufficient_data_actions = input.texts_at("InsufficientDataActions");
  auto single = read_single(context);
  if (!single) return tl::unexpected(single.error());
  out.metric = *std::move(single);
  auto queries = read_queries(context, input.list_at("Metrics"), "Metrics");
  if (!queries) return tl::unexpected(queries.error());
  out.metrics = *std::move(queries);
  out.comparison_operator = input.text_at("ComparisonOperator").value_or("");
  out.threshold = input.double_at("Threshold");
  out.threshold_metric_id = text(input, "ThresholdMetricId");
  out.evaluation_periods = static_cast<int>(input.int_at("EvaluationPeriods").value_or(0));
  if (const auto m = input.int_at("DatapointsToAlarm")) {
    out.datapoints_to_alarm = static_cast<int>(*m);
  }
  out.treat_missing_data = text(input, "TreatMissingData");
  out.evaluate_low_sample_count_percentile = text(input, "EvaluateLowSampleCountPercentile");
  for (const Document& tag : input.list_at("Tags")) {
    out.tags.push_back({std::string(tag.text_at("Key").value_or("")),
                        std::string(tag.text_at("Value").value_or(""))});
  }
  return out;
}

Document alarm_document(const alarm::AlarmView& view) {
  const alarm::AlarmRule& rule = view.rule;
  Document out{{"AlarmName", rule.name}, {"AlarmArn", view.arn}};
  out.set_if("AlarmDescription", rule.description);
  out.set("AlarmConfigurationUpdatedTimestamp", rule.configuration_updated_at);
  out.set("ActionsEnabled", rule.actions_enabled);
  out.set("OKActions", texts_document(rule.ok_actions));
  out.set("AlarmActions", texts_document(rule.alarm_actions));
  out.set("InsufficientDataActions", texts_document(rule.insufficient_data_actions));
  out.set("StateValue", alarm::to_text(view.state));
  out.set("StateReason", view.reason);
  if (!view.reason_data.empty()) out.set("StateReasonData", view.reason_data);
  out.set("StateUpdatedTimestamp", view.state_updated_at);
  out.set("StateTransitionedTimestamp", view.transitioned_at);
  if (!view.evaluation_state.empty()) out.set("EvaluationState", view.evaluation_state);
  if (rule.metric) {
    set_single(*rule.metric, &out);
  } else {
    out.set("Metrics", queries_document(rule.metrics));
  }
  out.set("EvaluationPeriods", rule.evaluation_periods);
  out.set_if("DatapointsToAlarm", rule.datapoints_to_alarm);
  out.set_if("Threshold", rule.threshold);
  out.set("ComparisonOperator", rule.comparison_operator);
  out.set_if("TreatMissingData", rule.treat_missing_data);
  out.set_if("EvaluateLowSampleCountPercentile", rule.evaluate_low_sample_count_percentile);
  out.set_if("ThresholdMetricId", rule.threshold_metric_id);
  return out;
}

tl::expected<std::size_t, AwsError> read_max_records(const Document& input,
                                                     std::size_t fallback,
                                                     std::size_t most) {
  const auto given = input.int_at("MaxRecords");
  if (!given) return fallback;
  if (*given < 1 || *given > static_cast<std::int64_t>(most)) {
    return validation_error(
        fmt::format("1 validation error detected: Value '{}' at 'maxRecords' "
                    "failed to satisfy constraint: Member must have value "
                    "between 1 and {}",
                    *given,
                    most));
  }
  return static_cast<std::size_t>(*given);
}

std::vector<alarm::Tag> read_tags(const Document& input) {
  std::vector<alarm::Tag> out;
  for (const Document& tag : input.list_at("Tags")) {
    out.push_back({std::string(tag.text_at("Key").value_or("")),
                   std::string(tag.text_at("Value").value_or(""))});
  }
  return out;
}

std::optional<std::string> text(const Document& input, std::string_view member) {
  const auto found = input.text_at(member);
  return found ? std::optional(std::string(*found)) : std::nullopt;
}

Document texts_document(const std::vector<std::string>& from) {
  Document out = Document::list();
  for (const std::string& text : from)
    out.push_back(text);
  return out;
}

}  // namespace tidemark::web::aws
