#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "web/own/context.h"

/// Which members the bodies of writes may have. One that is none of them is refused before a
/// handler sees the body: a misspelt choice would else be the default, in silence.
namespace tidemark::web::own {

using Members = std::span<const std::string_view>;

inline constexpr std::array<std::string_view, 15> kAlarmMembers{"name",
                                                                "description",
                                                                "metric_id",
                                                                "metric",
                                                                "stat",
                                                                "period_s",
                                                                "kind",
                                                                "k",
                                                                "direction",
                                                                "threshold",
                                                                "evaluation_periods",
                                                                "datapoints_to_alarm",
                                                                "treat_missing_data",
                                                                "topic_arns",
                                                                "version"};
inline constexpr std::string_view kActionsMembers[] = {"enabled"};
inline constexpr std::string_view kWidthMembers[] = {"k", "was"};
inline constexpr std::string_view kMuteMembers[] = {
    "alarms", "description", "for", "expression", "duration", "timezone", "start", "expire"};
inline constexpr std::string_view kNewDetectorMembers[] = {
    "metric_id", "stat", "math", "periods_s", "choices"};
inline constexpr std::string_view kDetectorMembers[] = {"periods_s", "choices"};
inline constexpr std::string_view kMissedMembers[] = {
    "detector_id", "metric_id", "stat", "math", "from", "to"};
/// What an answer has besides may be sent back.
inline constexpr std::string_view kCalendarMembers[] = {
    "name", "days", "mute", "learn", "match", "source", "detectors", "pending"};
inline constexpr std::string_view kVerdictMembers[] = {"verdict", "comment"};
/// A question about an alarm that is there, or about one that is not yet.
inline constexpr auto kBacktestMembers = [] {
  std::array<std::string_view, 4 + kAlarmMembers.size()> out{
      "alarm", "from", "to", "alarms_per_week"};
  std::copy(kAlarmMembers.begin(), kAlarmMembers.end(), out.begin() + 4);
  return out;
}();
inline constexpr std::string_view kTeamMembers[] = {
    "tag", "prefix", "alarms", "alarms_per_week", "from", "to"};

/// The refusal of the first member of `object` that is none of `known`. `where`: what stands before
/// its name, such as "choices.".
std::optional<ApiError> refuse_unknown(const json& object,
                                       Members known,
                                       const std::string& where = "");

}  // namespace tidemark::web::own
