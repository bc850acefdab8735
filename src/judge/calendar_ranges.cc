#include "judge/calendar_ranges.h"

#include <algorithm>
#include <optional>

#include "base/assert.h"

namespace tidemark::judge {
namespace {

struct Named {
  const CalendarUse& use;
  CalendarDays days;
};

std::vector<Named> named_days(const std::vector<CalendarUse>& calendars) {
  std::vector<Named> out;
  for (const CalendarUse& use : calendars) {
    auto days = CalendarDays::make(use.calendar);
    TM_ASSERT(days.has_value());
    out.push_back({use, *std::move(days)});
  }
  return out;
}

/// What the calendars say of a day, without times.
CalendarRange range_of(const std::vector<Named>& calendars, const CivilDay& day) {
  CalendarRange out;
  for (const Named& each : calendars) {
    if (!each.days.contains(day)) continue;
    out.calendars.push_back(each.use.calendar.name);
    out.mute = out.mute || each.use.mute;
    out.learn = out.learn && each.use.learn;
  }
  return out;
}

/// Puts a period before the others: into the oldest range, where the same calendars hold it.
void put_before(CalendarRange range, std::vector<CalendarRange>* out) {
  if (!out->empty() && out->back().from == range.to && out->back().calendars == range.calendars) {
    out->back().from = range.from;
  } else {
    out->push_back(std::move(range));
  }
}

}  // namespace

std::vector<CalendarRange> calendar_ranges(const std::vector<CalendarUse>& calendars,
                                           const Periods& periods,
                                           const ClockOffset& offset_of,
                                           CalendarRangeLimits limits) {
  std::vector<CalendarRange> out;
  if (calendars.empty()) return out;
  const auto& [from, to, period] = periods;
  const auto named = named_days(calendars);
  std::optional<CivilDay> looked_at;
  std::size_t days = 0;
  CalendarRange of_day;
  // Backwards, so that it is the oldest that a limit leaves out.
  const std::int64_t count = (to - from + period - Duration(1)) / period;
  for (std::int64_t number = count - 1; number >= 0; --number) {
    const Timestamp start = from + period * number;
    const CivilDay day = civil_day(start, offset_of(start));
    if (day != looked_at) {
      if (++days > limits.days) break;
      looked_at = day;
      of_day = range_of(named, day);
    }
    if (of_day.calendars.empty()) continue;
    of_day.from = start;
    of_day.to = start + period;
    put_before(of_day, &out);
    if (out.size() > limits.ranges) {
      out.pop_back();
      break;
    }
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace tidemark::judge
