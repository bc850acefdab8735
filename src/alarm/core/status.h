#pragma once

#include <cstdint>
#include <string>

#include "alarm/rule.h"

namespace tidemark::alarm {

/// An alarm's state as kept: the control document "alarm_state" under the alarm's ARN.
struct AlarmStatus {
  AlarmState state = AlarmState::insufficient_data;
  std::string reason;
  std::string reason_data;
  std::string reason_words;
  Timestamp updated_at;
  Timestamp transitioned_at;
  /// Everything up to this instant was decided when the state was kept …
  Timestamp evaluated_to;
  /// … from samples up to this time (a client's clock may run ahead) …
  Timestamp seen_to;
  /// … and this log sequence.
  std::uint64_t sequence = 0;
  friend bool operator==(const AlarmStatus&, const AlarmStatus&) = default;
};

std::string to_json(const AlarmStatus& status);
Result<AlarmStatus> status_from_json(const std::string& text);

/// How far all alarms together are evaluated: the control document "setting" under kProgressKey.
struct Progress {
  Timestamp at;
  std::uint64_t sequence = 0;
};
inline constexpr const char* kProgressKey = "alarm.evaluated_up_to";
std::string to_json(const Progress& progress);
Result<Progress> progress_from_json(const std::string& text);

}  // namespace tidemark::alarm
