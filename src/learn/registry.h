#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "learn/detector.h"
#include "learn/width.h"

namespace tidemark::learn {

/// How fast a detector follows a change: time constants are halved or doubled.
enum class Adaptation { slow, normal, fast };
/// How early a value counts as an outlier that learning should not follow.
enum class Filtering { minimal, moderate, strict };

/// What a user chooses about a detector. Statistic, period, width, direction, exclusions and time
/// zone are the caller's business: they are settled before a slot or after a band.
struct DetectorConfig {
  Duration cadence{std::chrono::minutes(1)};  ///< distance of two slots, 1 ms to 366 days
  Domain domain;                              ///< limits the series cannot leave, such as 0 to 100
  Adaptation adaptation = Adaptation::normal;
  Filtering filtering = Filtering::moderate;
  double min_deviation = 0;           ///< a half-width is never below this, unit of the series
  double min_relative_deviation = 0;  ///< ... nor below this part of |expected|
  bool periodic_spikes = false;       ///< spikes are part of the season: learn them in full
  int special_kinds = 0;  ///< kinds of days unlike others, learned apart (special_days.h)
};

/// A new detector by its name in detectors.def. Errc::not_found: no such name; Errc::invalid: a
/// field of `config` is out of its range.
Result<std::unique_ptr<Detector>> make_detector(std::string_view name,
                                                const DetectorConfig& config);

/// Version of a detector's arithmetic and state, the first byte of what it saves; 0: no such name.
int model_version(std::string_view name);

/// Names of all detectors, in the order of detectors.def; the first is the default.
std::vector<std::string_view> detector_names();

}  // namespace tidemark::learn
