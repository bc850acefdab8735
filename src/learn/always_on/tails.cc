#include "learn/always_on/tails.h"

#include <algorithm>
#include <cmath>

#include "learn/always_on/rough_log2.h"

namespace tidemark::learn::always_on {
namespace {

constexpr float kFirst = 0.25F;  // place of bin 1; bin 0 is at 0, the others half an octave apart
constexpr float kBinsPerOctave = 2;
constexpr int kOne = 32;            // weight of a value, split between two bins
constexpr unsigned kFull = 60'000;  // then all weights are halved
// What is assumed before values come: a Student t of 4 degrees of freedom of mean size 1.
constexpr std::array<std::uint16_t, Tails::kBins> kPrior{
    40, 60, 58, 66, 62, 48, 30, 15, 6, 3, 1, 1};
constexpr float kStep = 0.08F;
constexpr float kFactorMin = 1.0F / 16;
constexpr unsigned kMarks = 16;  // what may be said of one width: see mark()

/// What the factor of the width `i` is multiplied by at one side, below 0 and above 1.
constexpr float correction(std::size_t i, unsigned marks, unsigned side) {
  const bool missed = (marks >> side & 1U) != 0;
  const bool ends = (marks >> (2 + side) & 1U) != 0;
  const bool alone = (marks >> (3 - side) & 1U) != 0;
  if (ends) return 1;
  const float chance = Tails::kTail[i] * (alone ? 2.0F : 1.0F);
  return 1 + kStep * ((missed ? 1.0F : 0.0F) - chance);
}

/// By width and marks, of both sides.
constexpr auto kCorrection = [] {
  std::array<std::array<std::array<float, 2>, kMarks>, 3> out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (unsigned marks = 0; marks < kMarks; ++marks)
      out[i][marks] = {correction(i, marks, 0), correction(i, marks, 1)};
  }
  return out;
}();

/// Four bits of the width `i`: missed below, above, ends at a limit below, above. In two halves.
Sides mark(std::size_t i, Sides missed, Sides ends) {
  return ((missed & Sides{1, 2}) | (ends & Sides{4, 8})) << static_cast<std::int64_t>(4 * i);
}

Floats within_limits(Floats factors) {
  return lesser(greater(factors, all_four(kFactorMin)), all_four(Tails::kFactorMax));
}

/// A straight line up to bin 1; there and beyond the logarithm is more. Without a branch, which no
/// processor could foretell.
float place_of(float magnitude) {
  const float times = magnitude / kFirst;
  return std::min(std::max(std::min(times, 1.0F), 1 + kBinsPerOctave * rough_log2(times)),
                  static_cast<float>(Tails::kBins - 1));
}

float magnitude_at(float place) {
  if (place < 1) return place * kFirst;
  return kFirst * rough_exp2((place - 1) / kBinsPerOctave);
}

}  // namespace

Tails::Tails() {
  weight = {kPrior, kPrior};
  factor.fill(1);
  refresh();
}

void Tails::add(float z) {
  const float at = place_of(std::abs(z));
  const auto whole = static_cast<int>(at);
  const auto part = static_cast<int>((at - static_cast<float>(whole)) * kOne);
  auto& side = weight[z < 0 ? 0 : 1];
  const auto low = static_cast<std::size_t>(whole);
  side[low] = static_cast<std::uint16_t>(side[low] + (kOne - part));
  if (low + 1 < kBins) side[low + 1] = static_cast<std::uint16_t>(side[low + 1] + part);
}

void Tails::correct(const std::array<Sides, 3>& missed, const std::array<Sides, 3>& ends) {
  Sides marks{};
  for (std::size_t i = 0; i < 3; ++i)
    marks |= mark(i, missed[i], ends[i]);
  const auto all = static_cast<std::uint64_t>(marks[0] | marks[1]);
  const auto& one = kCorrection[0][all % kMarks];
  const auto& two = kCorrection[1][all / kMarks % kMarks];
  const auto& three = kCorrection[2][all / kMarks / kMarks];
  // Six numbers as twice four: the two in the middle come out the same.
  const Floats first = load(&factor[0]) * Floats{one[0], two[0], three[0], one[1]};
  const Floats last = load(&factor[2]) * Floats{three[0], one[1], two[1], three[1]};
  store(within_limits(first), &factor[0]);
  store(within_limits(last), &factor[2]);
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
      quantile[3 * side + i] = magnitude_at(std::max(0.02F, static_cast<float>(at) - 0.5F - part));
    }
  }
}

bool Tails::sane(unsigned added) const {
  bool good = true;
  for (const float v : quantile)
    good = good && v > 0 && v <= kQuantileMax;
  for (const float v : factor)
    good = good && v >= kFactorMin && v <= kFactorMax;
  return good && total() < kFull + added * unsigned{kOne};
}

}  // namespace tidemark::learn::always_on
