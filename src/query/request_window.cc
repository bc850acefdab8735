#include "query/request_window.h"

#include <algorithm>

namespace tidemark::query {
namespace {

constexpr Duration kMinute = std::chrono::minutes(1);
constexpr Duration kDay = std::chrono::hours(24);

/// CloudWatch keeps minutes for 15 days and 5 minutes for 63. We keep what came, and still round:
/// clients get the same times from both.
Duration start_step(Duration age) {
  if (age > 63 * kDay) return std::chrono::hours(1);
  return age >= 15 * kDay ? std::chrono::minutes(5) : kMinute;
}

}  // namespace

PeriodRange rounded_range(const PeriodRange& asked, Duration period, Timestamp asked_at) {
  const bool is_fine = period < kMinute;
  const Duration end_step = is_fine ? period : kMinute;
  PeriodRange out = asked;
  out.grid = PeriodGrid::range_start;
  out.from = period_start(asked.from, is_fine ? period : start_step(asked_at - asked.from));
  out.to =
      std::max(period_start(asked.to, end_step), period_start(asked.from, end_step) + end_step);
  return out;
}

}  // namespace tidemark::query
