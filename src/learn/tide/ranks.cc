#include "learn/tide/ranks.h"

#include <algorithm>
#include <cmath>

#include "learn/tide/residuals.h"

namespace tidemark::learn::tide {
namespace {

// Bin i ends at kFirst * 2^(i/4); the last holds everything beyond 2^9.
constexpr double kFirst = 1.0 / 64;
constexpr double kBinsPerOctave = 4;
constexpr double kPriorWeight = 1;  // sizes that the assumed tail stands for
constexpr double kLeastShare = 1e-12;
constexpr double kRare = 0.005;         // sizes of a smaller share enter with less weight
constexpr double kLeastWeight = 0.125;  // ... with so much of it at least

}  // namespace

Ranks::Place Ranks::place(double size) {
  if (!(size > 0)) return {};
  const double at = std::log2(size / kFirst) * kBinsPerOctave;
  // Below the first bin's end the scale is linear down to 0.
  if (at < 0) return {0, size / kFirst};
  const double bin = std::floor(at) + 1;
  if (bin >= kBins - 1) return {kBins - 1, 0};
  return {static_cast<std::size_t>(bin), at + 1 - bin};
}

void Ranks::add(const Place& at, std::uint32_t weight) {
  const auto next = static_cast<std::uint32_t>(at.part * weight + 0.5);
  bins_[at.bin] += weight - next;
  if (next > 0) bins_[at.bin + 1] += next;
  total_ += weight;
  if (total_ < kTotalMax) return;
  // Halving all once it is full is a decay that costs nothing in between.
  total_ = 0;
  for (auto& v : bins_) {
    v /= 2;
    total_ += v;
  }
}

/// A bin's weight is spread evenly over half a bin to each side of its place.
double Ranks::sum_above(const Place& at) const {
  std::uint32_t sum = 0;
  for (std::size_t i = at.bin + 1; i < kBins; ++i)
    sum += bins_[i];
  if (at.part < 0.5) return sum + bins_[at.bin] * (0.5 - at.part);
  if (at.bin + 1 == kBins) return sum;
  return sum - bins_[at.bin + 1] * (at.part - 0.5);
}

double Ranks::share(const Place& at, double size) const {
  const double seen = sum_above(at) / kUnit + kPriorWeight * prior_tail(size);
  return std::clamp(seen / (1.0 * total_ / kUnit + kPriorWeight), kLeastShare, 1.0);
}

double Ranks::of(double size) const {
  return -std::log10(share(place(size), size));
}

double Ranks::enter(double size) {
  const Place at = place(size);
  const double found = share(at, size);
  add(at, static_cast<std::uint32_t>(kUnit * std::clamp(found / kRare, kLeastWeight, 1.0)));
  return -std::log10(found);
}

}  // namespace tidemark::learn::tide
