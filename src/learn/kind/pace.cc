#include "learn/kind/pace.h"

#include <algorithm>

namespace tidemark::learn::kind {
namespace {

constexpr int kHour = 3600;
constexpr int kDailyFrom = 20 * kHour;  // as the detectors: slower ones know no hours
constexpr int kDailyTo = 28 * kHour;

}  // namespace

Pace Pace::of(Duration cadence) {
  Pace out;
  out.slot_s = static_cast<int>(std::clamp<std::int64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(cadence).count(), 1, kDay * 366));
  out.bucket_s = std::max(kHour, out.slot_s);
  if (out.slot_s < kDailyFrom) {
    const int in_day = std::max(1, kDay / out.bucket_s);
    out.buckets = 7 * in_day;
  } else {
    out.buckets = out.slot_s <= kDailyTo ? 7 : 1;
    out.cycle = out.is_daily() ? 14 : 8;
  }
  return out;
}

int Pace::place(const Slot& slot) const {
  if (buckets == 1) return 0;
  if (is_daily()) return slot.weekday;
  const int in_day = buckets / 7;
  return slot.weekday * in_day + std::min(slot.second_of_day / bucket_s, in_day - 1);
}

bool Pace::is_last(const Slot& slot) const {
  if (slot_s >= bucket_s) return true;
  return slot.second_of_day % bucket_s + slot_s >= bucket_s;
}

}  // namespace tidemark::learn::kind
