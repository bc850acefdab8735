#include "learn/cadence.h"

#include <algorithm>

namespace tidemark::learn {

using namespace std::chrono_literals;

Duration snap_cadence(Duration gap) {
  constexpr Duration kUsual[] = {1s,
                                 5s,
                                 10s,
                                 15s,
                                 30s,
                                 1min,
                                 5min,
                                 10min,
                                 15min,
                                 30min,
                                 1h,
                                 2h,
                                 3h,
                                 4h,
                                 6h,
                                 8h,
                                 12h,
                                 24h,
                                 168h};
  for (const Duration usual : kUsual) {
    if (gap >= usual - usual / 10 && gap <= usual + usual / 10) return usual;
  }
  return std::clamp<Duration>(gap, 1ms, 24h * 366);
}

void CadenceLearner::see(Timestamp at) {
  if (newest_ && at <= *newest_) return;
  if (newest_) gaps_[count_++ % kGapsMax] = at - *newest_;
  newest_ = at;
}

std::optional<Duration> CadenceLearner::cadence() const {
  if (count_ < kGapsMin) return std::nullopt;
  const std::size_t known = std::min(count_, kGapsMax);
  std::array<Duration, kGapsMax> sorted = gaps_;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((known - 1) / 2);
  std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(known));
  return snap_cadence(*middle);
}

bool CadenceLearner::contradicts(Duration current) const {
  if (count_ < kGapsMax) return count_ % 8 == 7 && *cadence() != current;
  // Cheaper than the median, and nearly always the answer: most gaps are far from speaking for it.
  const auto far = [&](Duration gap) { return gap > current / 5 * 9 || gap < current / 9 * 5; };
  const auto others = std::count_if(gaps_.begin(), gaps_.end(), far);
  if (others <= static_cast<std::ptrdiff_t>(kGapsMax / 2)) return false;
  const Duration now = *cadence();
  return now > 2 * current || now < current / 2;
}

}  // namespace tidemark::learn
