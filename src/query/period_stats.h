#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/metric_query.h"
#include "model/sample.h"
#include "store/reader.h"

namespace tidemark::query {

/// All observations of one period, merged. A period without any is never made into one of these.
/// The sample count of decision 9 is `cell.count()`; `samples` is how many stored instants it is
/// made of, `first` and `last` the earliest and the latest of these.
struct PeriodCell {
  Timestamp start;
  Cell cell;
  std::size_t samples = 0;
  Timestamp first = start;
  Timestamp last = start;
  friend bool operator==(const PeriodCell&, const PeriodCell&) = default;
};

/// Start of the period that holds `at`: periods are the multiples of their length since
/// 1970-01-01T00:00:00Z. So one of a day begins at midnight UTC; one of 7 days on a Thursday.
/// `period` > 0. Timestamp::min() where the start lies before it.
inline Timestamp period_start(Timestamp at, Duration period) {
  return at < Timestamp::min() + period ? Timestamp::min() : at.floor_to(period);
}

/// The same of periods that are counted from `origin` on, in place of 1970.
inline Timestamp period_start(Timestamp at, Duration period, Timestamp origin) {
  return origin + (period_start(Timestamp(at - origin), period) - Timestamp());
}

/// What one sample adds to its period: a cell as it is, a finite double as one observation.
/// nullopt: bands, NaN and infinity, which count for nothing.
std::optional<Cell> cell_of(const Value& value);

/// Pure: merges samples, in any order and with repeated instants, into their periods, ascending.
/// For code on a shard's worker, which has no Reader. `origin`: see period_start().
std::vector<PeriodCell> fold_into_periods(std::span<const Sample> samples,
                                          Duration period,
                                          Timestamp origin = Timestamp());

/// Where a range's periods begin.
enum class PeriodGrid {
  epoch,       ///< at the multiples of their length: what models learn, alarms judge and pages show
  range_start  ///< at `from` and every period behind it: what AWS' clients ask (request_window.h)
};

/// Which periods. On PeriodGrid::epoch those that start in [from floored to the period, to), each
/// whole. On PeriodGrid::range_start those that start in [from, to), and nothing at or behind `to`
/// is counted, so that the last one may be cut. Samples later than `as_of` are not looked at: with
/// as_of = now a period is what was known of it by then.
struct PeriodRange {
  Timestamp from;
  Timestamp to;
  Timestamp as_of = Timestamp::max();
  PeriodGrid grid = PeriodGrid::epoch;
};

/// Start of the first period of the range.
inline Timestamp first_start(const PeriodRange& range, Duration period) {
  return range.grid == PeriodGrid::range_start ? range.from : period_start(range.from, period);
}

/// Which samples: a metric, all its units together unless `unit` names one. A metric with an empty
/// namespace names one series of another protocol, whose labels are exactly `dimensions`.
struct PeriodSelection {
  MetricRef metric;
  std::optional<std::string> unit;
  Duration period{std::chrono::seconds(300)};
};

/// Periods of a metric, ascending; one with no sample is absent. A metric that nobody has sent:
/// empty. Errors: `invalid` (period not positive), and what the reader reports.
Result<std::vector<PeriodCell>> period_cells(const store::Reader& reader,
                                             const PeriodSelection& selection,
                                             const PeriodRange& range);

struct UnitCells {
  std::string unit;  ///< "None" where the client gave none
  std::vector<PeriodCell> cells;
};
/// As period_cells, each unit by itself, sorted by unit; units with no sample in the range are
/// absent (GetMetricStatistics names the unit of each datapoint).
Result<std::vector<UnitCells>> period_cells_by_unit(const store::Reader& reader,
                                                    const PeriodSelection& selection,
                                                    const PeriodRange& range);

/// Periods of one stored series, whatever door it came through.
Result<std::vector<PeriodCell>> period_cells_of_series(const store::Reader& reader,
                                                       SeriesId id,
                                                       Duration period,
                                                       const PeriodRange& range);

/// What unit all series of a metric have, in AWS' words; "None" where they have several, or none.
std::string unit_of_metric(const store::Reader& reader, const MetricRef& metric);

/// True if no observation of these periods is below zero.
bool never_negative(std::span<const PeriodCell> cells);

}  // namespace tidemark::query
