#pragma once

#include <map>

#include "query/data/query_plan.h"
#include "query/metric_data.h"

namespace tidemark::query {

/// Values of a plan's queries over one range, each worked out once a period.
class Evaluator {
 public:
  Evaluator(const MetricDataDeps& deps, const QueryPlan& plan, const PeriodRange& range)
      : deps_(deps), plan_(plan), range_(range) {}

  /// The query's value at its period. The pointer lives as long as the evaluator.
  Result<const MathResult*> value(std::size_t index);

  /// Values of a statistic at another period than its own.
  [[nodiscard]] Result<TimeSeries> metric_series(std::size_t index, Duration period) const;

 private:
  class Scope;
  using Key = std::pair<std::size_t, Duration>;

  Result<MathResult> compute(std::size_t index, Duration period);
  [[nodiscard]] Result<std::vector<TimeSeries>> band(std::size_t index,
                                                     Duration period,
                                                     double k) const;

  const MetricDataDeps& deps_;
  const QueryPlan& plan_;
  PeriodRange range_;
  std::map<Key, MathResult> cache_;
};

/// The canonical form of a planned query (see band_identity_of), at `period`.
BandIdentity identity_in(const QueryPlan& plan, std::size_t index, Duration period);

/// Label of a metric where the request gives none: its name.
std::string label_of(const MetricQuery& query);

}  // namespace tidemark::query
