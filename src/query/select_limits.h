#pragma once

#include <cstddef>

#include "base/time.h"

/// Quotas of Metrics Insights queries (CloudWatch user guide, "Metrics Insights quotas"). Its two
/// weeks of data are no limit here: a query reads all that is kept.
namespace tidemark::query {

/// Metrics that one query reads; of more the first by name and dimensions.
inline constexpr std::size_t kSelectMetricsMax = 10'000;
/// Series that one query gives, and the largest LIMIT.
inline constexpr std::size_t kSelectSeriesMax = 500;
/// Queries in one request.
inline constexpr std::size_t kSelectsMax = 1;
/// A shorter period is taken as this one.
inline constexpr Duration kSelectPeriodMin = std::chrono::seconds(60);
/// EvaluationPeriods * Period of an alarm.
inline constexpr Duration kSelectAlarmWindowMax = std::chrono::hours(3);

}  // namespace tidemark::query
