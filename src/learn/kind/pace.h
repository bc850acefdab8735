#pragma once

#include "base/time.h"
#include "learn/detector.h"

namespace tidemark::learn::kind {

/// How slots of a cadence are put together: into hours of the week when a day has several slots,
/// days of the week when slots are daily, and one and the same place for anything slower.
struct Pace {
  static constexpr int kDay = 86'400;

  int slot_s = 60;      ///< seconds of a slot, at least 1
  int bucket_s = 3600;  ///< ... of a bucket; an hour at least, a slot at least
  int buckets = 168;    ///< places in a week
  int cycle = 24;  ///< buckets of a whole turn: a day, two weeks of days, eight of anything slower

  static Pace of(Duration cadence);
  [[nodiscard]] bool is_daily() const { return buckets == 7; }
  /// The slot's place in the week.
  [[nodiscard]] int place(const Slot& slot) const;
  /// Is there no later slot in its bucket?
  [[nodiscard]] bool is_last(const Slot& slot) const;
};

}  // namespace tidemark::learn::kind
