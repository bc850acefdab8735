#pragma once

#include <cstdint>

namespace tidemark {

/// A period that CloudWatch takes: 1, 5, 10, 20, 30 or a multiple of 60 seconds.
constexpr bool is_metric_period(std::int64_t seconds) {
  const bool is_fine =
      seconds == 1 || seconds == 5 || seconds == 10 || seconds == 20 || seconds == 30;
  return is_fine || (seconds > 0 && seconds % 60 == 0);
}

}  // namespace tidemark
