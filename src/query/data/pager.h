#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/metric_data.h"
#include "query/time_series.h"

namespace tidemark::query {

/// One series of what a query gives, and what it is called in the answer.
struct Labelled {
  std::string label;
  const TimeSeries* series;
};

/// Cuts an answer into pages of datapoints.
class Pager {
 public:
  explicit Pager(const MetricDataOptions& options) : options_(options) {}

  /// Is all that this query gives on earlier pages?
  [[nodiscard]] bool is_told(std::size_t query) const {
    return options_.after && query < options_.after->query;
  }
  /// What the query at that place in the request gives, which is_told() does not hold of; queries
  /// come in their order.
  void add(std::size_t query,
           std::string_view id,
           const std::vector<Labelled>& answers,
           const std::vector<MetricDataMessage>& messages);
  MetricDataResult take();

 private:
  void add_series(const PagePosition& place,
                  MetricDataEntry entry,
                  const TimeSeries& series,
                  bool goes_on);
  [[nodiscard]] std::size_t told_of(const TimeSeries& series) const;

  const MetricDataOptions& options_;
  std::size_t taken_ = 0;
  bool left_over_ = false;
  PagePosition last_;
  MetricDataResult result_;
};

}  // namespace tidemark::query
