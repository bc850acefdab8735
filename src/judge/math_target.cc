#include "judge/math_target.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "query/metric_data.h"

namespace tidemark::judge {
namespace {

bool returns_data(const MetricQuery& query) {
  return query.return_data;
}

}  // namespace

std::string math_title(const DetectorTarget& target) {
  const auto found = std::find_if(target.math.begin(), target.math.end(), returns_data);
  if (found == target.math.end()) return {};
  if (!found->label.empty()) return found->label;
  return found->metric_stat ? found->metric_stat->metric.name : found->expression;
}

Result<DetectorTarget> math_target(const nlohmann::json& queries, const MetricHome& home) {
  DetectorTarget out;
  TM_TRY(out.math, metric_queries_from_form(queries, "math", home));
  out.stat = *parse_statistic("Average");
  TM_TRY_VOID(math_identity(out));
  return out;
}

Result<BandIdentity> math_identity(const DetectorTarget& target) {
  if (std::count_if(target.math.begin(), target.math.end(), returns_data) != 1) {
    return fail(Errc::invalid, "exactly one query of metric math must return data");
  }
  const auto watched = std::find_if(target.math.begin(), target.math.end(), returns_data);
  TM_TRY(auto identity, query::band_identity_of(target.math, watched->id));
  TM_TRY_VOID(check_period(identity.period));
  return identity;
}

std::vector<Duration> math_periods(const DetectorTarget& target) {
  const auto identity = math_identity(target);
  return identity ? std::vector<Duration>{identity->period} : std::vector<Duration>();
}

std::string identity_key(const DetectorTarget& target) {
  if (target.metric) return target_key(target);
  const auto identity = math_identity(target);
  DetectorTarget shared;
  shared.math = identity ? identity->queries : target.math;
  return target_key(shared);
}

std::vector<MetricRef> math_inputs(const BandIdentity& identity) {
  std::vector<MetricRef> out;
  for (const MetricQuery& query : identity.queries) {
    if (!query.metric_stat) continue;
    const MetricRef& metric = query.metric_stat->metric;
    if (std::find(out.begin(), out.end(), metric) == out.end()) out.push_back(metric);
  }
  return out;
}

}  // namespace tidemark::judge
