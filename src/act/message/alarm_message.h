#pragma once

#include <string>
#include <string_view>

#include "model/transition.h"

namespace tidemark::act {

/// The JSON text that CloudWatch puts into the `Message` of an alarm's SNS notification. Of a
/// composite alarm: AlarmRule in place of Trigger.
std::string alarm_message(const Transition& transition);

/// `ALARM: "name" in US East (N. Virginia)`, at most 100 characters, on one line; a long name is
/// cut.
std::string alarm_subject(const Transition& transition);

/// "MetricAlarm" or "CompositeAlarm".
std::string alarm_type(const Transition& transition);

/// The page of the alarm: `<public_url>/alarms/NAME`.
std::string alarm_url(std::string_view public_url, std::string_view alarm_name);

/// At most `characters` of `text`, "…" in place of what is cut; bytes that are not UTF-8 and
/// control characters become U+FFFD and blanks.
std::string one_line(std::string_view text, std::size_t characters);

}  // namespace tidemark::act
