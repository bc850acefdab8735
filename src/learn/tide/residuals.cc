#include "learn/tide/residuals.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::tide {
namespace {

// Bin i ends at kFirst * 2^(i/4); the last holds everything beyond 2^9.
constexpr double kFirst = 1.0 / 64;
constexpr double kBinsPerOctave = 4;
constexpr double kPriorWeight = 20;  // values the assumed distribution stands for
constexpr std::array<double, 3> kLevelStep{0.12, 0.12, 0.08};
constexpr double kMissedMemory = 400;  // values, or a fifth of all memory
constexpr double kLevelMin = -2;
constexpr double kLevelMax = 1.5;
constexpr double kTailMin = 2e-4;
constexpr double kGainMax = 1e6;

double place(double magnitude) {
  if (!(magnitude > 0)) return 0;
  const double at = std::log2(magnitude / kFirst) * kBinsPerOctave;
  // Below the first bin's end the scale is linear down to 0.
  if (at < 0) return magnitude / kFirst;
  return std::min(at + 1, static_cast<double>(Histogram::kBins - 1));
}

double magnitude_at(double place) {
  if (place < 1) return place * kFirst;
  return kFirst * std::exp2((place - 1) / kBinsPerOctave);
}

/// Reads one side from its end inwards; past its last value the other side begins.
class SideReader {
 public:
  SideReader(const Histogram& near, const Histogram& other)
      : near_(near), other_(other), tails_(near) {}
  double next(double weight) {
    if (weight <= near_.total()) return tails_.next(weight);
    const double inside = other_.total() - (weight - near_.total());
    return -Histogram::Tails(other_).next(std::max(0.0, inside));
  }

 private:
  const Histogram& near_;
  const Histogram& other_;
  Histogram::Tails tails_;
};

/// Quantiles become half-widths around `centre`, ascending, carried on to k = 2 and 3.
void count_from(double centre, std::array<double, 3>* widths) {
  double widest = 0;
  for (double& width : *widths) {
    widest = std::max(widest, width - centre);
    width = widest;
  }
  auto& [at1, at2, at3] = *widths;
  at2 = at1 + (at2 - at1) / (kFitted[1] - 1);
  at3 = at2 + std::max(0.0, at3 - at2) / (kFitted[2] - 2);
}

}  // namespace

double prior_tail(double x) {
  const double u = 1 + x * x / 4;
  const double t = x / std::sqrt(u);
  const double inside = 0.75 * t * (1 - t * t / 12);
  // For large x the difference from 1 loses its digits; the leading term is 6 x^-4.
  if (x > 50) return 6 / (x * x * x * x);
  return std::max(1 - inside, 1e-12);
}

void Histogram::add(double magnitude, double weight) {
  const double at = place(magnitude);
  const auto low = static_cast<std::size_t>(at);
  const double part = at - static_cast<double>(low);
  weight *= gain_;
  bins_[low] += weight * (1 - part);
  if (low + 1 < kBins) bins_[low + 1] += weight * part;
  total_ += weight;
}

void Histogram::decay(double keep) {
  gain_ /= keep;
  if (gain_ < kGainMax) return;
  for (double& v : bins_)
    v /= gain_;
  total_ /= gain_;
  gain_ = 1;
}

double Histogram::above(double magnitude) const {
  const double at = place(magnitude);
  const auto low = static_cast<std::size_t>(at);
  // Four sums side by side: one alone would wait for each addition.
  std::array<double, 4> parts{};
  std::size_t i = low + 1;
  for (; i % 4 != 0; ++i)
    parts[i % 4] += bins_[i];
  for (; i < kBins; i += 4) {
    for (std::size_t k = 0; k < 4; ++k)
      parts[k] += bins_[i + k];
  }
  double sum = (parts[0] + parts[1]) + (parts[2] + parts[3]);
  // A bin's weight is spread evenly over half a bin to each side of its place.
  const double part = at - static_cast<double>(low);
  if (part < 0.5) return (sum + bins_[low] * (0.5 - part)) / gain_;
  if (low + 1 < kBins) sum -= bins_[low + 1] * (part - 0.5);
  return sum / gain_;
}

