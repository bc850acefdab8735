#pragma once

#include <map>

#include "query/data/query_plan.h"
#include "query/metric_data.h"

namespace tidemark::query {

/// What stands for a metric that was sent in several units, where the query names none
/// (docs/decisions/0004).
enum class ManyUnits {
  joined,  ///< all together: what models learn and alarms judge
  first,   ///< the first by name alone, as GetMetricData answers
};

/// Values of a plan's queries over one range, each worked out once a period.
class Evaluator {
 public:
  Evaluator(const MetricDataDeps& deps,
            const QueryPlan& plan,
            const PeriodRange& range,
            ManyUnits many_units)
      : deps_(deps), plan_(plan), range_(range), many_units_(many_units) {}

  /// The query's value at its period. The pointer lives as long as the evaluator.
  Result<const MathResult*> value(std::size_t index);
  /// What SELECTs left out of the values so far.
  [[nodiscard]] const std::vector<MetricDataMessage>& messages() const { return messages_; }
  /// MathResult::settled_from of all values so far.
  [[nodiscard]] Timestamp settled_from() const { return settled_from_; }

 private:
  class Scope;
  using Key = std::pair<std::size_t, Duration>;

  Result<MathResult> compute(std::size_t index, Duration period);
  /// Values of a statistic, maybe at another period than its own.
  [[nodiscard]] Result<MathResult> metric(std::size_t index, Duration period) const;
  /// One series, or an array of them where it groups.
  Result<MathResult> select(std::size_t index, Duration period);
  [[nodiscard]] Result<std::vector<TimeSeries>> band(std::size_t index,
                                                     Duration period,
                                                     double k) const;

  const MetricDataDeps& deps_;
  const QueryPlan& plan_;
  PeriodRange range_;
  ManyUnits many_units_;
  std::map<Key, MathResult> cache_;
  std::vector<MetricDataMessage> messages_;
  Timestamp settled_from_ = Timestamp::min();
};

/// The canonical form of a planned query (see band_identity_of), at `period`. `invalid` where a
/// SELECT is needed: what it reads changes as metrics come and go, and a model learns one thing.
Result<BandIdentity> identity_in(const QueryPlan& plan, std::size_t index, Duration period);

/// Label of a metric where the request gives none: its name.
std::string label_of(const MetricQuery& query);

}  // namespace tidemark::query
