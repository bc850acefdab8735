#pragma once

#include <map>

#include "query/data/query_plan.h"
#include "query/label/labels.h"
#include "query/metric_data.h"
#include "query/request_window.h"

namespace tidemark::query {

/// What stands for a metric that was sent in several units, where the query names none
/// (docs/decisions/0004).
enum class ManyUnits {
  joined,  ///< all together: what models learn and alarms judge
  first,   ///< the first by name alone, as GetMetricData answers
};

/// Values of a plan's queries over one request's window, each worked out once a period.
class Evaluator {
 public:
  /// `labels`: of an answer's series; nullptr: they are called as the queries have it.
  Evaluator(const MetricDataDeps& deps,
            const QueryPlan& plan,
            const RequestWindow& window,
            ManyUnits many_units,
            const Labels* labels = nullptr)
      : deps_(deps), plan_(plan), window_(window), many_units_(many_units), labels_(labels) {}

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
  [[nodiscard]] std::string label(std::size_t index, const TimeSeries& series) const;

  const MetricDataDeps& deps_;
  const QueryPlan& plan_;
  RequestWindow window_;
  ManyUnits many_units_;
  const Labels* labels_;
  std::map<Key, MathResult> cache_;
  std::vector<MetricDataMessage> messages_;
  Timestamp settled_from_ = Timestamp::min();
};

/// The canonical form of a planned query (see band_identity_of), at `period`. `invalid` where a
/// SELECT is needed: what it reads changes as metrics come and go, and a model learns one thing.
Result<BandIdentity> identity_in(const QueryPlan& plan, std::size_t index, Duration period);

/// The label that the query has; none: its metric's name, its own id of an expression.
std::string label_of(const MetricQuery& query);

}  // namespace tidemark::query
