#include "judge/detector_title.h"

#include <fmt/format.h>

#include "judge/math_target.h"

namespace tidemark::judge {

std::string detector_title(const DetectorTarget& target) {
  if (!target.metric) return math_title(target);
  const MetricRef& metric = *target.metric;
  std::string dimensions;
  for (const Label& label : metric.dimensions)
    dimensions += fmt::format("{}{}={}", dimensions.empty() ? "" : ",", label.name, label.value);
  return fmt::format("{}{}{}{{{}}} {}",
                     metric.metric_namespace,
                     metric.metric_namespace.empty() ? "" : "/",
                     metric.name,
                     dimensions,
                     target.stat.name);
}

}  // namespace tidemark::judge
