#pragma once

#include <string>

#include "alarm/core/status.h"
#include "alarm/rule.h"
#include "model/control_store.h"

/// The JSON documents about alarms that clients parse (forms: CloudWatch user guide and replies).
namespace tidemark::alarm {

/// `Trigger` of the SNS message: statistics in capitals, dimensions with lower-case keys, "" where
/// a choice was not made.
std::string trigger_json(const AlarmRule& rule);
/// `configuration` of the EventBridge event.
std::string configuration_json(const AlarmRule& rule);

inline constexpr std::size_t kHistoryDataMaxBytes = 4095;
/// "Alarm updated from OK to ALARM", with old and new state in the data. Reason data of the states
/// is left out, the old one's first, where the item would be too long.
HistoryItem state_update(const AlarmRule& rule,
                         const AlarmStatus& before,
                         const AlarmStatus& after);

enum class Configured { created, updated, deleted };
/// "Alarm "x" created", with the alarm's configuration in the data.
HistoryItem configuration_update(const AlarmRule& rule,
                                 const AlarmStatus& status,
                                 Configured what,
                                 Timestamp at);

/// Is it JSON text?
bool is_json(const std::string& text);

}  // namespace tidemark::alarm
