#include "query/selected_metrics.h"

#include <algorithm>

#include "query/data/query_plan.h"
#include "query/insights/parser.h"
#include "query/insights/read.h"

namespace tidemark::query {

void set_home(const MetricHome& home, std::vector<MetricQuery>* queries) {
  for (MetricQuery& query : *queries) {
    if (!query.metric_stat && insights::is_select(query.expression)) query.home = home;
  }
}

std::vector<MetricRef> selected_metrics(std::span<const MetricQuery> queries) {
  std::vector<MetricRef> out;
  const auto plan = QueryPlan::make(queries);
  for (std::size_t i = 0; plan && i < plan->size(); ++i) {
    const PlannedQuery& planned = plan->at(i);
    if (!planned.select) continue;
    const MetricHome home = planned.query->home.value_or(MetricHome());
    out.push_back(
        {home.account, home.region, planned.select->metric_namespace, planned.select->metric, {}});
  }
  return out;
}

bool is_grouping(std::span<const MetricQuery> queries, const std::string& id) {
  const auto plan = QueryPlan::make(queries);
  const auto index = plan ? plan->find(id) : std::nullopt;
  if (!index) return false;
  const auto& select = plan->at(*index).select;
  return select && !select->group_by.empty();
}

Result<std::optional<Timestamp>> first_selected(const store::Reader& reader,
                                                std::span<const MetricQuery> queries,
                                                Duration period,
                                                const PeriodRange& range) {
  TM_TRY(const auto plan, QueryPlan::make(queries));
  std::optional<Timestamp> out;
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const PlannedQuery& planned = plan.at(i);
    if (!planned.select || !planned.query->home) continue;
    insights::Select all = *planned.select;
    all.group_by.clear();
    TM_TRY(const auto read,
           insights::read_select(reader, all, *planned.query->home, period, range));
    const auto& points = read.series.front().points;
    if (points.empty()) continue;
    out = out ? std::min(*out, points.front().at) : points.front().at;
  }
  return out;
}

}  // namespace tidemark::query
