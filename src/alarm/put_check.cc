#include <span>

#include "alarm/core/check.h"
#include "alarm/core/core.h"
#include "alarm/rule_actions.h"

/// What is refused when an alarm is put and not when one is loaded, for earlier versions took it.
/// Texts marked "AWS" were seen in AWS' own replies.
namespace tidemark::alarm {
namespace {

/// What an evaluation reads: what is compared and, with a band, what the band is of.
/// A metric by itself is always a series.
std::vector<std::string> evaluated_ids(const AlarmRule& rule,
                                       std::span<const MetricQuery> queries) {
  if (rule.metric) return {};
  std::vector<std::string> out{watched_id_of(rule)};
  if (!rule.threshold_metric_id) return out;
  const auto band = query::band_request_of(queries, *rule.threshold_metric_id);
  if (band && band->input_id != out.front()) out.push_back(band->input_id);
  return out;
}

/// Reading one period tells whether an id gives a single series, as for detectors on metric math.
/// Data that cannot be read now are no reason to refuse.
Outcome<void> check_gives_series(const query::MetricDataDeps& data,
                                 std::span<const MetricQuery> queries,
                                 const std::string& id,
                                 Timestamp now) {
  const auto period = query::period_of(queries, id);
  if (!period) return invalid(period.error().what);
  const Timestamp start = query::period_start(now, *period);
  const auto series = query::evaluate_series(data, queries, id, {start, start + *period, now}, now);
  if (series || series.error().code != Errc::invalid) return {};
  return invalid(series.error().what);
}

Outcome<void> check_actions(const AlarmEngine::Deps& deps,
                            const AlarmRule& rule,
                            const AlarmRule* before) {
  for (const ActionList list : kActionLists) {
    for (const std::string& action : rule.*list) {
      if (before != nullptr && has_action(*before, action)) continue;
      const auto good = deps.check_action(action, rule.region);
      if (!good) return invalid(good.error().what);
    }
  }
  return {};
}

}  // namespace

Outcome<void> AlarmEngine::Core::check_put(const AlarmRule& rule, const AlarmRule* before) const {
  if (rule.metric && rule.metric->metric.metric_namespace.empty()) return missing("Namespace");
  const std::vector<MetricQuery> queries = queries_of(rule);
  if (query::calls_function(queries, "SEARCH")) {  // AWS
    return invalid("SEARCH is not supported on Metric Alarms.");
  }
  for (const std::string& id : evaluated_ids(rule, queries)) {
    if (auto good = check_gives_series(data(), queries, id, deps_.clock.wall()); !good) return good;
  }
  return deps_.check_action ? check_actions(deps_, rule, before) : Outcome<void>();
}

}  // namespace tidemark::alarm
