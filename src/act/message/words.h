#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/transition.h"

namespace tidemark::act {

/// "9,812,331", "1,510.22", "0.0205", "1.5e-09": a number as a person reads it. Whole numbers have
/// all their digits, others six of them, those below 1 four. "no data" for none.
std::string number_in_words(std::optional<double> value);

/// "2013-11-28 00:00 UTC", with seconds only where there are any.
std::string time_in_words(Timestamp at);

/// "between 1,200 and 1,950", "above 1,200", "below 1,950", or "" without a band.
std::string range_in_words(const EvidencePoint& point);

enum class Place { inside, above, below, unknown };
/// Where the value lies against the band. Equal to a limit is inside.
Place place_of(const EvidencePoint& point);

/// What a person wants to know of a transition, sentence by sentence, no markup.
struct AlarmFacts {
  std::string headline;            ///< `"reads" is in ALARM`
  std::string change;              ///< when, from which state to which
  std::vector<std::string> notes;  ///< drill, found late
  std::string metric;              ///< "" when there is none
  std::string seen;                ///< newest value with its time
  std::string usual;               ///< its usual range
  std::string distance;            ///< how far outside it lies; "" inside
  std::string reason;              ///< in words where there are such, else as CloudWatch puts it
};
AlarmFacts facts_of(const Transition& transition);

/// The newest `count` points, oldest first.
std::vector<EvidencePoint> newest_points(const Transition& transition, std::size_t count);

}  // namespace tidemark::act
