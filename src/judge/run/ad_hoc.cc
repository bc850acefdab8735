#include "judge/run/ad_hoc.h"

#include "judge/math/expression.h"
#include "judge/run/model_run.h"

namespace tidemark::judge {
namespace {

Statistic average() {
  return *parse_statistic("Average");
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

DetectorSpec unwatched(const DetectorTarget& target, const DetectorChoices& choices) {
  DetectorSpec out;
  out.target = target;
  out.choices = choices;
  out.created_at = Timestamp::max();
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
    const Timestamp begin = math_history_start(identity.period, range.to);
    TM_TRY(
        auto read,
        math_history(
            deps, identity, begin, {begin, math_end(identity.period, range.as_of), range.as_of}));
    history = std::move(read.cells);
  }
  ModelRun run(unwatched(target, choices), identity.period);
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
