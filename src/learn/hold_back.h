#pragma once

#include "learn/detector.h"

namespace tidemark::learn {

/// Whether a caller that alarms on bands holds a value back from learning (decision 6): one whose
/// `score` is kHoldBackScore or more, or that lies so far outside of its band that the next
/// forecast, which starts from the newest value, must not follow it; in the quiet time after a
/// finding scores are low. Slots of 20 hours and more go by the band alone, outside of
/// kHoldBackWidth: a score is a rank in the series' own history, and theirs is too short for one.
/// Measured in docs/decisions/0006.
bool is_held_back(double value, double score, const Outlook& outlook, Duration cadence);

}  // namespace tidemark::learn
