#pragma once

#include <optional>

#include "base/time.h"

namespace tidemark::learn {

/// What a counter has grown by from one value to the next. A counter only grows; where it is less
/// than before it began again at 0.
inline double counter_increase(double before, double now) {
  return now >= before ? now - before : now;
}

/// The increase of a counter a second, value by value. Bounded memory, a function of the values.
class CounterRate {
 public:
  /// The increase a second since the value before, however long ago that was. nullopt: there is
  /// none before, the time is not after its, or the value is negative or not finite, which is no
  /// counter's; such values count for nothing later either, but for the first.
  std::optional<double> next(Timestamp at, double value);

 private:
  struct Known {
    Timestamp at;
    double value = 0;
  };
  std::optional<Known> newest_;
};

}  // namespace tidemark::learn
