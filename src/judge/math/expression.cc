#include "judge/math/expression.h"

#include <algorithm>

#include "judge/math_target.h"
#include "query/metric_math.h"

namespace tidemark::judge {
namespace {

constexpr Duration kHistory = std::chrono::hours(24 * 800);
constexpr std::int64_t kHistoryPeriods = 400'000;
constexpr Duration kRound = std::chrono::hours(24 * 28);
// How far is read for the points that a value looks back at; further where they are not there.
constexpr std::int64_t kBackFirst = 64;
constexpr std::int64_t kBackMore = 16;

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

namespace {

/// The points in `range` are of the whole history that begins at `begin`.
Result<query::EvaluatedSeries> evaluate_from(const query::MetricDataDeps& deps,
                                             const BandIdentity& identity,
                                             Timestamp begin,
                                             const query::PeriodRange& range) {
  const std::string& id = watched_id(identity);
  const query::Reach reach = query::reach_of(identity.queries, id);
  std::int64_t periods = reach == query::Reach::one_time ? 0 : kBackFirst;
  while (true) {
    query::PeriodRange wider = range;
    const bool is_all =
        reach == query::Reach::window || range.from - identity.period * periods <= begin;
    wider.from = is_all ? std::min(begin, range.from) : range.from - identity.period * periods;
    TM_TRY(auto out, query::evaluate_series(deps, identity.queries, id, wider, range.as_of));
    if (is_all || out.settled_from <= range.from) return out;
    periods *= kBackMore;
  }
}

}  // namespace

Result<MathHistory> math_history(const query::MetricDataDeps& deps,
                                 const BandIdentity& identity,
                                 Timestamp begin,
                                 const query::PeriodRange& range) {
  const Timestamp from = query::period_start(range.from, identity.period);
  TM_TRY(const auto series, evaluate_from(deps, identity, begin, {from, range.to, range.as_of}));
  MathHistory out{{}, from};
  for (const query::EvaluatedPoint& point : series.points) {
    if (!point.closed || point.start < from) continue;
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
    const Timestamp begin = math_history_start(spec, period, now);
    TM_TRY(auto history, math_history(deps, identity, begin, {start, start + period, now}));
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
  const Timestamp begin = math_history_start(spec, period, now);
  TM_TRY(auto history, math_history(deps, identity, begin, {begin, end, now}));
  return std::move(history.cells);
}

Timestamp math_end(Duration period, Timestamp now) {
  return query::period_start(now, period) + period;
}

}  // namespace tidemark::judge
