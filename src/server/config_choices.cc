#include <fmt/format.h>

#include "judge/math_target.h"
#include "server/config.h"

namespace tidemark::server {
namespace {

std::string title_of(const ConfiguredDetector& detector) {
  if (!detector.target.metric) return judge::math_title(detector.target);
  const MetricRef& metric = *detector.target.metric;
  std::string dimensions;
  for (const Label& label : metric.dimensions)
    dimensions += fmt::format("{}{}={}", dimensions.empty() ? "" : ",", label.name, label.value);
  return fmt::format("{}/{}{{{}}} {}",
                     metric.metric_namespace,
                     metric.name,
                     dimensions,
                     detector.target.stat.name);
}

}  // namespace

Result<judge::DetectorChoices> configured_choices(FileSystem& files,
                                                  const std::string& path,
                                                  const std::string& name) {
  TM_TRY(const auto detectors, read_configured_detectors(files, path));
  std::vector<const ConfiguredDetector*> found;
  std::string known;
  for (const ConfiguredDetector& detector : detectors) {
    const std::string title = title_of(detector);
    known += fmt::format("{}'{}'", known.empty() ? "" : ", ", title);
    const auto& metric = detector.target.metric;
    if (name.empty() || name == title || (metric && name == metric->name))
      found.push_back(&detector);
  }
  if (found.size() == 1) return found.front()->choices;
  if (known.empty()) return fail(Errc::invalid, path + " has no detectors");
  return fail(Errc::invalid,
              fmt::format("--detector-name '{}' is {} of {}; it has {}",
                          name,
                          found.empty() ? "none" : "more than one",
                          path,
                          known));
}

}  // namespace tidemark::server
