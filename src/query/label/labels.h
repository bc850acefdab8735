#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "query/data/query_plan.h"
#include "query/label/dynamic_label.h"
#include "query/time_series.h"

namespace tidemark::query {

/// The labels of one GetMetricData answer. Queries are named by their place in the plan, which must
/// outlive this.
class Labels {
 public:
  /// `invalid`: a label with more than label::kDynamicValuesMax dynamic values.
  static Result<Labels> make(const QueryPlan& plan, const label::LabelTimes& times);

  /// Of the one series that a query gives.
  [[nodiscard]] std::string of_series(std::size_t query, const TimeSeries& series) const;
  /// Of a member, labelled for itself, of the array that a query gives: its own label behind that
  /// of the query, or where the query's has put it with ${LABEL}.
  [[nodiscard]] std::string of_member(std::size_t query, const TimeSeries& member) const;

 private:
  Labels(const QueryPlan& plan, const label::LabelTimes& times);
  [[nodiscard]] std::string rendered(std::size_t query,
                                     const TimeSeries& series,
                                     const std::string& default_label) const;

  const QueryPlan& plan_;
  label::LabelTimes times_;
  std::vector<std::string> defaults_;  ///< by the queries' places
};

}  // namespace tidemark::query
