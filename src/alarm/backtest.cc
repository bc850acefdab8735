#include "alarm/backtest.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "alarm/past/past_walk.h"

namespace tidemark::alarm {
namespace {

constexpr Duration kWeek = std::chrono::hours(24 * 7);
/// Advice on a weekly budget wants a week; less a day, since a range rarely begins where a period
/// does.
constexpr Duration kAdviceMin = std::chrono::hours(24 * 6);
/// What each evaluation reads beside its own periods: the hundred for the usual count.
constexpr std::int64_t kReadsBeside = 106;

/// Widths that are tried, in tenths: finer where people choose.
std::vector<double> widths() {
  std::vector<double> out;
  for (int tenths = 5; tenths < 40; ++tenths)
    out.push_back(tenths / 10.0);
  for (int tenths = 40; tenths <= 100; tenths += 5)
    out.push_back(tenths / 10.0);
  return out;
}

Result<void> check_work(const Alarm& alarm, const BacktestRequest& request) {
  const std::int64_t periods = (request.to - request.from) / alarm.period + 1;
  const auto metrics = static_cast<std::int64_t>(metrics_of(alarm.rule).size());
  const std::int64_t each = (alarm.judgement.evaluation_periods + kReadsBeside) * metrics;
  const std::int64_t periods_max = kBacktestReadsMax / each;
  if (periods <= periods_max) return {};
  return fail(Errc::limit,
              fmt::format("the range has {} periods; a backtest of this alarm may have {}: ask for "
                          "a shorter range",
                          periods,
                          periods_max));
}

PastData past_of(const PastWalk& walk, const BacktestRequest& request) {
  if (walk.periods_with_data() == 0) return walk.has_open_data() ? PastData::open : PastData::none;
  if (!walk.judged_from()) return PastData::learning;
  const Duration judged = request.to - *walk.judged_from();
  return judged < (request.to - request.from) / 2 ? PastData::some : PastData::enough;
}

WidthAdvice advice_of(const PastWalk& walk, const BacktestRequest& request) {
  WidthAdvice out;
  for (auto one = walk.alarms().begin() + 1; one != walk.alarms().end(); ++one) {
    out.results.push_back({one->alarm().band->k, one->firings(), one->in_alarm()});
  }
  if (!walk.judged_from()) return out;
  const Duration judged = request.to - *walk.judged_from();
  const double weeks = std::chrono::duration<double>(judged) / std::chrono::duration<double>(kWeek);
  out.firings_max = static_cast<std::size_t>(*request.alarms_per_week * weeks + 1e-9);
  if (judged < kAdviceMin) return out;
  // A band that is far too narrow fires once and stays: the widest is begun with.
  for (auto result = out.results.rbegin(); result != out.results.rend(); ++result) {
    if (result->firings > out.firings_max) break;
    out.k = result->k;
  }
  return out;
}

std::int64_t periods_in(const BacktestRequest& request, Duration period) {
  const Timestamp first = query::period_start(request.from + period - Duration(1), period);
  return first < request.to ? (request.to - first - Duration(1)) / period + 1 : 0;
}

}  // namespace

Duration judged_span(const BacktestRequest& request, const Backtest& past) {
  return past.judged_from ? request.to - *past.judged_from : Duration(0);
}

double firings_per_week(std::size_t firings, Duration judged) {
  if (judged <= Duration(0)) return 0;
  return static_cast<double>(firings) * (std::chrono::duration<double>(kWeek) / judged);
}

Result<Backtest> backtest(const query::MetricDataDeps& deps, const BacktestRequest& request) {
  if (request.from >= request.to) return fail(Errc::invalid, "from must be before to");
  std::vector<Alarm> alarms{make_alarm(request.rule)};
  if (alarms.front().selects) {
    return fail(Errc::invalid, "an alarm on a Metrics Insights query cannot be backtested");
  }
  TM_TRY_VOID(check_work(alarms.front(), request));
  if (request.alarms_per_week && alarms.front().band) {
    for (const double k : widths()) {
      alarms.push_back(alarms.front());
      alarms.back().band->k = k;
    }
  }
  PastWalk walk(deps, request, std::move(alarms));
  TM_TRY_VOID(walk.run());
  const PastAlarm& own = walk.alarms().front();
  Backtest out;
  out.period = own.alarm().period;
  out.transitions = own.transitions();
  out.firings = own.firings();
  out.muted = own.muted();
  out.in_alarm = own.in_alarm();
  out.state_at_end = own.alarm().status.state;
  out.periods = periods_in(request, out.period);
  out.periods_judged = walk.periods_judged();
  out.periods_with_data = walk.periods_with_data();
  out.judged_from = walk.judged_from();
  out.past = past_of(walk, request);
  if (request.alarms_per_week && own.alarm().band) out.width = advice_of(walk, request);
  return out;
}

}  // namespace tidemark::alarm
