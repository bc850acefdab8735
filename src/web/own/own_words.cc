#include "web/own/own_words.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tidemark::web::own {
namespace {

struct Named {
  std::string_view theirs;
  std::string_view ours;
};

/// As constraints name a member (alarm/core/check.h).
constexpr Named kMembers[] = {{"alarmName", "name"},
                              {"name", "name"},
                              {"alarmDescription", "description"},
                              {"description", "description"},
                              {"alarmActions", "topic_arns"},
                              {"oKActions", "topic_arns"},
                              {"evaluationPeriods", "evaluation_periods"},
                              {"datapointsToAlarm", "datapoints_to_alarm"},
                              {"metricName", "metric_id"},
                              {"statistic", "stat"},
                              {"rule.schedule.expression", "expression"},
                              {"muteTargets.alarmNames", "alarms"}};
/// What other messages begin with; the field is the first word of what stands there instead. Only
/// the beginning: what people sent, which may follow, can hold the same words.
constexpr Named kBeginnings[] = {
    {"DatapointsToAlarm must be less than or equal to EvaluationPeriods",
     "datapoints_to_alarm must be at most evaluation_periods"},
    {"Period must", "period_s must"},
    {"Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= "
     "86400) for alarms using period < 3600",
     "evaluation_periods * period_s must be at most 86400, a day, for a period_s below 3600"},
    {"Metrics cannot be checked across more than a week (EvaluationPeriods * Period must be <= "
     "604800) for alarms using period >= 3600",
     "evaluation_periods * period_s must be at most 604800, a week"},
    {"Invalid arn syntax:", "topic_arns holds what is no ARN:"},
    {"There is no runbook", "topic_arns: there is no runbook"},
    {"The alarmName must", "name must"},
    {"The name must", "name must"},
    {"Duration '", "duration '"},
    {"Timezone '", "timezone '"},
    {"Expression '", "expression '"},
    {"StartDate must be before ExpireDate", "start must be before expire"},
    {"There is no alarm of the name", "alarms: there is no alarm of the name"}};
/// The parts of an expression that is no schedule (alarm/mute_schedule.cc) name no member at all.
constexpr std::string_view kOfExpression[] = {
    "of a cron expression", "cron has five fields", "is no date and time yyyy-MM-ddThh:mm"};

constexpr std::string_view kOpening = "1 validation error detected: Value '";
constexpr std::string_view kAt = "' at '";
constexpr std::string_view kConstraint = "' failed to satisfy constraint: Member must ";

/// "1 validation error detected: Value 'V' at 'MEMBER' failed to satisfy constraint: Member must
/// …". The value may hold anything: it is read from the end.
bool word_constraint(ApiError* error) {
  const std::string& text = error->message;
  const std::size_t end = text.rfind(kConstraint);
  if (!text.starts_with(kOpening) || end == std::string::npos) return false;
  const std::size_t at = text.rfind(kAt, end);
  if (at == std::string::npos) return false;
  const std::string member = text.substr(at + kAt.size(), end - at - kAt.size());
  const auto named = std::find_if(std::begin(kMembers), std::end(kMembers), [&](const Named& each) {
    return each.theirs == member;
  });
  if (named == std::end(kMembers)) return false;
  error->field = named->ours;
  error->message = fmt::format("{} must {}", named->ours, text.substr(end + kConstraint.size()));
  return true;
}

}  // namespace

void in_own_words(ApiError* error) {
  if (word_constraint(error)) return;
  for (const Named& each : kBeginnings) {
    if (!error->message.starts_with(each.theirs)) continue;
    error->message.replace(0, each.theirs.size(), each.ours);
    error->field = each.ours.substr(0, each.ours.find_first_of(" :"));
    return;
  }
  for (const std::string_view part : kOfExpression) {
    if (error->message.find(part) == std::string::npos) continue;
    error->message = "expression: " + error->message;
    error->field = "expression";
    return;
  }
}

}  // namespace tidemark::web::own
