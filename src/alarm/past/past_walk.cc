#include "alarm/past/past_walk.h"

#include <algorithm>

#include <fmt/format.h>

#include "alarm/core/words.h"
#include "alarm/reason.h"

namespace tidemark::alarm {
namespace {

/// Periods before the range that may be read: the window, those that have closed together or what
/// reasons are told from, and a hundred for the usual count (query/evaluate_series.cc), with some
/// to spare.
constexpr int kPeriodsBefore = 120 + static_cast<int>(kEvidenceMaxPoints);

bool needs_values(const Alarm& alarm) {
  return std::any_of(alarm.queries.begin(), alarm.queries.end(), [](const MetricQuery& query) {
    return query.metric_stat && query.metric_stat->stat.kind >= Statistic::Kind::percentile;
  });
}

Timestamp begin_of(const Alarm& alarm, const BacktestRequest& request) {
  const int before = alarm.judgement.evaluation_periods + kPeriodsBefore;
  return query::period_start(request.from, alarm.period) - alarm.period * before;
}

PastReader::Options options_of(const Alarm& alarm, const BacktestRequest& request) {
  return {metrics_of(alarm.rule),
          alarm.period,
          begin_of(alarm, request),
          request.to,
          needs_values(alarm)};
}

std::optional<MetricStat> early_stat_of(const Alarm& alarm) {
  for (const MetricQuery& query : alarm.queries) {
    if (query.id != alarm.watched || !query.metric_stat) continue;
    for (const auto direction : {query::Direction::above, query::Direction::below}) {
      if (query::open_period_can_breach(query.metric_stat->stat, direction, true)) {
        return query.metric_stat;
      }
    }
  }
  return std::nullopt;
}

/// The newest point that speaks for the state.
const AlarmPoint* speaking(const Judgement& judgement, const Decision& decision) {
  const bool alarm = decision.state == AlarmState::alarm;
  const auto found =
      std::find_if(decision.window.rbegin(), decision.window.rend(), [&](const AlarmPoint& point) {
        return point.value && breaches(judgement, point) == alarm;
      });
  return found == decision.window.rend() ? nullptr : &*found;
}

void set_evidence(const Judgement& judgement, const AlarmPoint& point, BacktestTransition* out) {
  out->value = point.value;
  switch (judgement.comparison) {
    case Comparison::greater_or_equal:
    case Comparison::greater:
      out->upper = judgement.threshold;
      return;
    case Comparison::less:
    case Comparison::less_or_equal:
      out->lower = judgement.threshold;
      return;
    default:
      break;
  }
  if (!point.limits) return;
  out->lower = point.limits->lower;
  out->upper = point.limits->upper;
}

}  // namespace

void PastAlarm::take(const Look& seen, Timestamp at, const query::MetricDataDeps* past) {
  for (const std::vector<AlarmPoint>& range : ranges_of(alarm_, seen)) {
    const Decision decision = decide(alarm_.judgement, range, alarm_.status.state);
    if (decision.state == alarm_.status.state) continue;
    move_to(decision, at, past);
    const AlarmPoint* point = speaking(alarm_.judgement, decision);
    const bool is_early = point != nullptr && point->start >= seen.closed_before;
    if (decision.state == AlarmState::alarm && is_early) ++entered_early_;
  }
  alarm_.evaluated_at = at;
  alarm_.closed_before = seen.closed_before;
  alarm_.late = false;
}

void PastAlarm::move_to(const Decision& decision, Timestamp at, const query::MetricDataDeps* past) {
  const AlarmState before = alarm_.status.state;
  leave(at);
  release(at);
  alarm_.status.state = decision.state;
  if (decision.state == AlarmState::alarm) {
    ++entered_;
    fired_at_ = at;
  }
  const auto told = tell(decision.state, at);
  if (past == nullptr) return;
  BacktestTransition out;
  out.at = at;
  out.before = before;
  out.after = decision.state;
  out.told = told;
  out.reason = reason_text(alarm_.rule, decision);
  out.reason_data = reason_data(alarm_.rule, decision, {at, alarm_.period, alarm_.late});
  const auto evidence = evidence_of(*past, alarm_, at, at);
  out.reason_words = reason_words(alarm_.rule, decision, {before, alarm_.period, unit_, evidence});
  const AlarmPoint* point = speaking(alarm_.judgement, decision);
  if (point != nullptr) set_evidence(alarm_.judgement, *point, &out);
  transitions_.push_back(std::move(out));
  if (transitions_.size() > kBacktestTransitionsMax) transitions_.pop_front();
}

std::optional<Timestamp> PastAlarm::tell(AlarmState state, Timestamp at) {
  const auto until = mutes_->muted_until(at);
  if (until) {
    waiting_ = state == told_ ? std::nullopt : std::optional(Waiting{state, *until});
    return std::nullopt;
  }
  told_ = state;
  if (state == AlarmState::alarm) ++firings_;
  return at;
}

/// Tells what a window that has ended by `at` held back.
void PastAlarm::release(Timestamp at) {
  if (!waiting_ || waiting_->until > at) return;
  while (const auto further = mutes_->muted_until(waiting_->until)) {
    waiting_->until = *further;
    if (*further > at) return;
  }
  told_ = waiting_->state;
  if (told_ == AlarmState::alarm) ++firings_;
  // What waits is the newest transition.
  if (!transitions_.empty()) transitions_.back().told = waiting_->until;
  waiting_.reset();
}

void PastAlarm::end(Timestamp at) {
  leave(at);
  release(at);
}

void PastAlarm::forget() {
  alarm_.status.state = AlarmState::insufficient_data;
  entered_ = entered_early_ = firings_ = 0;
  in_alarm_ = Duration(0);
  transitions_.clear();
}

void PastAlarm::leave(Timestamp at) {
  if (alarm_.status.state == AlarmState::alarm) in_alarm_ += at - fired_at_;
}

PastMutes::PastMutes(const std::vector<MuteRule>& rules) {
  for (const MuteRule& rule : rules)
    windows_.emplace_back(rule);
}

std::optional<Timestamp> PastMutes::muted_until(Timestamp at) {
  std::optional<Timestamp> out;
  for (MuteWindows& windows : windows_) {
    const auto until = windows.muted_until(at);
    if (until && (!out || *until > *out)) out = until;
  }
  return out;
}

PastWalk::PastWalk(const query::MetricDataDeps& deps,
                   const BacktestRequest& request,
                   std::vector<Alarm> all)
    : request_(request),
      mutes_(request.mutes),
      reader_(deps.reader, options_of(all.front(), request)),
      bands_(deps.bands,
             begin_of(all.front(), request),
             query::period_start(request.to, all.front().period) + all.front().period),
      early_(early_stat_of(all.front())),
      counted_to_(request.from) {
  const std::string unit = unit_words_of(all.front().rule, deps.reader);
  for (Alarm& alarm : all)
    alarms_.emplace_back(std::move(alarm), mutes_, unit);
}

Result<void> PastWalk::run() {
  // The alarm is put: it is evaluated at once, from what was there before.
  TM_TRY_VOID(reader_.show_to(request_.from - Duration(1)));
  TM_TRY_VOID(look_at(request_.from));
  for (;;) {
    TM_TRY(const auto sample, reader_.next());
    if (due_ && *due_ <= request_.to && (!sample || *due_ <= *sample)) {
      TM_TRY_VOID(look_at(*due_));
      continue;
    }
    if (!sample) break;
    // As live: its period was closed already, say by the usual count.
    if (*sample < seen_.closed_before) alarms_.front().set_late();
    TM_TRY(const bool is_news, reader_.show_to(*sample));
    TM_TRY(const bool changes, may_change(*sample, is_news));
    if (changes) TM_TRY_VOID(look_at(*sample));
  }
  end();
  return {};
}

/// A firing is a count of something: where no period with data is over there is nothing to count it
/// against, and the page must not say "no data" beside it.
void PastWalk::end() {
  for (PastAlarm& alarm : alarms_) {
    alarm.end(request_.to);
    if (periods_with_data_ == 0 && alarm.fired_early_only()) alarm.forget();
  }
}

bool PastWalk::has_open_data() const {
  const auto& points = seen_.series.points;
  return std::any_of(points.begin(), points.end(), [](const query::EvaluatedPoint& point) {
    return !point.closed && point.value;
  });
}

Result<void> PastWalk::look_at(Timestamp at) {
  if (++looks_ > kBacktestEvaluationsMax) {
    return fail(Errc::limit,
                fmt::format("the alarm would have been evaluated more than {} times; ask for a "
                            "shorter range",
                            kBacktestEvaluationsMax));
  }
  if (request_.stop != nullptr && *request_.stop) {
    return fail(Errc::unavailable,
                "ended: a newer request took its place, or the server is stopping");
  }
  const Alarm& alarm = alarms_.front().alarm();
  const query::MetricDataDeps past{reader_, bands_};
  TM_TRY(seen_, look(past, alarm, at, at));
  due_ = next_look(alarm, seen_, at);
  for (PastAlarm& one : alarms_)
    one.take(seen_, at, &one == &alarms_.front() ? &past : nullptr);
  const auto& points = seen_.series.points;
  open_breaks_ = std::any_of(points.begin(), points.end(), [this](const auto& point) {
    return !point.closed && breaks_some(point);
  });
  count_periods();
  return {};
}

/// A look that would find what the last one found is left out: a metric may report a thousand times
/// in a period. That is so while the sample's period was open with data before, no usual count is
/// full, and no open period breaks a rule, before or now.
Result<bool> PastWalk::may_change(Timestamp at, bool is_news) {
  const Duration period = alarms_.front().alarm().period;
  const Timestamp start = query::period_start(at, period);
  if (is_news || open_breaks_ || start < seen_.closed_before) return true;
  if (!early_) return false;
  TM_TRY(const auto cells,
         query::period_cells(
             reader_, {early_->metric, early_->unit, period}, {start, start + period, at}));
  if (cells.empty()) return false;
  query::EvaluatedPoint point;
  point.start = start;
  point.value = evaluate(early_->stat, cells.front().cell);
  point.sample_count = cells.front().cell.count();
  return breaks_some(point);
}

bool PastWalk::breaks_some(const query::EvaluatedPoint& period) const {
  return std::any_of(alarms_.begin(), alarms_.end(), [&](const PastAlarm& one) {
    const AlarmPoint point = point_of(one.alarm(), seen_, period);
    return point.value && breaches(one.alarm().judgement, point);
  });
}

void PastWalk::count_periods() {
  const Alarm& alarm = alarms_.front().alarm();
  for (const query::EvaluatedPoint& period : seen_.series.points) {
    if (!period.closed || period.start < counted_to_) continue;
    counted_to_ = period.start + alarm.period;
    if (!period.value) continue;
    ++periods_with_data_;
    if (!point_of(alarm, seen_, period).value) continue;
    ++periods_judged_;
    if (!judged_from_) judged_from_ = period.start;
  }
}

}  // namespace tidemark::alarm
