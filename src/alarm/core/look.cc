#include "alarm/core/look.h"

#include <algorithm>

#include "query/period_close.h"
#include "query/selected_metrics.h"

namespace tidemark::alarm {
namespace {

/// Periods that can be open at once: the running one and, within its grace, the one before.
constexpr int kOpenMax = 2;
/// Periods closed since the last evaluation that are decided one by one; older ones are passed
/// over.
constexpr int kClosedTogetherMax = 10;

Result<Bands> bands_of(BandSource& source, const Alarm& alarm, Timestamp from, Timestamp to) {
  Bands out;
  if (!alarm.band) return out;
  TM_TRY(const BandSeries series, source.bands(alarm.band->identity, from, to));
  for (const BandPoint& point : series.points)
    out.by_start.emplace(point.start, point.band);
  out.within = series.within;
  return out;
}

std::optional<Limits> limits_of(const Alarm& alarm, const Bands& bands, Timestamp start) {
  const auto found = bands.by_start.find(start);
  if (!alarm.band || found == bands.by_start.end()) return std::nullopt;
  return limits_at(found->second, alarm.band->k, bands.within);
}

/// Does an open period breach by what later data cannot undo?
bool breaches_already(const Alarm& alarm,
                      const query::EvaluatedSeries& series,
                      const AlarmPoint& point) {
  if (!point.value || !series.statistic || !breaches(alarm.judgement, point)) return false;
  const auto can = [&series](query::Direction direction) {
    return query::open_period_can_breach(*series.statistic, direction, series.never_negative);
  };
  switch (alarm.judgement.comparison) {
    case Comparison::greater_or_equal:
    case Comparison::greater:
    case Comparison::above_band:
      return can(query::Direction::above);
    case Comparison::less:
    case Comparison::less_or_equal:
    case Comparison::below_band:
      return can(query::Direction::below);
    case Comparison::outside_band:
      break;
  }
  return can(*point.value > point.limits->upper ? query::Direction::above
                                                : query::Direction::below);
}

/// How many closed points the alarm is decided from.
int range_length(const Alarm& alarm) {
  return alarm.judgement.evaluation_periods + range_extra(alarm.period);
}

/// The newest closed points that start before `end`, and open ones that breach.
std::vector<AlarmPoint> range_of(const Alarm& alarm, const Look& look, Timestamp end) {
  const int wanted = range_length(alarm);
  int closed = 0;
  std::vector<AlarmPoint> out;
  for (auto seen = look.series.points.rbegin(); seen != look.series.points.rend(); ++seen) {
    if (seen->start >= end) continue;
    const AlarmPoint point = point_of(alarm, look, *seen);
    if (!seen->closed) {
      if (breaches_already(alarm, look.series, point)) out.push_back(point);
      continue;
    }
    if (closed++ == wanted) break;
    out.push_back(point);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::optional<double> static_lower(const Alarm& alarm) {
  const Comparison comparison = alarm.judgement.comparison;
  if (comparison == Comparison::less || comparison == Comparison::less_or_equal) {
    return alarm.judgement.threshold;
  }
  return std::nullopt;
}

std::optional<double> static_upper(const Alarm& alarm) {
  if (alarm.band || static_lower(alarm)) return std::nullopt;
  return alarm.judgement.threshold;
}

}  // namespace

namespace {

/// Behind which closed period the first decision stands; the present if the alarm is new.
Timestamp first_end(const Alarm& alarm, Timestamp current) {
  if (alarm.closed_before == Timestamp::min()) return Timestamp::max();
  return std::max(alarm.closed_before + alarm.period, current - alarm.period * kClosedTogetherMax);
}

}  // namespace

Timestamp next_close_after(Duration period, Timestamp at) {
  const Timestamp start = query::period_start(at, period);
  const Timestamp before = query::due_at(start - period, period);
  return before > at ? before : query::due_at(start, period);
}

Timestamp oldest_looked_at(const Alarm& alarm, Timestamp now) {
  const int back = range_length(alarm) + kOpenMax - 1;
  return query::period_start(now, alarm.period) - alarm.period * back;
}

Result<Look> look(const query::MetricDataDeps& deps,
                  const Alarm& alarm,
                  Timestamp now,
                  Timestamp as_of) {
  const Timestamp current = query::period_start(now, alarm.period);
  const Timestamp to = current + alarm.period;
  const Timestamp first = first_end(alarm, current);
  const Timestamp from =
      std::min(oldest_looked_at(alarm, now), first - alarm.period * range_length(alarm));
  TM_TRY(query::EvaluatedSeries series,
         query::evaluate_series(deps, alarm.queries, alarm.watched, {from, to, as_of}, now));
  TM_TRY(Bands bands, bands_of(deps.bands, alarm, from, to));

  Look out;
  out.first = first;
  out.closed_before = from;
  out.next_close = query::due_at(to, alarm.period);
  for (const query::EvaluatedPoint& point : series.points) {
    if (point.value) out.has_data = true;
    if (point.closed) {
      out.closed_before = point.start + alarm.period;
    } else {
      out.next_close = std::min(out.next_close, query::due_at(point.start, alarm.period));
    }
  }
  out.series = std::move(series);
  out.bands = std::move(bands);
  return out;
}

AlarmPoint point_of(const Alarm& alarm, const Look& seen, const query::EvaluatedPoint& period) {
  AlarmPoint out;
  out.start = period.start;
  out.sample_count = period.sample_count;
  out.limits = limits_of(alarm, seen.bands, period.start);
  // Without a band (still learning) there is nothing to compare with: as good as missing.
  if (!alarm.band || out.limits) out.value = period.value;
  return out;
}

std::vector<std::vector<AlarmPoint>> ranges_of(const Alarm& alarm, const Look& seen) {
  std::vector<std::vector<AlarmPoint>> out;
  for (Timestamp end = seen.first; end < seen.closed_before; end = end + alarm.period) {
    out.push_back(range_of(alarm, seen, end));
  }
  out.push_back(range_of(alarm, seen, Timestamp::max()));
  return out;
}

std::optional<Timestamp> next_look(const Alarm& alarm, const Look& seen, Timestamp at) {
  const Timestamp next_period = query::period_start(at, alarm.period) + alarm.period;
  if (alarm.seen_to >= next_period) {
    // A sample from the future: its period begins before the running one has to be closed.
    return std::min(next_period, seen.next_close);
  }
  if (!seen.has_data) return std::nullopt;
  return seen.next_close;
}

std::optional<Timestamp> next_data(const store::Reader& reader,
                                   const Alarm& alarm,
                                   Timestamp after,
                                   Timestamp until) {
  const Timestamp from = query::period_start(after, alarm.period) + alarm.period;
  if (from >= until) return std::nullopt;
  std::optional<Timestamp> out;
  if (alarm.selects) {
    const auto first =
        query::first_selected(reader, alarm.queries, alarm.period, {from, until, until});
    if (first && *first) out = **first + alarm.period;
  }
  for (const MetricQuery& query : alarm.queries) {
    if (!query.metric_stat) continue;
    const auto cells =
        query::period_cells(reader,
                            {query.metric_stat->metric, query.metric_stat->unit, alarm.period},
                            {from, until, until});
    if (!cells || cells->empty()) continue;
    const Timestamp end = cells->front().start + alarm.period;
    out = out ? std::min(*out, end) : end;
  }
  return out;
}

std::vector<EvidencePoint> evidence_of(const query::MetricDataDeps& deps,
                                       const Alarm& alarm,
                                       Timestamp now,
                                       Timestamp as_of) {
  const Timestamp to = query::period_start(now, alarm.period) + alarm.period;
  const Timestamp from = to - alarm.period * static_cast<int>(kEvidenceMaxPoints);
  const auto series =
      query::evaluate_series(deps, alarm.queries, alarm.watched, {from, to, as_of}, now);
  const auto bands = bands_of(deps.bands, alarm, from, to);
  if (!series || !bands) return {};
  std::vector<EvidencePoint> out;
  for (const query::EvaluatedPoint& point : series->points) {
    EvidencePoint evidence;
    evidence.at = point.start;
    evidence.value = point.value;
    evidence.lower = static_lower(alarm);
    evidence.upper = static_upper(alarm);
    if (const auto limits = limits_of(alarm, *bands, point.start)) {
      evidence.lower = limits->lower;
      evidence.upper = limits->upper;
      evidence.expected = bands->by_start.at(point.start).expected;
    }
    // The time before the metric began says nothing.
    if (out.empty() && !evidence.value && !evidence.expected) continue;
    out.push_back(evidence);
  }
  if (out.size() > kEvidenceMaxPoints) {
    out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(kEvidenceMaxPoints));
  }
  return out;
}

}  // namespace tidemark::alarm
