#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "learn/limits.h"

namespace tidemark::learn::tide {

/// The largest errors of late, below and above apart: what is several times as far off is unheard
/// of on its side. The caller divides errors by what is usual at their time of day, so that one
/// large run a day hides nothing at the other hours.
class Farthest {
 public:
  /// `memory`: number of values after which an error counts 1/e of its size.
  explicit Farthest(double memory) : keep_(1 - 1 / memory) {}

  void learn(double error) {
    for (double& size : sizes_)
      size *= keep_;
    allow(error);
  }
  /// From now on so large an error is not unheard of on its side.
  void allow(double error) {
    double& size = sizes_[side(error)];
    size = std::max(size, std::abs(error));
  }
  [[nodiscard]] double on_the_side_of(double error) const { return sizes_[side(error)]; }
  /// None of more than `most` is known.
  void bound(double most) {
    for (double& size : sizes_)
      size = std::min(size, most);
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto& size : self.sizes_)
      archive.real(size, 0, 1e7 * kHuge);
  }

 private:
  static std::size_t side(double error) { return error < 0 ? 0 : 1; }

  double keep_;
  std::array<double, 2> sizes_{};
};

}  // namespace tidemark::learn::tide
