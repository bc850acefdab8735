#include "learn/tide/lags.h"

#include <algorithm>

namespace tidemark::learn::tide {
namespace {

constexpr double kKeep = 1 - 1.0 / 512;  // of a product, a slot later
constexpr double kGainMax = 1e3;
constexpr int kPasses = 3;            // of a period before it can stand out
constexpr double kStandsOut = 0.3;    // autocorrelation of a period
constexpr double kNearBest = 0.9;     // a shorter period that explains this part of the best is it
constexpr double kLeavesOpen = 0.1;   // a period that leaves less is the one
constexpr double kClearlyMore = 0.5;  // of what a period leaves open: a multiple leaves less of it

}  // namespace

void Lags::add(double step) {
  step = std::clamp(step, -kBound, kBound);
  gain_ /= kKeep;
  const auto entered = static_cast<float>(gain_ * step);
  for (std::size_t i = 0; i < sums_.size(); ++i)
    sums_[i] += entered * newest_[i];
  power_ += gain_ * step * step;
  if (gain_ > kGainMax) {
    const auto part = static_cast<float>(1 / gain_);
    for (float& v : sums_)
      v *= part;
    power_ /= gain_;
    gain_ = 1;
  }
  std::shift_right(newest_.begin(), newest_.end(), 1);
  newest_[0] = static_cast<float>(step);
  seen_ = std::min(seen_ + 1, kSeenMax);
}

void Lags::skip(std::int64_t slots) {
  const std::int64_t count = std::min<std::int64_t>(slots, most());
  std::shift_right(newest_.begin(), newest_.end(), count);
  std::fill_n(newest_.begin(), count, 0.0F);
  seen_ = std::min(seen_ + static_cast<int>(count), kSeenMax);
}

double Lags::at(int lag) const {
  if (lag < 1 || lag > most() || !(power_ > 0)) return 0;
  return static_cast<double>(sums_[static_cast<std::size_t>(lag - 1)]) / power_;
}

/// The longest lag of which enough is known.
int Lags::known() const {
  return std::min(most() - 1, seen_ / kPasses);
}

bool Lags::peaks(int lag) const {
  const auto i = static_cast<std::size_t>(lag - 1);
  return sums_[i] > sums_[i - 1] && sums_[i] >= sums_[i + 1];
}

int Lags::period() const {
  const int longest = known();
  double best = kStandsOut;
  for (int lag = kLeast; lag <= longest; ++lag)
    best = std::max(best, at(lag));
  for (int lag = kLeast; lag <= longest; ++lag) {
    if (at(lag) > kStandsOut && at(lag) >= kNearBest * best && peaks(lag)) return lag;
  }
  return 0;
}

int Lags::better_multiple(int period) const {
  if (period == 0 || 1 - at(period) < kLeavesOpen) return 0;
  int out = 0;
  double open = kClearlyMore * (1 - at(period));
  for (int lag = 2 * period; lag <= known(); lag += period) {
    if (1 - at(lag) >= open) continue;
    open = kClearlyMore * (1 - at(lag));
    out = lag;
  }
  return out;
}

}  // namespace tidemark::learn::tide
