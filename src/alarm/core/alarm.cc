#include "alarm/core/alarm.h"

#include "base/assert.h"

namespace tidemark::alarm {

Alarm make_alarm(AlarmRule rule) {
  Alarm out;
  replace_rule(&out, std::move(rule));
  return out;
}

void replace_rule(Alarm* alarm, AlarmRule rule) {
  alarm->rule = std::move(rule);
  alarm->arn = arn_of(alarm->rule);
  alarm->judgement = judgement_of(alarm->rule);
  alarm->queries = queries_of(alarm->rule);
  alarm->watched = watched_id_of(alarm->rule);
  alarm->selects = !selected_metrics_of(alarm->rule).empty();
  alarm->band.reset();
  if (is_band(alarm->judgement.comparison)) {
    auto band = query::band_request_of(alarm->queries, *alarm->rule.threshold_metric_id);
    TM_ASSERT(band.has_value());
    alarm->band = *std::move(band);
  }
  const auto period = query::period_of(alarm->queries, alarm->watched);
  TM_ASSERT(period.has_value());
  alarm->period = *period;
  alarm->closed_before = Timestamp::min();
  alarm->seen_to = Timestamp::min();
  alarm->late = false;
  alarm->retries.clear();
  alarm->evaluation_error.clear();
  alarm->is_partial = false;
}

}  // namespace tidemark::alarm
