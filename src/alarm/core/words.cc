#include "alarm/core/words.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/people_time.h"
#include "base/people_unit.h"

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

std::string dimensions_text(const AlarmRule& rule) {
  const auto stat = watched_stat_of(rule);
  const std::vector<MetricRef> metrics = stat ? std::vector{stat->metric} : metrics_of(rule);
  if (metrics.empty()) return "";
  std::string out;
  for (const Label& label : metrics.front().dimensions) {
    const bool is_common = std::all_of(metrics.begin(), metrics.end(), [&](const MetricRef& each) {
      return std::find(each.dimensions.begin(), each.dimensions.end(), label) !=
             each.dimensions.end();
    });
    if (is_common) out += fmt::format("{}{}={}", out.empty() ? "" : ", ", label.name, label.value);
  }
  return out;
}

std::string unit_words_of(const AlarmRule& rule, const store::Reader& reader) {
  const auto stat = watched_stat_of(rule);
  if (!stat) return "";
  const std::string unit = stat->unit ? *stat->unit : query::unit_of_metric(reader, stat->metric);
  return people_unit(unit, stat->stat.name);
}

}  // namespace tidemark::alarm
