#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/band_source.h"
#include "model/metric_query.h"

namespace tidemark::judge {

/// Points that start in [start, end) are neither learned nor judged.
struct ExcludedRange {
  Timestamp start;
  Timestamp end;
  friend bool operator==(const ExcludedRange&, const ExcludedRange&) = default;
};

enum class AdaptationSpeed { slow, normal, fast };
enum class OutlierFiltering { minimal, moderate, strict };

/// What a user may choose of a detector; names and limits as CloudWatch's PutAnomalyDetector.
struct DetectorChoices {
  std::vector<ExcludedRange> excluded;  ///< at most kExcludedRangesMax
  std::string timezone;                 ///< IANA name, "" = UTC; at most 50 characters
  AdaptationSpeed adaptation = AdaptationSpeed::normal;
  OutlierFiltering filtering = OutlierFiltering::moderate;
  bool periodic_spikes = false;
  friend bool operator==(const DetectorChoices&, const DetectorChoices&) = default;
};
inline constexpr std::size_t kExcludedRangesMax = 10;
inline constexpr std::size_t kTimezoneMaxBytes = 50;
/// Periods that one detector keeps models for; alarms and charts ask for them.
inline constexpr std::size_t kPeriodsMax = 10;

/// What a detector watches: one statistic of one metric (all units), or metric math with exactly
/// one query that returns data.
struct DetectorTarget {
  std::optional<MetricRef> metric;
  Statistic stat;
  std::vector<MetricQuery> math;  ///< used when `metric` is nullopt
  friend bool operator==(const DetectorTarget&, const DetectorTarget&) = default;
};

/// A kept detector. `periods`: those that models exist for, ascending.
struct DetectorSpec {
  std::string id;  ///< UUID
  DetectorTarget target;
  DetectorChoices choices;
  std::vector<Duration> periods;
  Timestamp created_at;
  friend bool operator==(const DetectorSpec&, const DetectorSpec&) = default;
};

/// Canonical text of a target: equal targets give equal text.
std::string target_key(const DetectorTarget& target);

/// JSON text and back (control documents, log notes). Wrong or missing members: `Errc::corrupt`.
std::string to_json(const DetectorSpec& spec);
Result<DetectorSpec> detector_spec_from_json(const std::string& text);

/// Limits and sense of the choices: ranges that end before they start, too many, an unknown time
/// zone: `Errc::invalid`, naming the field.
Result<void> check_choices(const DetectorChoices& choices);

/// The periods a model can have; detectors take no others.
inline constexpr Duration kPeriodMin = std::chrono::seconds(1);
inline constexpr Duration kPeriodMax = std::chrono::hours(24 * 366);
/// `Errc::invalid` outside of them, naming the limits.
Result<void> check_period(Duration period);

/// The key of the series that keeps the bands issued for (metric, detector, period).
SeriesKey band_series_key(const MetricRef& metric, const std::string& detector_id, Duration period);

}  // namespace tidemark::judge
