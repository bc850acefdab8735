#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "alarm/core/words.h"
#include "alarm/reason.h"
#include "base/people_number.h"
#include "base/people_time.h"

namespace tidemark::alarm {
namespace {

/// "recordsRead": the last part of a dotted metric name; of an expression its label or id.
std::string subject_of(const AlarmRule& rule) {
  const std::string watched = watched_id_of(rule);
  for (const MetricQuery& query : queries_of(rule)) {
    if (query.id != watched) continue;
    if (!query.metric_stat) return query.label.empty() ? query.id : query.label;
    const std::string& name = query.metric_stat->metric.name;
    const std::size_t dot = name.find_last_of('.');
    return dot == std::string::npos || dot + 1 == name.size() ? name : name.substr(dot + 1);
  }
  return rule.name;
}

std::string usual(const AlarmPoint& point, const WordsFacts& facts) {
  constexpr std::array<std::string_view, 7> kDays{
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  const Limits limits = point.limits.value_or(Limits{});
  const std::string range = people_range(limits.lower, limits.upper, facts.unit);
  const auto weekday = static_cast<std::size_t>(to_civil(point.start).weekday);
  if (facts.period >= std::chrono::hours(20) && facts.period <= std::chrono::hours(24)) {
    return fmt::format("usual for a {} is {}", kDays[weekday % 7], range);
  }
  return "usual at this time is " + range;
}

std::string_view operator_words(Comparison comparison) {
  switch (comparison) {
    case Comparison::greater_or_equal:
      return "at or above";
    case Comparison::greater:
      return "above";
    case Comparison::less:
      return "below";
    case Comparison::less_or_equal:
      return "at or below";
    default:
      return "outside";
  }
}

std::string missing_words(const AlarmRule& rule, Duration period) {
  const int n = rule.evaluation_periods;
  return n == 1 ? fmt::format("{} sent no data for {}.", subject_of(rule), people_duration(period))
                : fmt::format("{} sent no data for {} periods of {}.",
                              subject_of(rule),
                              n,
                              people_duration(period));
}

}  // namespace

std::string reason_words(const AlarmRule& rule, const Decision& decision, const WordsFacts& facts) {
  const Judgement judgement = judgement_of(rule);
  const bool alarm = decision.state == AlarmState::alarm;
  const auto newest =
      std::find_if(decision.window.rbegin(), decision.window.rend(), [&](const AlarmPoint& point) {
        return point.value && breaches(judgement, point) == alarm;
      });
  if (decision.state == AlarmState::insufficient_data || newest == decision.window.rend()) {
    return missing_words(rule, facts.period);
  }
  const std::string_view again = !alarm && facts.before == AlarmState::alarm ? " again" : "";
  const std::string value = people_number(*newest->value) + facts.unit;
  if (newest->limits) {
    return fmt::format("{} was {}{}; {}.", subject_of(rule), value, again, usual(*newest, facts));
  }
  return fmt::format("{} was {}{}; the alarm is for values {} {}{}.",
                     subject_of(rule),
                     value,
                     again,
                     operator_words(judgement.comparison),
                     people_number(judgement.threshold),
                     facts.unit);
}

}  // namespace tidemark::alarm
