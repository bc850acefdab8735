#pragma once

#include <string>

#include "base/time.h"

namespace tidemark {

/// A time as people read it in a sentence, in UTC: "28 Nov 2013" of a period of a day or more,
/// "28 Nov 2013 02:00" of a shorter one.
std::string people_time(Timestamp at, Duration period);
/// "1 day", "5 minutes": the largest unit that fits without a rest.
std::string people_duration(Duration duration);

}  // namespace tidemark
