#include "learn/tide/surprise.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {
namespace {

constexpr double kBits = 4;     // of a step of which nothing is known
constexpr double kPrior = 0.5;  // steps that an even spread over all levels stands for

}  // namespace

int Surprise::level(double value, double low, double high) const {
  // Halves, since the range itself may be beyond the doubles.
  const double range = high / 2 - low / 2;
  if (!(range > 0)) return 0;
  const double place = (value / 2 - low / 2) / range * kLevels;
  return std::clamp(static_cast<int>(place), 0, kLevels - 1);
}

double Surprise::of(double value) const {
  if (last_ < 0) return 0;
  const auto from = static_cast<std::size_t>(last_) * kLevels;
  int all = 0;
  for (std::size_t i = 0; i < kLevels; ++i)
    all += steps_[from + i];
  const int to = level(value, std::min(low_, value), std::max(high_, value));
  const int seen = steps_[from + static_cast<std::size_t>(to)];
  return -std::log2((seen + kPrior / kLevels) / (all + kPrior)) / kBits;
}

double Surprise::beyond(double value) const {
  if (last_ < 0) return 0;
  const double more = std::max(value / 2 - high_ / 2, low_ / 2 - value / 2);
  if (!(more > 0)) return 0;
  const double range = high_ / 2 - low_ / 2;
  return more < range ? more / range : 1;
}

void Surprise::learn(double value) {
  if (last_ < 0) low_ = high_ = value;
  low_ = std::min(low_, value);
  high_ = std::max(high_, value);
  const int to = level(value, low_, high_);
  if (last_ >= 0) {
    const auto from = static_cast<std::size_t>(last_) * kLevels;
    auto& seen = steps_[from + static_cast<std::size_t>(to)];
    if (++seen >= kStepsMax) {
      for (std::size_t i = 0; i < kLevels; ++i)
        steps_[from + i] /= 2;
    }
  }
  last_ = to;
}

}  // namespace tidemark::learn::tide
