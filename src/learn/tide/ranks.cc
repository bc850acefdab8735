#include "learn/tide/ranks.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "learn/tide/residuals.h"

namespace tidemark::learn::tide {
namespace {

// Bin i ends at kFirst * 2^(i/4) where i is a multiple of 4, and the three between them divide the
// octave evenly: as good as a logarithm, and cheaper. The last holds everything beyond 2^9.
constexpr double kFirst = 1.0 / 64;
constexpr double kBinsPerOctave = 4;
constexpr double kPriorWeight = 1;  // sizes that the assumed tail stands for
constexpr double kManySizes = 50;   // seen as large: what is assumed no longer matters
constexpr double kLeastShare = 1e-12;
constexpr double kRare = 0.005;         // sizes of a smaller share enter with less weight
constexpr double kLeastWeight = 0.125;  // ... with so much of it at least

}  // namespace

double Ranks::rarity(double share) {
  // By the logarithm that is cheaper.
  return -std::numbers::ln2 / std::numbers::ln10 * std::log2(share);
}

Ranks::Place Ranks::place(double size) {
  if (!(size > 0)) return {};
  // Below the first bin's end the scale is linear down to 0.
  if (size < kFirst) return {0, size / kFirst};
  int exponent = 0;
  const double half = std::frexp(size / kFirst, &exponent);  // [0.5, 1) * 2^exponent, exponent >= 1
  const double at = kBinsPerOctave * (exponent - 1 + (2 * half - 1)) + 1;
  if (at >= kBins - 1) return {kBins - 1, 0};
  const auto bin = static_cast<std::size_t>(at);
  return {bin, at - static_cast<double>(bin)};
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

double Ranks::share_above(double size) const {
  double seen = sum_above(place(size)) / kUnit;
  if (seen < kManySizes) seen += kPriorWeight * prior_tail(size);
  return std::clamp(seen / (1.0 * total_ / kUnit + kPriorWeight), kLeastShare, 1.0);
}

void Ranks::enter(double size, double share) {
  add(place(size),
      static_cast<std::uint32_t>(kUnit * std::clamp(share / kRare, kLeastWeight, 1.0)));
}

}  // namespace tidemark::learn::tide
