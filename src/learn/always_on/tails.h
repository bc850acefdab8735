#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "learn/always_on/lanes.h"

namespace tidemark::learn::always_on {

/// How errors, divided by their scale, are distributed: a small histogram a side in half octaves,
/// whose quantiles at k = 1, 1.96 and 2.58 are read now and then, times a factor that is corrected
/// with every value until the band is missed as often as it should. Trivially copyable.
struct Tails {
  static constexpr std::size_t kBins = 12;
  static constexpr std::array<float, 3> kTail{0.158655F, 0.025F, 0.005F};
  static constexpr float kQuantileMax = 10;  // scales; the end of the last bin
  static constexpr float kFactorMax = 64;

  Tails();
  /// Takes in error / scale.
  void add(float z);
  /// For each width, whether the band was missed below and above, and at which side it ends at a
  /// limit: that one is not missed, and the other may be missed as often as both.
  void correct(const std::array<Sides, 3>& missed, const std::array<Sides, 3>& ends);
  /// Reads the quantiles anew.
  void refresh();
  void halve();
  [[nodiscard]] unsigned total() const;
  /// Half-widths in scales, below and above.
  [[nodiscard]] std::array<Pair, 3> widths() const {
    const Floats first = load(&quantile[0]) * load(&factor[0]);
    const Floats last = load(&quantile[2]) * load(&factor[2]);
    return {Pair{first[0], first[3]}, Pair{first[1], last[2]}, Pair{first[2], last[3]}};
  }
  /// Whether these are numbers that learning can go on from, `added` values after a refresh().
  [[nodiscard]] bool sane(unsigned added) const;

  std::array<float, 6> quantile{};  // three below, three above
  std::array<float, 6> factor{};    // the same
  std::array<std::array<std::uint16_t, kBins>, 2> weight{};
};

}  // namespace tidemark::learn::always_on
