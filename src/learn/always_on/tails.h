#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

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
  /// `side` 0 is below. `alone`: the other side ends at a limit and is not missed, so this one may
  /// be missed as often as both.
  void correct(std::size_t side, std::size_t i, bool missed, bool alone);
  /// Reads the quantiles anew.
  void refresh();
  void halve();
  [[nodiscard]] unsigned total() const;
  /// Half-width in scales.
  [[nodiscard]] float width(std::size_t side, std::size_t i) const {
    return quantile[side][i] * factor[side][i];
  }
  /// Whether these are numbers that learning can go on from, `added` values after a refresh().
  [[nodiscard]] bool sane(unsigned added) const;

  std::array<std::array<float, 3>, 2> quantile{};
  std::array<std::array<float, 3>, 2> factor{};
  std::array<std::array<std::uint16_t, kBins>, 2> weight{};
};

}  // namespace tidemark::learn::always_on
