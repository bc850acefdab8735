#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/metric_ref.h"
#include "model/statistic.h"

namespace tidemark {

/// One statistic of one metric over periods of `period` (a multiple of a second).
struct MetricStat {
  MetricRef metric;
  Duration period{std::chrono::seconds(300)};
  Statistic stat;
  std::optional<std::string> unit;  ///< nullopt: all units together
  friend bool operator==(const MetricStat&, const MetricStat&) = default;
};

/// An entry of CloudWatch's MetricDataQueries: either `metric_stat` or an `expression` over the
/// ids of other entries.
struct MetricQuery {
  std::string id;
  std::optional<MetricStat> metric_stat;
  std::string expression;
  std::optional<Duration> period;  ///< of an expression that has no metric to take it from
  std::string label;
  std::string account_id;
  bool return_data = true;
  friend bool operator==(const MetricQuery&, const MetricQuery&) = default;
};

}  // namespace tidemark
