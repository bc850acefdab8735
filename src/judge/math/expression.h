#pragma once

#include <optional>
#include <string>
#include <vector>

#include "judge/detector_spec.h"
#include "model/band_source.h"
#include "query/metric_data.h"

/// The values that detectors see, above all those of metric math, over closed periods.
namespace tidemark::judge {

/// The query of a band's identity that returns data; "" if there is none.
const std::string& watched_id(const BandIdentity& identity);

/// Where the history of metric math begins that ends at `to`: 800 days (two yearly seasons and a
/// bit) or 400,000 periods before, at a round time, so that bands do not depend on what was asked.
Timestamp math_history_start(Duration period, Timestamp to);

/// Where the history begins that a detector learns at `now`: as far back from then as it was made,
/// so that it learns the same each time; only with more periods than can be read, from `now`.
Timestamp math_history_start(const DetectorSpec& spec, Duration period, Timestamp now);

/// Values of closed periods, each as one observation; a period without a value is absent.
struct MathHistory {
  std::vector<query::PeriodCell> cells;
  Timestamp closed_before;  ///< periods from the beginning of what was asked to here are closed
};

/// What is known at `as_of` of the periods that start in [from, to), as a reading of the whole
/// history, which begins at `begin`, has it; an open one's value is not its last word and left out.
/// Little more is read than the values depend on (query::Reach).
Result<MathHistory> math_history(const query::MetricDataDeps& deps,
                                 const BandIdentity& identity,
                                 Timestamp begin,
                                 const query::PeriodRange& range);

/// The value that a detector sees of the period at `start`, as it is known at `now`; nullopt: none.
Result<std::optional<double>> value_of(const query::MetricDataDeps& deps,
                                       const DetectorSpec& spec,
                                       Duration period,
                                       Timestamp start,
                                       Timestamp now);

/// The closed periods before `end` that a detector learns from, as they are known at `now`.
Result<std::vector<query::PeriodCell>> history_of(const query::MetricDataDeps& deps,
                                                  const DetectorSpec& spec,
                                                  Duration period,
                                                  Timestamp end,
                                                  Timestamp now);

/// The end of the period that holds `now`.
Timestamp math_end(Duration period, Timestamp now);

}  // namespace tidemark::judge
