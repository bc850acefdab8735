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

/// Whose metrics are meant where a form or a query does not say it.
struct MetricHome {
  std::string account;  ///< "": any; else no other may be named
  std::string region = "us-east-1";
  friend bool operator==(const MetricHome&, const MetricHome&) = default;
};

/// An entry of CloudWatch's MetricDataQueries: either `metric_stat` or an `expression` over the
/// ids of other entries, or a Metrics Insights query (SELECT …).
struct MetricQuery {
  std::string id;
  std::optional<MetricStat> metric_stat;
  std::string expression;
  std::optional<Duration>
      period;  ///< of an expression that has no metric to take it from, and of a SELECT
  std::string label;
  std::string account_id;
  bool return_data = true;
  /// Whose metrics a SELECT reads; nullopt: it is not served. Set by who asks, never kept.
  std::optional<MetricHome> home;
  friend bool operator==(const MetricQuery&, const MetricQuery&) = default;
};

}  // namespace tidemark
