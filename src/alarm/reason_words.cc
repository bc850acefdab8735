#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "alarm/band_course.h"
#include "alarm/core/words.h"
#include "alarm/reason.h"
#include "base/people_number.h"
#include "base/people_time.h"

namespace tidemark::alarm {
namespace {

/// "glue.driver.aggregate.recordsRead", the whole name, since metrics may end alike; of an
/// expression its label or id.
std::string subject_of(const AlarmRule& rule) {
  const std::string watched = watched_id_of(rule);
  for (const MetricQuery& query : queries_of(rule)) {
    if (query.id != watched) continue;
    if (!query.metric_stat) return query.label.empty() ? query.id : query.label;
    return query.metric_stat->metric.name;
  }
  return rule.name;
}

/// What the newest point that speaks for the state is compared with, as people read it.
struct Compared {
  const AlarmPoint& point;
  std::string subject;
  PeopleCompared texts;
};

std::string usual(const AlarmPoint& point, const std::string& range, Duration period) {
  constexpr std::array<std::string_view, 7> kDays{
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  const auto weekday = static_cast<std::size_t>(to_civil(point.start).weekday);
  if (period >= std::chrono::hours(20) && period <= std::chrono::hours(24)) {
    return fmt::format("usual for a {} is {}", kDays[weekday % 7], range);
  }
  return "usual at this time is " + range;
}

/// "28 Nov 2013 02:00 UTC"; a day needs no zone.
std::string time_text(Timestamp at, Duration period) {
  return people_time(at, period) + (period < std::chrono::hours(24) ? " UTC" : "");
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

/// The newest period up to `at` that has a value, whether it could be judged or not.
std::optional<Timestamp> newest_heard(std::span<const EvidencePoint> past, Timestamp at) {
  for (auto point = past.rbegin(); point != past.rend(); ++point) {
    if (point->value && point->at <= at) return point->at;
  }
  return std::nullopt;
}

/// "in the 15 minutes before 28 Nov 2013 02:00 UTC", "in 1 of the 3 periods of 5 minutes before …".
std::string missing_range(const Decision& decision, int periods, Duration period) {
  const Timestamp end = decision.window.back().start + period;
  const std::string before = "before " + time_text(end, period);
  if (decision.missing >= periods) {
    return fmt::format("in the {} {}", people_duration(period * periods), before);
  }
  return fmt::format("in {} of the {} periods of {} {}",
                     decision.missing,
                     periods,
                     people_duration(period),
                     before);
}

std::string missing_words(const AlarmRule& rule,
                          const Decision& decision,
                          const WordsFacts& facts) {
  const std::string subject = subject_of(rule);
  const int periods = rule.evaluation_periods;
  if (decision.window.empty()) {
    return fmt::format("{} sent no data for {}.", subject, people_duration(facts.period * periods));
  }
  const Timestamp newest = decision.window.back().start;
  const auto heard = newest_heard(facts.past, newest);
  if (heard && *heard < newest) {
    return fmt::format(
        "{} has sent no data since {}.", subject, time_text(*heard + facts.period, facts.period));
  }
  if (heard && decision.missing >= periods) {
    return fmt::format("What {} sent {} could not be judged.",
                       subject,
                       missing_range(decision, periods, facts.period));
  }
  return fmt::format(
      "{} sent no data {}.", subject, missing_range(decision, periods, facts.period));
}

/// "rows.read was 291 MB; usual at this time is 640 to 720 MB." `how`: behind the value.
std::string usual_words(const Compared& seen, std::string_view how, Duration period) {
  return fmt::format("{} was {}{}; {}.",
                     seen.subject,
                     seen.texts.value,
                     how,
                     usual(seen.point, seen.texts.range, period));
}

/// Back inside of its band.
std::string inside_words(const Judgement& judgement,
                         const Compared& seen,
                         const WordsFacts& facts) {
  const auto course = band_course(judgement, facts.past, seen.point.start, facts.period);
  if (course.end == BandCourse::End::followed) {
    return fmt::format("{} was still {}, which the band has followed: {} count as usual since {}.",
                       seen.subject,
                       seen.texts.value,
                       seen.texts.range,
                       time_text(course.since, facts.period));
  }
  return usual_words(seen, course.end == BandCourse::End::back ? " again" : "", facts.period);
}

std::string outside_words(const Judgement& judgement,
                          const Compared& seen,
                          const WordsFacts& facts) {
  const auto course = band_course_before(judgement, facts.past, seen.point.start, facts.period);
  if (course.end != BandCourse::End::followed) return usual_words(seen, "", facts.period);
  return fmt::format(
      "{} was {}, as was usual until {}; the band has followed what came then: {} count as usual "
      "since {}.",
      seen.subject,
      seen.texts.value,
      time_text(course.began, facts.period),
      seen.texts.range,
      time_text(course.since, facts.period));
}

std::string limit_words(const AlarmRule& rule,
                        const Decision& decision,
                        double value,
                        const WordsFacts& facts) {
  const Judgement judgement = judgement_of(rule);
  const bool alarm = decision.state == AlarmState::alarm;
  const auto [shown, limit] = people_apart(value, judgement.threshold);
  return fmt::format("{} was {}{}{}, {}{} the limit of {}{}.",
                     subject_of(rule),
                     shown,
                     facts.unit,
                     !alarm && facts.before == AlarmState::alarm ? " again" : "",
                     alarm ? "" : "not ",
                     operator_words(judgement.comparison),
                     limit,
                     facts.unit);
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
    return missing_words(rule, decision, facts);
  }
  if (!newest->limits) return limit_words(rule, decision, *newest->value, facts);
  const auto [lower, upper] = *newest->limits;
  const Compared seen{
      *newest, subject_of(rule), people_compared(*newest->value, lower, upper, facts.unit)};
  if (alarm) return outside_words(judgement, seen, facts);
  if (facts.before == AlarmState::alarm) return inside_words(judgement, seen, facts);
  return usual_words(seen, "", facts.period);
}

}  // namespace tidemark::alarm
