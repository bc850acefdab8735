#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/metric_query.h"
#include "query/insights/select.h"
#include "query/metric_math.h"

namespace tidemark::query {

struct PlannedQuery {
  const MetricQuery* query = nullptr;
  std::optional<MathExpression> expression;  ///< of metric math
  std::optional<insights::Select> select;    ///< a Metrics Insights query; neither: a metric
  std::vector<std::size_t> needs;            ///< queries its expression names, METRICS() included
};

/// The queries of one request, parsed and checked: ids are valid and unique, expressions parse,
/// what they name exists and nothing needs itself. Refers to the queries it was made of.
class QueryPlan {
 public:
  static Result<QueryPlan> make(std::span<const MetricQuery> queries);

  [[nodiscard]] std::size_t size() const { return queries_.size(); }
  [[nodiscard]] const PlannedQuery& at(std::size_t index) const { return queries_[index]; }
  [[nodiscard]] std::optional<std::size_t> find(const std::string& id) const;
  /// As find, but `invalid` where there is none.
  [[nodiscard]] Result<std::size_t> require(const std::string& id) const;
  /// Metrics whose id contains `part`, in the request's order.
  [[nodiscard]] std::vector<std::size_t> metrics(std::string_view part) const;

  /// The query and all it needs, each after those that it needs itself.
  [[nodiscard]] std::vector<std::size_t> closure(std::size_t index) const;
  /// The largest period of the metrics and SELECTs in the closure; without any (`TIME_SERIES(5)`)
  /// its own, else the shortest of the request's metrics, so that it can be drawn beside each of
  /// them, else 300 s.
  [[nodiscard]] Duration period_of(std::size_t index) const;
  /// Is a SELECT in the closure?
  [[nodiscard]] bool selects(std::size_t index) const;

 private:
  Result<void> add(const MetricQuery& query);
  Result<void> link(std::size_t index);
  [[nodiscard]] Result<void> check_circles() const;
  [[nodiscard]] Result<void> check_selects() const;
  [[nodiscard]] std::optional<Duration> finest_period() const;

  std::vector<PlannedQuery> queries_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
};

/// "Error in expression 'e1': …", the wording of AWS, for failures that the expression is to blame
/// for; others as they are.
Error in_expression(const std::string& id, Error error);

}  // namespace tidemark::query
