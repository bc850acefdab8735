#include "judge/run/filter.h"

#include <algorithm>

namespace tidemark::judge {
namespace {

bool has_dimensions(const MetricRef& metric, const std::vector<Label>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const Label& dimension) {
    return std::find(metric.dimensions.begin(), metric.dimensions.end(), dimension) !=
           metric.dimensions.end();
  });
}

}  // namespace

bool passes(const DetectorSpec& spec, const DetectorFilter& filter) {
  const auto& metric = spec.target.metric;
  if (!filter.ids.empty()) {
    return std::find(filter.ids.begin(), filter.ids.end(), spec.id) != filter.ids.end();
  }
  if (metric ? !filter.single_metric : !filter.metric_math) return false;
  if (!metric) return !filter.metric_namespace && !filter.metric_name && filter.dimensions.empty();
  return (!filter.metric_namespace || metric->metric_namespace == *filter.metric_namespace) &&
         (!filter.metric_name || metric->name == *filter.metric_name) &&
         (filter.account.empty() || metric->account == filter.account) &&
         (filter.region.empty() || metric->region == filter.region) &&
         has_dimensions(*metric, filter.dimensions);
}

}  // namespace tidemark::judge
