#pragma once

#include "learn/detector.h"

namespace tidemark::learn {

/// The slot of `cadence` (> 0) that holds `at`, with its civil fields `utc_offset_s` east of UTC.
/// The caller finds the offset for that instant in the time zone database; 0 is UTC.
Slot slot_at(Timestamp at, Duration cadence, int utc_offset_s = 0);

/// Fills the civil fields of `slot` from its start; leaves index and start alone.
void fill_civil(Slot& slot, int utc_offset_s);

}  // namespace tidemark::learn
