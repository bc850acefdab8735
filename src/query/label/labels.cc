#include "query/label/labels.h"

#include <set>

#include <fmt/format.h>

#include "base/duration.h"

namespace tidemark::query {
namespace {

/// As recorded from AWS: of a metric its name, and what else tells the queries of the request
/// apart, statistic and period. Of an expression its id.
std::vector<std::string> default_labels(const QueryPlan& plan) {
  std::set<std::string> stats;
  std::set<Duration> periods;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const auto& stat = plan.at(i).query->metric_stat;
    if (!stat) continue;
    stats.insert(stat->stat.name);
    periods.insert(stat->period);
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const MetricQuery& query = *plan.at(i).query;
    std::string& label = out.emplace_back(query.id);
    if (!query.metric_stat) continue;
    label = query.metric_stat->metric.name;
    if (stats.size() > 1) label += " " + query.metric_stat->stat.name;
    if (periods.size() > 1) label += fmt::format(" {}", whole_seconds(query.metric_stat->period));
  }
  return out;
}

}  // namespace

Labels::Labels(const QueryPlan& plan, const label::LabelTimes& times)
    : plan_(plan), times_(times), defaults_(default_labels(plan)) {}

Result<Labels> Labels::make(const QueryPlan& plan, const label::LabelTimes& times) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const MetricQuery& query = *plan.at(i).query;
    const std::size_t values = label::dynamic_values(query.label);
    if (values <= label::kDynamicValuesMax) continue;
    return fail(Errc::invalid,
                fmt::format("the Label of '{}' has {} dynamic values, limit {}",
                            query.id,
                            values,
                            label::kDynamicValuesMax));
  }
  return Labels(plan, times);
}

std::string Labels::of_series(std::size_t query, const TimeSeries& series) const {
  const std::string& own = defaults_[query];
  return plan_.at(query).query->label.empty() ? own : rendered(query, series, own);
}

std::string Labels::of_member(std::size_t query, const TimeSeries& member) const {
  const PlannedQuery& planned = plan_.at(query);
  std::string prefix;
  if (planned.expression && planned.expression->as_band()) {
    // The members of a band are named by their sides alone, so they need the expression's name.
    prefix = of_series(query, member);
  } else if (label::has_default_label(planned.query->label)) {
    return rendered(query, member, member.label);
  } else {
    prefix = rendered(query, member, {});
  }
  const char* const between = prefix.empty() || member.label.empty() ? "" : " ";
  std::string out = prefix + between + member.label;
  return out.empty() ? defaults_[query] : out;
}

std::string Labels::rendered(std::size_t query,
                             const TimeSeries& series,
                             const std::string& default_label) const {
  const MetricQuery& asked = *plan_.at(query).query;
  const MetricStat* const metric = asked.metric_stat ? &*asked.metric_stat : nullptr;
  return label::render(asked.label, {default_label, metric, series}, times_);
}

}  // namespace tidemark::query
