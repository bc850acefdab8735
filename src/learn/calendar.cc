#include "learn/calendar.h"

#include "base/assert.h"

namespace tidemark::learn {
namespace {

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

void fill_civil(Slot& slot, int utc_offset_s) {
  const CivilTime local = to_civil(slot.start + std::chrono::seconds(utc_offset_s));
  slot.second_of_day = local.hour * 3600 + local.minute * 60 + local.second;
  slot.weekday = local.weekday;
  slot.day_of_month = local.day;
  slot.days_in_month = days_in_month(local.year, local.month);
}

Slot slot_at(Timestamp at, Duration cadence, int utc_offset_s) {
  TM_ASSERT(cadence.count() > 0);
  Slot slot;
  slot.index = at.ns() / cadence.count() - (at.ns() % cadence.count() < 0 ? 1 : 0);
  slot.start = at.floor_to(cadence);
  fill_civil(slot, utc_offset_s);
  return slot;
}

}  // namespace tidemark::learn
