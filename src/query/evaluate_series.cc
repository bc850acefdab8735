#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "query/data/evaluator.h"
#include "query/data/query_plan.h"
#include "query/metric_data.h"

namespace tidemark::query {
namespace {

/// How far before the range is read for the usual sample count: enough for ten points of a metric
/// that has one in ten periods.
constexpr int kHistoryPeriods = 100;

struct MetricPeriods {
  const MetricStat* stat;
  std::vector<PeriodCell> cells;

  [[nodiscard]] const PeriodCell* at(Timestamp start) const {
    const auto found = std::lower_bound(
        cells.begin(), cells.end(), start, [](const PeriodCell& cell, Timestamp wanted) {
          return cell.start < wanted;
        });
    return found != cells.end() && found->start == start ? &*found : nullptr;
  }
};

/// Periods of every metric that the query needs, from before the range up to `now`.
Result<std::vector<MetricPeriods>> read_metrics(const store::Reader& reader,
                                                const QueryPlan& plan,
                                                std::size_t index,
                                                const PeriodRange& range) {
  const Duration period = plan.period_of(index);
  std::vector<MetricPeriods> out;
  for (const std::size_t needed : plan.closure(index)) {
    const auto& stat = plan.at(needed).query->metric_stat;
    if (!stat) continue;
    TM_TRY(auto cells, period_cells(reader, {stat->metric, stat->unit, period}, range));
    out.push_back({&*stat, std::move(cells)});
  }
  return out;
}

/// Closed when all metrics are, with the reason of the one that waited for the most. Without any
/// metric it is the grace that closes.
std::optional<CloseReason> closed_reason(std::span<const MetricPeriods> metrics,
                                         Timestamp start,
                                         Duration period,
                                         Timestamp now) {
  if (metrics.empty()) return close_reason({}, start, period, now);
  std::optional<CloseReason> latest;
  for (const MetricPeriods& metric : metrics) {
    const auto reason = close_reason(metric.cells, start, period, now);
    if (!reason) return std::nullopt;
    latest = std::max(latest, reason);
  }
  return latest;
}

double least_count(const std::vector<MetricPeriods>& metrics, Timestamp start) {
  if (metrics.empty()) return 0;
  double least = std::numeric_limits<double>::infinity();
  for (const MetricPeriods& metric : metrics) {
    const PeriodCell* cell = metric.at(start);
    least = std::min(least, cell == nullptr ? 0 : cell->cell.count());
  }
  return least;
}

/// Puts the values to the points of their starts; both ascend.
void set_values(const std::vector<DataPoint>& values, std::vector<EvaluatedPoint>* points) {
  auto value = values.begin();
  for (EvaluatedPoint& point : *points) {
    while (value != values.end() && value->at < point.start)
      ++value;
    if (value != values.end() && value->at == point.start) point.value = value->value;
  }
}

Result<void> add_values(const MetricDataDeps& deps,
                        const QueryPlan& plan,
                        std::size_t index,
                        const PeriodRange& range,
                        EvaluatedSeries* out) {
  Evaluator evaluator(deps, plan, {range, std::nullopt}, ManyUnits::joined);
  TM_TRY(const auto* result, evaluator.value(index));
  if (const auto* series = std::get_if<TimeSeries>(&result->value)) {
    set_values(series->points, &out->points);
    out->settled_from = evaluator.settled_from();
    out->is_cut = !evaluator.messages().empty();
    return {};
  }
  const bool is_scalar = std::holds_alternative<double>(result->value);
  return tl::unexpected(
      in_expression(plan.at(index).query->id,
                    {Errc::invalid,
                     fmt::format("the result must be a single time series, not {}",
                                 is_scalar ? "a scalar" : "an array of them")}));
}

}  // namespace

Result<EvaluatedSeries> evaluate_series(const MetricDataDeps& deps,
                                        std::span<const MetricQuery> queries,
                                        const std::string& id,
                                        const PeriodRange& range,
                                        Timestamp now) {
  TM_TRY(const auto plan, QueryPlan::make(queries));
  TM_TRY(const auto index, plan.require(id));
  EvaluatedSeries out;
  out.label = label_of(*plan.at(index).query);
  out.period = plan.period_of(index);
  const Timestamp from = period_start(range.from, out.period);
  if (range.to > from && (range.to - from) / out.period > static_cast<long>(kMathMaxPeriods)) {
    return fail(Errc::limit, fmt::format("range has more than {} periods", kMathMaxPeriods));
  }
  PeriodRange history = range;
  history.from = from - out.period * kHistoryPeriods;
  history.to = std::max(range.to, now + Duration(1));
  TM_TRY(const auto metrics, read_metrics(deps.reader, plan, index, history));
  const std::span<const MetricPeriods> waited_for =
      plan.selects(index) ? std::span<const MetricPeriods>() : metrics;
  for (Timestamp start = from; start < range.to; start = start + out.period) {
    out.points.push_back({start,
                          std::nullopt,
                          closed_reason(waited_for, start, out.period, now),
                          least_count(metrics, start)});
  }
  out.never_negative = std::all_of(metrics.begin(), metrics.end(), [](const MetricPeriods& metric) {
    return never_negative(metric.cells);
  });
  if (const auto& stat = plan.at(index).query->metric_stat) out.statistic = stat->stat;
  TM_TRY_VOID(add_values(deps, plan, index, range, &out));
  return out;
}

}  // namespace tidemark::query
