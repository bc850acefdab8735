#include "learn/always_on/tails.h"

#include <algorithm>
#include <cmath>

#include "learn/always_on/rough_log2.h"

namespace tidemark::learn::always_on {
namespace {

constexpr float kFirst = 0.25F;  // place of bin 1; bin 0 is at 0, the others half an octave apart
constexpr float kBinsPerOctave = 2;
constexpr unsigned kOne = 32;       // weight of a value, split between two bins
constexpr unsigned kFull = 60'000;  // then all weights are halved
// What is assumed before values come: a Student t of 4 degrees of freedom of mean size 1.
constexpr std::array<std::uint16_t, Tails::kBins> kPrior{
    40, 60, 58, 66, 62, 48, 30, 15, 6, 3, 1, 1};
constexpr float kStep = 0.08F;
constexpr float kFactorMin = 1.0F / 16;
constexpr float kFactorMax = 64;

// By whether the side is alone, and whether it was missed.
constexpr auto kCorrection = [] {
  std::array<std::array<std::array<float, 3>, 2>, 2> out{};
  for (std::size_t alone = 0; alone < 2; ++alone) {
    for (std::size_t missed = 0; missed < 2; ++missed) {
      for (std::size_t i = 0; i < 3; ++i) {
        const float chance = Tails::kTail[i] * (alone != 0 ? 2.0F : 1.0F);
        out[alone][missed][i] = 1 + kStep * ((missed != 0 ? 1.0F : 0.0F) - chance);
      }
    }
  }
  return out;
}();

float place_of(float magnitude) {
  if (magnitude < kFirst) return magnitude / kFirst;
  return std::min(1 + kBinsPerOctave * rough_log2(magnitude / kFirst),
                  static_cast<float>(Tails::kBins - 1));
}

float magnitude_at(float place) {
  if (place < 1) return place * kFirst;
  return kFirst * rough_exp2((place - 1) / kBinsPerOctave);
}

}  // namespace

Tails::Tails() {
  weight = {kPrior, kPrior};
  for (auto& side : factor)
    side.fill(1);
  refresh();
}

void Tails::add(float z) {
  const float at = place_of(std::abs(z));
  auto low = static_cast<std::size_t>(at);
  const auto part = static_cast<unsigned>((at - static_cast<float>(low)) * kOne);
  auto& side = weight[z < 0 ? 0 : 1];
  side[low] = static_cast<std::uint16_t>(side[low] + (kOne - part));
  if (low + 1 < kBins) side[low + 1] = static_cast<std::uint16_t>(side[low + 1] + part);
}

void Tails::correct(std::size_t i, Sides missed, Sides ends) {
  for (std::size_t side = 0; side < 2; ++side) {
    if (ends[side]) continue;
    float& f = factor[side][i];
    f = std::clamp(
        f * kCorrection[ends[1 - side] & 1][missed[side] & 1][i], kFactorMin, kFactorMax);
  }
}

unsigned Tails::total() const {
  unsigned out = 0;
  for (const auto& side : weight) {
    for (const unsigned w : side)
      out += w;
  }
  return out;
}

void Tails::halve() {
  for (auto& side : weight) {
    for (std::uint16_t& w : side)
      w = static_cast<std::uint16_t>(w / 2);
  }
}

void Tails::refresh() {
  unsigned sum_of_all = total();
  if (sum_of_all >= kFull) {
    halve();
    sum_of_all /= 2;
  }
  for (std::size_t side = 0; side < 2; ++side) {
    float sum = 0;
    std::size_t at = kBins;
    for (std::size_t i = 3; i-- > 0;) {
      const float wanted = kTail[i] * static_cast<float>(sum_of_all);
      while (at > 1 && sum + static_cast<float>(weight[side][at - 1]) < wanted)
        sum += static_cast<float>(weight[side][--at]);
      const auto bin = static_cast<float>(weight[side][at - 1]);
      const float part = bin > 0 ? std::min(1.0F, (wanted - sum) / bin) : 0;
      quantile[side][i] = magnitude_at(std::max(0.02F, static_cast<float>(at) - 0.5F - part));
    }
  }
}

bool Tails::sane(unsigned added) const {
  bool good = true;
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t i = 0; i < 3; ++i) {
      good = good && quantile[side][i] > 0 && quantile[side][i] <= 1e4F;
      good = good && factor[side][i] >= kFactorMin && factor[side][i] <= kFactorMax;
    }
  }
  return good && total() < kFull + added * kOne;
}

}  // namespace tidemark::learn::always_on
