#include "judge/period_learner.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tidemark::judge {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<Duration, 14> kPeriods = {minutes(1),
                                               minutes(5),
                                               minutes(10),
                                               minutes(15),
                                               minutes(30),
                                               hours(1),
                                               hours(2),
                                               hours(3),
                                               hours(4),
                                               hours(6),
                                               hours(8),
                                               hours(12),
                                               hours(24),
                                               hours(168)};

/// Nearest by ratio: a job that takes 23 to 25 hours is a daily one.
Duration snap(Duration gap) {
  const auto distance = [gap](Duration period) {
    return std::fabs(
        std::log(static_cast<double>(gap.count()) / static_cast<double>(period.count())));
  };
  return *std::min_element(kPeriods.begin(), kPeriods.end(), [&](Duration a, Duration b) {
    return distance(a) < distance(b);
  });
}

}  // namespace

void PeriodLearner::feed(std::span<const Sample> samples) {
  for (const Sample& sample : samples) {
    const auto at = std::lower_bound(times_.begin(), times_.end(), sample.at);
    if (at != times_.end() && *at == sample.at) continue;
    times_.insert(at, sample.at);
    if (times_.size() > kTimesMax) times_.erase(times_.begin());
  }
}

std::optional<Duration> PeriodLearner::period() const {
  if (times_.size() < kTimesMin) return std::nullopt;
  std::vector<Duration> gaps;
  for (std::size_t i = 1; i < times_.size(); ++i)
    gaps.push_back(times_[i] - times_[i - 1]);
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return snap(*middle);
}

void PeriodLearner::save(ByteSink& out) const {
  out.varint(times_.size());
  for (const Timestamp at : times_)
    out.i64(at.ns());
}

Result<void> PeriodLearner::restore(ByteSource& in) {
  TM_TRY(const auto size, in.varint());
  if (size > kTimesMax) return fail(Errc::corrupt, "cadence state is too long");
  times_.clear();
  for (std::uint64_t i = 0; i < size; ++i) {
    TM_TRY(const auto ns, in.i64());
    times_.push_back(Timestamp::from_ns(ns));
  }
  return {};
}

}  // namespace tidemark::judge
