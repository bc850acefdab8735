#pragma once

#include <map>
#include <optional>
#include <vector>

#include "alarm/core/alarm.h"
#include "model/band_source.h"
#include "model/transition.h"
#include "query/metric_data.h"

namespace tidemark::alarm {

/// The bands of periods, which give limits at any width.
struct Bands {
  std::map<Timestamp, IssuedBand> by_start;
  Limits within = kAnywhere;  ///< lowest and highest that there can be
};

/// What an alarm sees at an instant: all but the width of its band goes into it, so one look serves
/// several widths.
struct Look {
  query::EvaluatedSeries series;
  Bands bands;
  /// Behind which closed period the first decision stands; the present if the alarm is new.
  Timestamp first;
  Timestamp closed_before;
  /// Some period it looked at has data: as time passes the decision may change by itself.
  bool has_data = false;
  /// When the next period closes if no sample comes.
  Timestamp next_close;
};

/// Reads the alarm's periods as they are known at `now` from samples up to `as_of`.
Result<Look> look(const query::MetricDataDeps& deps,
                  const Alarm& alarm,
                  Timestamp now,
                  Timestamp as_of);

/// One of the periods that were seen, with the limits that this alarm compares it with.
AlarmPoint point_of(const Alarm& alarm, const Look& seen, const query::EvaluatedPoint& period);

/// What the alarm is decided from, once for each period that has closed since the last evaluation
/// (a breach must not be passed over because the next period closed in the same moment): the newest
/// N + range_extra() closed periods, oldest first. In the last of them, the present, stand also
/// open periods that breach by what later data cannot undo (decision 9).
std::vector<std::vector<AlarmPoint>> ranges_of(const Alarm& alarm, const Look& seen);

/// When the alarm, looked at at `at`, must be looked at again if no sample comes; nullopt: only a
/// sample can change the decision.
std::optional<Timestamp> next_look(const Alarm& alarm, const Look& seen, Timestamp at);

/// The first instant after `at` at which a period closes by itself.
Timestamp next_close_after(Duration period, Timestamp at);

/// The oldest period that look() reads; samples before it change nothing.
Timestamp oldest_looked_at(const Alarm& alarm, Timestamp now);

/// The end of the first period that starts after the one of `after` and has data known by `until`;
/// nullopt: none. For catching up over silence.
std::optional<Timestamp> next_data(const store::Reader& reader,
                                   const Alarm& alarm,
                                   Timestamp after,
                                   Timestamp until);

/// What was seen and usual before a transition: at most kEvidenceMaxPoints periods up to `now`. A
/// static threshold stands as upper or lower limit. Empty if it cannot be read.
std::vector<EvidencePoint> evidence_of(const query::MetricDataDeps& deps,
                                       const Alarm& alarm,
                                       Timestamp now,
                                       Timestamp as_of);

}  // namespace tidemark::alarm
