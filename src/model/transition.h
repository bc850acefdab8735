#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tidemark {

/// One point of a transition's evidence: what was seen and what was usual.
struct EvidencePoint {
  Timestamp at;
  std::optional<double> value;
  std::optional<double> lower, expected, upper;
  friend bool operator==(const EvidencePoint&, const EvidencePoint&) = default;
};
inline constexpr std::size_t kEvidenceMaxPoints = 200;

/// An alarm's change of state with all that `act` needs to tell people, without asking anyone.
struct Transition {
  std::string id;  ///< UUID; the same after a crash and restart
  std::string alarm_name;
  std::string alarm_arn;
  std::string alarm_description;
  std::string account;
  std::string region;
  std::string old_state;  ///< "OK", "ALARM" or "INSUFFICIENT_DATA"
  std::string new_state;
  std::string reason;
  std::string reason_data;  ///< JSON text, "" when there is none
  /// The reason in a sentence for people; "" when there is none.
  std::string reason_words;
  Timestamp at;  ///< data time
  Timestamp configuration_updated_at;
  bool late = false;               ///< found by catching up after a stop
  bool drill = false;              ///< set by hand (SetAlarmState)
  bool after_mute = false;         ///< told when the mute that held it back had ended
  std::string metric_title;        ///< "Glue glue.driver.aggregate.recordsRead (Sum, 1 day)"
  std::string dimensions;          ///< of the metric: "JobName=etl, Type=gauge"; "" without
  std::string unit;                ///< behind its numbers, with its blank (base/people_unit.h)
  std::string trigger_json;        ///< the `Trigger` object of the SNS message (cloudwatch.md d.4)
  std::string configuration_json;  ///< the `configuration` object of the EventBridge event
  std::vector<std::string> ok_actions, alarm_actions, insufficient_data_actions;
  std::vector<EvidencePoint> evidence;  ///< ascending, at most kEvidenceMaxPoints
  friend bool operator==(const Transition&, const Transition&) = default;
};

/// JSON text and back; unknown keys are ignored, a missing one or a wrong type is `Errc::corrupt`.
std::string to_json(const Transition& transition);
Result<Transition> transition_from_json(const std::string& text);

}  // namespace tidemark
