#include "learn/tide/evidence.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {
namespace {

constexpr double kMemory = 4000;  // values after which one counts 1/e in the ranks
constexpr double kUnrestRate = 0.1;
constexpr double kUnrestCap = 20;  // usual errors; one wild value is not unrest
constexpr double kDisplacementRate = 0.05;
constexpr double kMeanRate = 0.001;
constexpr double kMeanCap = 10;  // usual distances from the mean, once some are known
constexpr int kMeanCapFrom = 10;

// Weights, threshold and quiet time: chosen on NAB's files and the KPI together, see
// docs/detection.md.
constexpr double kUnrestWeight = 0.5;
constexpr double kDisplacementWeight = 0.25;
constexpr double kDistanceWeight = 0.25;
constexpr double kThreshold = 1.9;        // mean -log10 of the ranks after a thousand values
constexpr double kThresholdGrowth = 0.4;  // ... more for ten times as many values
constexpr int kThresholdFrom = 200;
constexpr double kQuietShare = 0.065;  // of history
constexpr double kReopenFactor = 1.6;
constexpr double kReopenMore = 0.3;

constexpr int kCountMax = 1'000'000;
constexpr double kSizeMax = 1e9;

double rank(const Histogram& sizes, double size) {
  const double tail = (sizes.above(size) + prior_tail(size)) / (sizes.total() + 1);
  return -std::log10(std::clamp(tail, 1e-12, 1.0));
}

void enter(Histogram& sizes, double size) {
  sizes.decay(1 - 1 / kMemory);
  sizes.add(size, 1);
}

double against(double size, double usual) {
  return std::min(size / usual, kSizeMax);
}

}  // namespace

double Evidence::unrest_with(const Sight& seen) const {
  const double size = std::min({std::abs(seen.error), kUnrestCap * seen.usual, kHuge});
  return unrest_ + (size - unrest_) * kUnrestRate;
}

double Evidence::displacement_with(const Sight& seen) const {
  return displacement_ + (std::clamp(seen.far, -kHuge, kHuge) - displacement_) * kDisplacementRate;
}

Evidence::Sizes Evidence::sizes(const Sight& seen) const {
  const double distance = count_ > 0 ? std::abs(seen.value - mean_) : 0;
  return {against(unrest_with(seen), seen.usual),
          against(std::abs(displacement_with(seen)), std::max(seen.far_usual, seen.floor)),
          against(distance, std::max(mean_error_, seen.floor))};
}

double Evidence::rarity(const Sizes& sizes) const {
  return kUnrestWeight * rank(unrests_, sizes.unrest) +
         kDisplacementWeight * rank(displacements_, sizes.displacement) +
         kDistanceWeight * rank(distances_, sizes.distance);
}

/// The longer a series is known, the rarer must be what deserves an alarm.
double Evidence::threshold() const {
  return kThreshold + kThresholdGrowth * std::log10(std::max(count_, kThresholdFrom) / 1000.0);
}

bool Evidence::quiet(std::int64_t slot, double rarity) const {
  return slot < quiet_until_ && rarity <= kReopenFactor * peak_ + kReopenMore;
}

double Evidence::score(std::int64_t slot, const Sight& seen) const {
  const double found = rarity(sizes(seen));
  const double times = found / threshold();
  if (times < 1) return 0.4 * times;
  if (quiet(slot, found)) return 0.5 - 0.1 / (times + 1e-9);
  return 1 - 0.5 / times;
}

void Evidence::learn(std::int64_t slot, const Sight& seen) {
  const Sizes now = sizes(seen);
  const double found = rarity(now);
  if (found >= threshold()) {
    if (quiet(slot, found)) {
      peak_ = std::max(peak_, found);
    } else {
      peak_ = found;
      const auto pause = static_cast<std::int64_t>(std::min(kQuietShare * count_, quiet_most_));
      quiet_until_ = slot > INT64_MAX - pause ? INT64_MAX : slot + pause;
    }
  }
  enter(unrests_, now.unrest);
  enter(displacements_, now.displacement);
  enter(distances_, now.distance);
  unrest_ = unrest_with(seen);
  displacement_ = displacement_with(seen);
  count_ = std::min(count_ + 1, kCountMax);
  double distance = std::abs(seen.value - mean_);
  const double rate = std::max(kMeanRate, 1.0 / count_);
  if (count_ == 1) distance = 0;
  mean_ = std::clamp(mean_ + (seen.value - mean_) * rate, -kHuge, kHuge);
  if (count_ > kMeanCapFrom)
    distance = std::min(distance, kMeanCap * std::max(mean_error_, seen.floor));
  mean_error_ += (distance - mean_error_) * rate;
}

}  // namespace tidemark::learn::tide
