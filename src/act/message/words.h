#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/transition.h"

namespace tidemark::act {

/// A number as a person reads it (base/people_number.h); "no data" for none.
std::string number_in_words(std::optional<double> value);

/// "2013-11-28 00:00 UTC", with seconds only where there are any.
std::string time_in_words(Timestamp at);

/// A point's value and what it was held against, with digits that show on which side it lies.
struct PointWords {
  std::string value;  ///< "81.83 %", "no data"
  std::string range;  ///< "98.2 to 100 %"; of a fixed limit "95 %"; "" of neither
};
/// `unit`: behind numbers, with its blank.
PointWords point_in_words(const EvidencePoint& point, std::string_view unit);

/// Was it held against a limit that people chose? Bands have two, which were learned.
bool has_fixed_limit(const EvidencePoint& point);

enum class Place { inside, above, below, unknown };
/// Where the value lies against the band. Equal to a limit is inside.
Place place_of(const EvidencePoint& point);

/// What a person wants to know of a transition, sentence by sentence, no markup.
struct AlarmFacts {
  std::string headline;            ///< `"reads" is in ALARM`
  std::string change;              ///< when, from which state to which
  std::vector<std::string> notes;  ///< drill, found late
  std::string metric;              ///< "" when there is none
  std::string dimensions;          ///< "JobName=etl, Type=gauge", "" when there are none
  std::string seen;                ///< newest value with its time
  std::string usual;               ///< its usual range; "" of a fixed limit
  std::string limit;               ///< the fixed limit; "" of a band
  std::string distance;            ///< how far outside it lies; "" inside
  std::string reason;              ///< in words where there are such, else as CloudWatch puts it
};
AlarmFacts facts_of(const Transition& transition);

/// The newest `count` points, oldest first.
std::vector<EvidencePoint> newest_points(const Transition& transition, std::size_t count);

}  // namespace tidemark::act
