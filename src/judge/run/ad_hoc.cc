#include "judge/run/ad_hoc.h"

#include "judge/run/model_run.h"

namespace tidemark::judge {
namespace {

// Metric math is evaluated over this much of the past: two yearly seasons and a bit.
constexpr Duration kMathHistory = std::chrono::hours(24 * 800);

Statistic average() {
  return *parse_statistic("Average");
}

/// Each value of an expression as one observation of its period.
Result<std::vector<query::PeriodCell>> math_history(const query::MetricDataDeps& deps,
                                                    const BandIdentity& identity,
                                                    const query::PeriodRange& range) {
  std::string id;
  for (const MetricQuery& query : identity.queries) {
    if (query.return_data) id = query.id;
  }
  // The replay must not depend on where the asked range begins: its start is a round one.
  const Timestamp from = (range.to - kMathHistory).floor_to(std::chrono::hours(24 * 28));
  TM_TRY(const auto series,
         query::evaluate_series(
             deps, identity.queries, id, {from, range.to, range.as_of}, range.as_of));
  std::vector<query::PeriodCell> out;
  for (const query::EvaluatedPoint& point : series.points) {
    if (point.value) out.push_back({point.start, Cell::of(*point.value), 1});
  }
  return out;
}

}  // namespace

DetectorTarget target_of(const BandIdentity& identity) {
  DetectorTarget out;
  if (identity.queries.size() == 1 && identity.queries.front().metric_stat) {
    out.metric = identity.queries.front().metric_stat->metric;
    out.stat = identity.queries.front().metric_stat->stat;
  } else {
    out.math = identity.queries;
    out.stat = average();
  }
  return out;
}

Result<BandSeries> replay_bands(const query::MetricDataDeps& deps,
                                const BandIdentity& identity,
                                const DetectorChoices& choices,
                                const query::PeriodRange& range) {
  TM_TRY_VOID(check_period(identity.period));
  const DetectorTarget target = target_of(identity);
  std::vector<query::PeriodCell> history;
  if (target.metric) {
    const query::PeriodSelection all_units{*target.metric, std::nullopt, identity.period};
    TM_TRY(
        history,
        query::period_cells(deps.reader, all_units, {Timestamp::from_s(0), range.to, range.as_of}));
  } else {
    TM_TRY(history, math_history(deps, identity, range));
  }
  DetectorSpec spec;
  spec.target = target;
  spec.choices = choices;
  spec.created_at = Timestamp::max();  // no detector was there to judge: all of it is history
  ModelRun run(spec, identity.period);
  run.replay(history, range.as_of);
  BandSeries out;
  out.state = run.training();
  for (const Sample& sample : run.take_issued()) {
    if (sample.at < range.from || sample.at >= range.to) continue;
    out.points.push_back({sample.at, std::get<IssuedBand>(sample.value)});
  }
  return out;
}

}  // namespace tidemark::judge
