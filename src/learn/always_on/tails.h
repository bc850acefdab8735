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

  Tails();
  /// Takes in error / scale.
  void add(float z);
  /// Whether the band was missed below and above, and at which side it ends at a limit: that one is
  /// not missed, and the other may be missed as often as both.
  void correct(std::size_t i, Sides missed, Sides ends);
  /// Reads the quantiles anew.
  void refresh();
  void halve();
  [[nodiscard]] unsigned total() const;
  /// Half-widths in scales, below and above.
  [[nodiscard]] Pair widths(std::size_t i) const {
    return Pair{quantile[0][i] * factor[0][i], quantile[1][i] * factor[1][i]};
  }
  /// Whether these are numbers that learning can go on from, `added` values after a refresh().
  [[nodiscard]] bool sane(unsigned added) const;

  std::array<std::array<float, 3>, 2> quantile{};
  std::array<std::array<float, 3>, 2> factor{};
  std::array<std::array<std::uint16_t, kBins>, 2> weight{};
};

}  // namespace tidemark::learn::always_on
