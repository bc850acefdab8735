#include "alarm/team_budget.h"

namespace tidemark::alarm {
TeamAdvice advise_team(const std::vector<TeamAlarm>& alarms, double alarms_per_week) {
  TeamAdvice out;
  double fixed = 0;
  const TeamAlarm* band = nullptr;
  for (const TeamAlarm& alarm : alarms) {
    const double rate = firings_per_week(alarm.firings, alarm.judged);
    out.per_week += rate;
    if (alarm.results.empty()) fixed += rate;
    if (!alarm.results.empty() && alarm.judged > Duration(0)) band = &alarm;
  }
  if (band == nullptr) return out;
  // From the widest inwards, as for one alarm: a band that is far too narrow fires once and stays.
  for (std::size_t i = band->results.size(); i-- > 0;) {
    double rate = fixed;
    for (const TeamAlarm& alarm : alarms) {
      if (!alarm.results.empty()) rate += firings_per_week(alarm.results[i].firings, alarm.judged);
    }
    if (rate > alarms_per_week + 1e-9) break;
    out.k = band->results[i].k;
    out.per_week_at_k = rate;
  }
  return out;
}

}  // namespace tidemark::alarm
