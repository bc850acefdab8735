#pragma once

#include <optional>

#include "query/period_stats.h"

/// What CloudWatch makes of the StartTime and EndTime of GetMetricData and GetMetricStatistics
/// (their API references, under StartTime and EndTime).
namespace tidemark::query {

/// `asked` with its start rounded down: to the minute; to 5 minutes where it is 15 days before
/// `asked_at`, to the hour where it is more than 63; of a period below a minute to that period
/// instead. Periods begin there. The end is rounded down to the minute, or to that period, but no
/// further than to the end of the minute or period in which the asked start lies: a short request
/// is about something.
PeriodRange rounded_range(const PeriodRange& asked, Duration period, Timestamp asked_at);

/// The times of one request, whose queries may have different periods.
struct RequestWindow {
  PeriodRange asked;
  /// When it was asked, for CloudWatch's rounding; nullopt: the range is taken as it is.
  std::optional<Timestamp> asked_at = std::nullopt;

  [[nodiscard]] PeriodRange at(Duration period) const {
    return asked_at ? rounded_range(asked, period, *asked_at) : asked;
  }
};

}  // namespace tidemark::query
