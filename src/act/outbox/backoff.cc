#include "act/outbox/backoff.h"

#include <algorithm>
#include <chrono>

namespace tidemark::act {

Duration backoff(int attempts, Random& random) {
  constexpr std::chrono::duration<double> kFirst = std::chrono::seconds(5);
  constexpr std::chrono::duration<double> kMost = std::chrono::minutes(10);
  const int doublings = std::clamp(attempts - 1, 0, 7);
  const auto whole = std::min(kFirst * (1 << doublings), kMost);
  return std::chrono::duration_cast<Duration>(whole * (0.75 + 0.5 * uniform(random)));
}

}  // namespace tidemark::act
