#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "base/time.h"
#include "judge/calendar.h"
#include "judge/tags.h"
#include "model/band_source.h"
#include "model/metric_query.h"

namespace tidemark::judge {

/// Periods that touch [start, end) are set apart: muted ones give no finding, those that are not
/// learned leave the model as it is. CloudWatch's excluded ranges are both.
struct ExcludedRange {
  Timestamp start;
  Timestamp end;
  bool mute = true;
  bool learn = false;
  friend bool operator==(const ExcludedRange&, const ExcludedRange&) = default;
};

enum class AdaptationSpeed { slow, normal, fast };
enum class OutlierFiltering { minimal, moderate, strict };

/// Which side of the band is worth a finding.
enum class Watch { both, above, below };

/// A calendar as one detector uses it; mute and learn as in ExcludedRange.
struct CalendarUse {
  Calendar calendar;
  bool mute = true;
  bool learn = false;
  friend bool operator==(const CalendarUse&, const CalendarUse&) = default;
};

/// Choices that CloudWatch has no words for.
struct OwnChoices {
  double width = 3;  ///< k of the band outside of which a period is a finding; kWidthMin to Max
  Watch watch = Watch::both;
  double min_deviation = 0;           ///< a half-width is never below this, unit of the metric
  double min_relative_deviation = 0;  ///< ... nor below this part of the expected value
  std::optional<double> lower_limit;  ///< the metric cannot leave these, nor does the band
  std::optional<double> upper_limit;
  std::vector<CalendarUse> calendars;  ///< at most kCalendarsMax, in the detector's time zone
  Tags tags;
  friend bool operator==(const OwnChoices&, const OwnChoices&) = default;
};
inline constexpr double kWidthMin = 0.1;
inline constexpr double kWidthMax = 10;
inline constexpr std::size_t kCalendarsMax = 10;

/// What a user may choose of a detector; names and limits as CloudWatch's PutAnomalyDetector.
struct DetectorChoices {
  std::vector<ExcludedRange> excluded;  ///< at most kExcludedRangesMax
  std::string timezone;                 ///< IANA name, "" = UTC; at most 50 characters
  AdaptationSpeed adaptation = AdaptationSpeed::normal;
  OutlierFiltering filtering = OutlierFiltering::moderate;
  bool periodic_spikes = false;
  OwnChoices own;
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

/// What a verdict of a person means for learning: periods that touch [from, to) are learned
/// whatever they look like, or not at all. A missed one is a window that should have been found:
/// not learned, and the detector becomes more sensitive.
struct Mark {
  enum class Effect { learn, exclude, missed };
  Timestamp from;
  Timestamp to;
  Effect effect = Effect::exclude;
  std::string subject;         ///< what the verdict is about: a finding's id, or "" for a window
  std::uint64_t revision = 0;  ///< from this revision of the detector on
  friend bool operator==(const Mark&, const Mark&) = default;
};
inline constexpr std::size_t kMarksMax = 500;

/// Choices that were in force once, up to and with a revision; without tags.
struct FormerChoices {
  std::uint64_t through_revision = 0;
  DetectorChoices choices;
  std::vector<CalendarUse> inherited;
  friend bool operator==(const FormerChoices&, const FormerChoices&) = default;
};
/// Older ones are forgotten: a finding from before them cannot be computed again.
inline constexpr std::size_t kFormerMax = 20;

/// How wide the bands of siblings are, as a share of what they expect: a band for a metric that has
/// sent too little for one of its own. Siblings: same namespace, name and names of dimensions.
struct Seed {
  Duration period{0};
  std::array<double, 3> below{};
  std::array<double, 3> above{};
  std::uint64_t siblings = 0;  ///< that it is the median of
  friend bool operator==(const Seed&, const Seed&) = default;
};

/// A kept detector. `periods`: those that models exist for, ascending.
struct DetectorSpec {
  std::string id;  ///< UUID
  DetectorTarget target;
  DetectorChoices choices;
  /// Calendars that are its because it matches them (judge/shared_calendar.h), by name; no choice
  /// has one of the same name.
  std::vector<CalendarUse> inherited;
  std::vector<Duration> periods;
  Timestamp created_at;
  std::uint64_t revision = 1;  ///< one more with every change of choices, but of tags, or marks
  std::vector<FormerChoices> former;  ///< ascending
  std::vector<Mark> marks;            ///< ascending by revision
  std::vector<Seed> seeds;            ///< of when it was made, one a period
  friend bool operator==(const DetectorSpec&, const DetectorSpec&) = default;
};

/// The detector as it was at a revision: its choices and marks then. nullopt: too long ago.
std::optional<DetectorSpec> at_revision(const DetectorSpec& spec, std::uint64_t revision);
/// Width at which a period is a finding: the chosen one, a tenth less for every missed window, at
/// least half of it.
double finding_width(const DetectorSpec& spec);
/// Lowest and highest value that the user says there can be; infinite where nothing is said.
Limits own_limits(const DetectorChoices& choices);

/// What of the choices bands and findings depend on: all but the tags. Where it is equal the models
/// are.
DetectorChoices judging_choices(DetectorChoices choices);
/// ... of a detector, with the calendars that it inherits beside its own.
DetectorChoices judging_choices(const DetectorSpec& spec);
/// Gives it other choices and inherited calendars. Where that bears on its bands it is one more
/// revision, and those before are kept with it.
void give(DetectorSpec* spec, DetectorChoices choices, std::vector<CalendarUse> inherited);

/// Canonical text of a target: equal targets give equal text.
std::string target_key(const DetectorTarget& target);

/// JSON text and back (control documents, log notes). Wrong or missing members: `Errc::corrupt`.
std::string to_json(const DetectorSpec& spec);
Result<DetectorSpec> detector_spec_from_json(const std::string& text);

/// The choices as JSON, as documents and the own API write them (docs/api.md, "Choices"). Absent
/// members of `from` stay as in `base`. Wrong ones: `Errc::invalid`, naming the member.
nlohmann::json choices_json(const DetectorChoices& choices);
/// A choice as people write it in a file or after a flag: true, false, a number, else a text.
nlohmann::json plain_choice_json(const std::string& text);
Result<DetectorChoices> choices_from_json(const nlohmann::json& from, DetectorChoices base);

/// Limits and sense of the choices: ranges that end before they start, too many, an unknown time
/// zone, days of a calendar: `Errc::invalid`, naming the field.
Result<void> check_choices(const DetectorChoices& choices);

/// The periods a model can have; detectors take no others.
inline constexpr Duration kPeriodMin = std::chrono::seconds(1);
inline constexpr Duration kPeriodMax = std::chrono::hours(24 * 366);
/// `Errc::invalid` outside of them, naming the limits.
Result<void> check_period(Duration period);

/// The key of the series that keeps the bands that a detector issued at a period; beside its
/// metric, where it has one.
SeriesKey band_series_key(const DetectorSpec& spec, Duration period);
/// The same for its findings.
SeriesKey finding_series_key(const DetectorSpec& spec, Duration period);

}  // namespace tidemark::judge
