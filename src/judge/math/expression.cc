#include "judge/math/expression.h"

#include <algorithm>

#include "judge/math_target.h"
#include "query/metric_math.h"

namespace tidemark::judge {
namespace {

constexpr Duration kHistory = std::chrono::hours(24 * 800);
constexpr std::int64_t kHistoryPeriods = 400'000;
constexpr Duration kRound = std::chrono::hours(24 * 28);

}  // namespace

const std::string& watched_id(const BandIdentity& identity) {
  static const std::string kNone;
  const auto found = std::find_if(identity.queries.begin(),
                                  identity.queries.end(),
                                  [](const MetricQuery& query) { return query.return_data; });
  return found == identity.queries.end() ? kNone : found->id;
}

Timestamp math_history_start(Duration period, Timestamp to) {
  return (to - std::min(kHistory, period * kHistoryPeriods)).floor_to(kRound);
}

Timestamp math_history_start(const DetectorSpec& spec, Duration period, Timestamp now) {
  const Timestamp first = math_history_start(period, spec.created_at);
  const auto most = static_cast<std::int64_t>(query::kMathMaxPeriods) - 1;
  return (now - first) / period < most ? first : math_history_start(period, now);
}

Result<MathHistory> math_history(const query::MetricDataDeps& deps,
                                 const BandIdentity& identity,
                                 const query::PeriodRange& range) {
  TM_TRY(const auto series,
         query::evaluate_series(deps, identity.queries, watched_id(identity), range, range.as_of));
  MathHistory out{{}, query::period_start(range.from, identity.period)};
  for (const query::EvaluatedPoint& point : series.points) {
    if (!point.closed) continue;
    out.closed_before = point.start + series.period;
    if (point.value) out.cells.push_back({point.start, Cell::of(*point.value), 1});
  }
  return out;
}

Result<std::optional<double>> value_of(const query::MetricDataDeps& deps,
                                       const DetectorSpec& spec,
                                       Duration period,
                                       Timestamp start,
                                       Timestamp now) {
  std::vector<query::PeriodCell> cells;
  if (const auto& metric = spec.target.metric) {
    TM_TRY(
        cells,
        query::period_cells(deps.reader, {*metric, std::nullopt, period}, {start, start + period}));
  } else {
    TM_TRY(const auto identity, math_identity(spec.target));
    const bool alone = query::is_pointwise(identity.queries, watched_id(identity));
    const Timestamp from = alone ? start : math_history_start(spec, period, now);
    TM_TRY(auto history, math_history(deps, identity, {from, start + period, now}));
    cells = std::move(history.cells);
  }
  const bool is_there = !cells.empty() && cells.back().start == start;
  return is_there ? evaluate(spec.target.stat, cells.back().cell) : std::nullopt;
}

Result<std::vector<query::PeriodCell>> history_of(const query::MetricDataDeps& deps,
                                                  const DetectorSpec& spec,
                                                  Duration period,
                                                  Timestamp end,
                                                  Timestamp now) {
  if (const auto& metric = spec.target.metric) {
    return query::period_cells(
        deps.reader, {*metric, std::nullopt, period}, {Timestamp::from_s(0), end});
  }
  TM_TRY(const auto identity, math_identity(spec.target));
  TM_TRY(auto history,
         math_history(deps, identity, {math_history_start(spec, period, now), end, now}));
  return std::move(history.cells);
}

Timestamp math_end(Duration period, Timestamp now) {
  return query::period_start(now, period) + period;
}

}  // namespace tidemark::judge
