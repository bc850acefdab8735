#pragma once

#include <vector>

#include "base/result.h"
#include "model/metric_query.h"
#include "query/insights/select.h"
#include "query/period_stats.h"
#include "query/select_limits.h"
#include "query/time_series.h"

namespace tidemark::query::insights {

struct SelectResult {
  /// Without GROUP BY exactly one, labelled "". With it one for each group that has points,
  /// labelled by the group's values with a space between; a metric without the dimension has the
  /// value "Other".
  std::vector<TimeSeries> series;
  bool more_metrics = false;  ///< more than kSelectMetricsMax match
  bool more_series = false;   ///< more than kSelectSeriesMax groups, and no LIMIT
};

/// The metrics of `home` that the query matches, all units together, merged period by period. A
/// condition holds of no metric without its dimension, not even with !=. Groups stand in the order
/// of their values, or in that of ORDER BY, equal ones in the order of their values.
/// Errors: `limit` when the points are too many for metric math, and the reader's.
Result<SelectResult> read_select(const store::Reader& reader,
                                 const Select& select,
                                 const MetricHome& home,
                                 Duration period,
                                 const PeriodRange& range);

}  // namespace tidemark::query::insights
