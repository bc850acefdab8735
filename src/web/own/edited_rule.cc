#include "web/own/edited_rule.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/crc32c.h"
#include "judge/detector_spec.h"
#include "query/metric_data.h"
#include "web/own/alarm_form.h"

namespace tidemark::web::own {
namespace {

using alarm::AlarmRule;
using Arns = std::vector<std::string>;

/// nullopt: the limit is fixed.
std::optional<query::BandRequest> band_of(const AlarmRule& rule) {
  if (!rule.threshold_metric_id) return std::nullopt;
  const auto band = query::band_request_of(alarm::queries_of(rule), *rule.threshold_metric_id);
  return band ? std::optional(*band) : std::nullopt;
}

void set_stat(AlarmRule* rule, const AlarmRule& form, const MetricStat& stat) {
  if (rule->metric) {
    rule->metric = form.metric;
    rule->metric->unit = stat.unit;
  }
  for (MetricQuery& query : rule->metrics) {
    if (query.metric_stat) query.metric_stat = stat;
  }
}

void set_width(AlarmRule* rule, double k) {
  const auto band = band_of(*rule);
  if (!band || band->k == k) return;
  for (MetricQuery& query : rule->metrics) {
    if (query.id == *rule->threshold_metric_id)
      query.expression = band_expression(band->input_id, k);
  }
}

void set_watched(AlarmRule* rule, const AlarmRule& form) {
  const auto old = alarm::watched_stat_of(*rule);
  auto stat = alarm::watched_stat_of(form);
  if (!old || !stat) return;
  // A unit chooses among the samples of one metric; another may have none of it.
  if (old->metric == stat->metric) stat->unit = old->unit;
  if (rule->threshold_metric_id.has_value() != form.threshold_metric_id.has_value()) {
    rule->metric = form.metric;
    rule->metrics = form.metrics;
    rule->threshold_metric_id = form.threshold_metric_id;
  }
  set_stat(rule, form, *stat);
  if (const auto band = band_of(form)) set_width(rule, band->k);
}

void set_topics(AlarmRule* rule, const Arns& topics) {
  const auto has = [](const Arns& arns, const std::string& arn) {
    return std::find(arns.begin(), arns.end(), arn) != arns.end();
  };
  for (const std::string& old : rule->alarm_actions) {
    if (!has(topics, old)) std::erase(rule->ok_actions, old);
  }
  for (const std::string& topic : topics) {
    if (!has(rule->alarm_actions, topic) && !has(rule->ok_actions, topic))
      rule->ok_actions.push_back(topic);
  }
  rule->alarm_actions = topics;
}

}  // namespace

bool fits_form(const AlarmRule& rule) {
  const auto band = band_of(rule);
  if (rule.threshold_metric_id.has_value() != band.has_value()) return false;
  if (band && (band->k < judge::kWidthMin || band->k > judge::kWidthMax)) return false;
  return alarm::watched_stat_of(rule) && alarm::queries_of(rule).size() == (band ? 2U : 1U);
}

AlarmRule edited_rule(AlarmRule rule, const AlarmRule& form) {
  set_watched(&rule, form);
  set_topics(&rule, form.alarm_actions);
  rule.comparison_operator = form.comparison_operator;
  rule.threshold = form.threshold;
  if (rule.description.value_or("") != form.description) rule.description = form.description;
  if (rule.datapoints_to_alarm || form.datapoints_to_alarm != form.evaluation_periods)
    rule.datapoints_to_alarm = form.datapoints_to_alarm;
  rule.evaluation_periods = form.evaluation_periods;
  if (rule.treat_missing_data.value_or("missing") != form.treat_missing_data)
    rule.treat_missing_data = form.treat_missing_data;
  return rule;
}

std::string version_of(AlarmRule rule) {
  rule.actions_enabled = true;
  rule.configuration_updated_at = Timestamp();
  return fmt::format("{:08x}", crc32c(alarm::to_json(rule)));
}

}  // namespace tidemark::web::own
