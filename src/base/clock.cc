#include "base/clock.h"

namespace tidemark {

Timestamp SystemClock::wall() const {
  return machine_wall();
}

Timestamp SystemClock::machine_wall() const {
  return Timestamp(
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

Instant SystemClock::now() const {
  return Instant(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

}  // namespace tidemark
