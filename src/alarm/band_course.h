#pragma once

#include <span>

#include "alarm/evaluate.h"
#include "model/transition.h"

namespace tidemark::alarm {

/// Why values that broke their band do so no more: they went back, or the band went after them.
struct BandCourse {
  enum class End {
    unknown,   ///< what is known does not tell
    back,      ///< the newest value is usual by the band that was broken
    followed,  ///< the values are as they were, and the band has moved to them
  };
  End end = End::unknown;
  Timestamp began;  ///< the first period that broke its band
  Timestamp since;  ///< the first one behind it that did not
  Limits before;    ///< of the band that was broken
};

/// Looks back from `at`, a period that does not break its band. `past`: ascending, with the limits
/// of each period; what is later than `at` does not count.
BandCourse band_course(const Judgement& judgement,
                       std::span<const EvidencePoint> past,
                       Timestamp at,
                       Duration period);

/// Looks back from `at`, a period that breaks its band: has the band gone after earlier values,
/// and is this one usual by the band from before them? Else End::unknown.
BandCourse band_course_before(const Judgement& judgement,
                              std::span<const EvidencePoint> past,
                              Timestamp at,
                              Duration period);

}  // namespace tidemark::alarm
