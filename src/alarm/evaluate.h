#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "alarm/rule.h"
#include "model/band_source.h"

namespace tidemark::alarm {

/// One period as an evaluation sees it.
struct AlarmPoint {
  Timestamp start;
  std::optional<double> value;   ///< nullopt: missing (no data, or no band yet to compare with)
  std::optional<Limits> limits;  ///< band alarms: the band of that period
  double sample_count = 0;
};

/// What the state machine needs of a rule, worked out once.
struct Judgement {
  Comparison comparison = Comparison::greater;
  double threshold = 0;
  int evaluation_periods = 1;   ///< N
  int datapoints_to_alarm = 1;  ///< M
  MissingData missing_data = MissingData::missing;
  /// Points of fewer samples are not significant (EvaluateLowSampleCountPercentile = ignore):
  /// as the newest real point they keep the state, elsewhere they count as missing. 0: all are.
  double min_sample_count = 0;
};
Judgement judgement_of(const AlarmRule& rule);

/// Is the value abnormal? Bands are left strictly; static operators say it themselves.
bool breaches(const Judgement& judgement, const AlarmPoint& point);

/// Points that an evaluation range has beyond N: two (the user guide's examples: 5 for N = 3), of
/// an hour together at most, so that one missing run of a nightly job counts. AWS says only that it
/// depends on the length of the period (docs/decisions/0008).
constexpr int range_extra(Duration period) {
  constexpr Duration kMost = std::chrono::hours(1);
  return static_cast<int>(std::min<std::int64_t>(2, kMost / period));
}

struct Decision {
  AlarmState state = AlarmState::insufficient_data;
  /// The state stays as it is because nothing more can be said (policy "ignore", one early breach
  /// among missing data, too few samples of a percentile).
  bool keep = false;
  /// The newest N of the range: real ones if there are N, else with the missing among them;
  /// oldest first. What reason and reason data speak of.
  std::vector<AlarmPoint> window;
  int breaching = 0;  ///< real points of the window that breach
  int missing = 0;    ///< N less its real points
};

/// The rule of the CloudWatch user guide ("Evaluating an alarm", "Configuring how CloudWatch alarms
/// treat missing data"). `range`: closed periods and open ones that breach, oldest first, at most
/// N + range_extra(); a state is decided from them and `current` alone.
///
/// With N or more real points the newest N count and missing data do not matter. With fewer:
/// `breaching` and `notBreaching` fill the gap; `missing` and `ignore` alarm on M breaches, or when
/// every real point breaches and the oldest is at least M periods old. Where the guide is silent:
/// if every real point breaches but the oldest is younger, the state is kept (it is neither good
/// nor yet bad).
Decision decide(const Judgement& judgement,
                const std::vector<AlarmPoint>& range,
                AlarmState current);

}  // namespace tidemark::alarm
