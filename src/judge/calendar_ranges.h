#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "judge/detector_spec.h"

namespace tidemark::judge {

/// A stretch of periods, one behind the other, that the same calendars of a detector hold.
struct CalendarRange {
  Timestamp from, to;                  ///< start of the first period, end of the last
  std::vector<std::string> calendars;  ///< names, in the order of the detector's
  bool mute = false;                   ///< one of them gives no findings
  bool learn = true;                   ///< all of them are learned
  friend bool operator==(const CalendarRange&, const CalendarRange&) = default;
};

/// Beyond either, older ranges are left out.
struct CalendarRangeLimits {
  std::size_t ranges = 1000;
  std::size_t days = 3660;  ///< local ones that are looked at
};

/// Seconds from the start of a period to what the clocks that it is judged by show then.
using ClockOffset = std::function<int(Timestamp start)>;

/// Periods that start in [from, to); `from` is the start of one.
struct Periods {
  Timestamp from, to;
  Duration period;
};

/// Those that lie on days of these calendars, ascending. Whose day a period is, is as PeriodPolicy
/// has it: the local one of its start.
std::vector<CalendarRange> calendar_ranges(const std::vector<CalendarUse>& calendars,
                                           const Periods& periods,
                                           const ClockOffset& offset_of,
                                           CalendarRangeLimits limits = {});

}  // namespace tidemark::judge
