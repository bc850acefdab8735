#include <fmt/format.h>

#include "judge/detector_title.h"
#include "server/config.h"

namespace tidemark::server {

Result<judge::DetectorChoices> configured_choices(FileSystem& files,
                                                  const std::string& path,
                                                  const std::string& name) {
  TM_TRY(const auto detectors, read_configured_detectors(files, path));
  std::vector<const ConfiguredDetector*> found;
  std::string known;
  for (const ConfiguredDetector& detector : detectors) {
    const std::string title = judge::detector_title(detector.target);
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
