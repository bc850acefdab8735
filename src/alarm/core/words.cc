#include "alarm/core/words.h"

#include <fmt/format.h>

#include "base/people_time.h"

namespace tidemark::alarm {

std::string metric_title(const AlarmRule& rule) {
  std::string watched = watched_id_of(rule);
  for (const MetricQuery& query : queries_of(rule)) {
    if (query.id != watched) continue;
    if (!query.metric_stat) return query.label.empty() ? query.expression : query.label;
    const MetricStat& stat = *query.metric_stat;
    return fmt::format("{}{}{} ({}, {})",
                       stat.metric.metric_namespace,
                       stat.metric.metric_namespace.empty() ? "" : " ",
                       stat.metric.name,
                       stat.stat.name,
                       people_duration(stat.period));
  }
  return rule.name;
}

}  // namespace tidemark::alarm
