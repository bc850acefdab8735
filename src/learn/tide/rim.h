#pragma once

#include <array>

#include "learn/limits.h"

namespace tidemark::learn::tide {

/// The band is fitted at these k, each with this chance outside of one side: 68.27, 95 and 99 %.
/// The 0.13 % of k = 3 are too rare to be counted, so the widths at 2 and 3 are such that a
/// straight line, as they are read, passes the fitted ones.
inline constexpr std::array<double, 3> kFitted{1, 1.959963984540054, 2.5758293035489004};
inline constexpr std::array<double, 3> kTail{0.158655253931457, 0.025, 0.005};

/// The least (or largest) value of a series when it returns there again and again: the 0 of a
/// counter, the 100 of a percentage. No quantile of errors finds such a place, because it is a
/// value and not an error; a band that ends a hair before it would be missed all the time.
class Rim {
 public:
  enum class Side { lower, upper };
  explicit Rim(Side side) : sign_(side == Side::lower ? 1 : -1) {}

  /// The edge of the band at k = `i` + 1, moved out to the rim if a value there is likely enough.
  [[nodiscard]] double snap(double edge, std::size_t i) const {
    return beyond(edge) && chance_[i] > kTail[i] ? value_ : edge;
  }
  /// `edges`: as before snap().
  void learn(double value, const std::array<double, 3>& edges) {
    if (!known_ || sign_ * value < sign_ * value_) {
      known_ = true;
      value_ = value;
      chance_ = {};
      return;
    }
    for (std::size_t i = 0; i < 3; ++i) {
      if (beyond(edges[i])) chance_[i] += ((value == value_ ? 1.0 : 0.0) - chance_[i]) * kRate;
    }
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.real(self.value_, -kHuge, kHuge);
    for (auto& v : self.chance_)
      archive.real(v, 0, 1);
    archive.whole(self.known_, 0, 1);
  }

 private:
  static constexpr double kRate = 0.02;
  [[nodiscard]] bool beyond(double edge) const { return known_ && sign_ * value_ < sign_ * edge; }

  double sign_;
  double value_ = 0;
  std::array<double, 3> chance_{};  // of the rim among values with the rim outside of the band
  bool known_ = false;
};

}  // namespace tidemark::learn::tide
