#include "alarm/core/words.h"

#include <fmt/format.h>

#include "base/duration.h"

namespace tidemark::alarm {

std::string people_duration(Duration period) {
  const auto s = whole_seconds(period);
  const auto in = [s](std::int64_t unit, std::string_view name) {
    return s == unit ? fmt::format("1 {}", name) : fmt::format("{} {}s", s / unit, name);
  };
  if (s % 86'400 == 0) return in(86'400, "day");
  if (s % 3'600 == 0) return in(3'600, "hour");
  if (s % 60 == 0) return in(60, "minute");
  return in(1, "second");
}

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