Histogram::Tails::Tails(const Histogram& of) : of_(of) {
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const double* bin = &of.bins_[i * kBlock];
    blocks_[i] = ((bin[0] + bin[1]) + (bin[2] + bin[3])) + ((bin[4] + bin[5]) + (bin[6] + bin[7]));
  }
}

double Histogram::Tails::next(double weight) {
  weight *= of_.gain_;
  for (; at_ > 0; --at_) {
    // Whole blocks first: bin by bin, each addition would wait for the one before.
    if (at_ % kBlock == 0 && sum_ + blocks_[at_ / kBlock - 1] < weight) {
      sum_ += blocks_[at_ / kBlock - 1];
      at_ -= kBlock - 1;
      continue;
    }
    const double bin = of_.bins_[at_ - 1];
    if (sum_ + bin < weight) {
      sum_ += bin;
      continue;
    }
    const double part = bin > 0 ? (weight - sum_) / bin : 0;
    return magnitude_at(std::max(0.0, static_cast<double>(at_) - 0.5 - part));
  }
  return 0;
}

Residuals::Residuals(double memory)
    : keep_(1 - 1 / memory), missed_rate_(1 / std::max(kMissedMemory, memory / 5)) {
  double before = 1;
  for (std::size_t i = 0; i < Histogram::kBins; ++i) {
    const double next = prior_tail(magnitude_at(static_cast<double>(i) + 0.5));
    const double weight = kPriorWeight * std::max(0.0, before - next) / 2;
    below_.add(magnitude_at(static_cast<double>(i)), weight);
    above_.add(magnitude_at(static_cast<double>(i)), weight);
    before = next;
  }
  refresh();
}

void Residuals::learn(double z, const Misses& misses) {
  below_.decay(keep_);
  above_.decay(keep_);
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Miss miss = misses[side][i];
      if (miss == Miss::unknown) continue;
      double& level = level_[side][i];
      level += kLevelStep[i] * (target(side, i) - (miss == Miss::yes ? 1.0 : 0.0));
      level = std::clamp(level, kLevelMin, kLevelMax);
    }
  }
  note_missed(misses);
  // An error of exactly 0 belongs to both sides.
  if (z <= 0) below_.add(-z, z == 0 ? 0.5 : 1);
  if (z >= 0) above_.add(z, z == 0 ? 0.5 : 1);
  refresh();
}

/// An edge that the domain set is not missed either, as far as the whole band's coverage goes.
void Residuals::note_missed(const Misses& misses) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (misses[0][i] == Miss::unknown && misses[1][i] == Miss::unknown) continue;
    for (std::size_t side = 0; side < 2; ++side) {
      double& share = missed_[side][i];
      share += ((misses[side][i] == Miss::yes ? 1.0 : 0.0) - share) * missed_rate_;
    }
  }
}

/// The chance to be missed on one side: its own, and what the other side leaves unused because the
/// series cannot go there. So a series that rests at 0 is not covered more often than asked for.
double Residuals::target(std::size_t side, std::size_t i) const {
  return kTail[i] + std::max(0.0, kTail[i] - missed_[1 - side][i]);
}

double Residuals::tail(double z) const {
  const double magnitude = std::abs(z);
  const double weight = below_.above(magnitude) + above_.above(magnitude) + prior_tail(magnitude);
  return std::clamp(weight / (below_.total() + above_.total() + 1), 1e-30, 1.0);
}

Outlook Residuals::make_shape() const {
  const double total = below_.total() + above_.total();
  Outlook out;
  double median = 0;
  for (std::size_t side = 0; side < 2; ++side) {
    SideReader read(side == 0 ? below_ : above_, side == 0 ? above_ : below_);
    auto& widths = side == 0 ? out.below : out.above;
    double tail = kTailMin;
    for (std::size_t i = 3; i-- > 0;) {
      tail = std::clamp(target(side, i) * std::exp(level_[side][i]), tail, 0.45);
      widths[i] = read.next(tail * total);
    }
    if (side == 1) median = read.next(0.5 * total);
  }
  out.expected = median;
  count_from(-median, &out.below);
  count_from(median, &out.above);
  return out;
}

}  // namespace tidemark::learn::tide
