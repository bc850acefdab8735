#include "alarm/team_budget.h"

namespace tidemark::alarm {
namespace {

/// Of all bands at their i-th width.
double bands_per_week(const std::vector<TeamAlarm>& alarms, std::size_t i) {
  double out = 0;
  for (const TeamAlarm& alarm : alarms) {
    if (!alarm.results.empty()) out += firings_per_week(alarm.results[i].firings, alarm.judged);
  }
  return out;
}

}  // namespace

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
  for (std::size_t i = 0; i < band->results.size(); ++i)
    out.table.push_back({band->results[i].k, fixed + bands_per_week(alarms, i)});
  // From the widest inwards, as for one alarm: a band that is far too narrow fires once and stays.
  for (auto width = out.table.rbegin(); width != out.table.rend(); ++width) {
    if (width->per_week > alarms_per_week + 1e-9) break;
    out.k = width->k;
    out.per_week_at_k = width->per_week;
  }
  return out;
}

}  // namespace tidemark::alarm
