#pragma once

#include <optional>
#include <span>
#include <string>

#include "alarm/evaluate.h"
#include "model/transition.h"

namespace tidemark::alarm {

inline constexpr std::size_t kReasonMaxBytes = 1023;
inline constexpr std::size_t kReasonDataMaxBytes = 4000;
inline constexpr std::string_view kInitialReason = "Unchecked: Initial alarm creation";

/// A double as Java prints it, which is what AWS writes: "0.0", "12345.678", "1.0E10".
std::string java_double(double value);

/// StateReason of a decision as AWS words it: with DatapointsToAlarm "3 out of the last 5
/// datapoints […] were … (minimum 3 datapoints for OK -> ALARM transition)", without it "3
/// datapoints […] were …"; newest first, the five newest where there are more than three.
std::string reason_text(const AlarmRule& rule, const Decision& decision);

struct ReasonFacts {
  Timestamp query_date;
  Duration period{0};
  bool late = false;  ///< a sample came after its period was closed
};
/// StateReasonData: JSON in AWS' order of members. `evaluatedDatapoints` are the newest points that
/// the state needs: M for ALARM, N - M + 1 for OK, N for INSUFFICIENT_DATA. A list that would make
/// the text too long loses its oldest members.
std::string reason_data(const AlarmRule& rule, const Decision& decision, const ReasonFacts& facts);

/// What the sentence tells that rule and decision do not.
struct WordsFacts {
  AlarmState before = AlarmState::insufficient_data;  ///< until now
  Duration period{0};
  std::string unit;  ///< behind numbers, with its blank (base/people_unit.h)
  /// What was seen and usual up to now; empty: not known, and the sentence says less.
  std::span<const EvidencePoint> past{};
};
/// The reason in a sentence for people: "rows.read was 291; usual for a Saturday is 640 to 720."
/// True of its own time, whenever it is read. A value is there "again" only if it went back to what
/// was usual before the alarm; where the band has gone after it, that is said. Weekdays and times
/// are UTC; used by mail and pages, never parsed.
std::string reason_words(const AlarmRule& rule, const Decision& decision, const WordsFacts& facts);

}  // namespace tidemark::alarm
