#include "learn/counter_rate.h"

#include <cmath>

namespace tidemark::learn {

std::optional<double> CounterRate::next(Timestamp at, double value) {
  if (!std::isfinite(value) || value < 0) return std::nullopt;
  if (newest_ && at <= newest_->at) return std::nullopt;
  std::optional<double> out;
  if (newest_) {
    out = counter_increase(newest_->value, value) /
          std::chrono::duration<double>(at - newest_->at).count();
  }
  newest_ = {at, value};
  return out && std::isfinite(*out) ? out : std::nullopt;
}

}  // namespace tidemark::learn
