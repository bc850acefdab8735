#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "learn/limits.h"

namespace tidemark::learn::tide {

/// How unexpected the step from one value to the next is, whatever a forecast says: counts of the
/// steps between sixteen levels of the range seen so far. Finds a rhythm or an order of values that
/// never was, also where each value alone is an ordinary one.
class Surprise {
 public:
  /// Bits by which the step from the newest value to `value` surprises, against those of a step of
  /// which nothing is known: 1 is "never seen here, others seldom", 0 to about 4.
  [[nodiscard]] double of(double value) const;
  /// How far `value` lies beyond all values so far, in parts of their range: 0 inside, 1 at most.
  [[nodiscard]] double beyond(double value) const;
  void learn(double value);

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    for (auto& v : self.steps_)
      archive.whole(v, 0, kStepsMax);
    archive.real(self.low_, -kHuge, kHuge);
    archive.real(self.high_, -kHuge, kHuge);
    archive.whole(self.last_, -1, kLevels - 1);
  }

 private:
  static constexpr int kLevels = 16;
  static constexpr int kStepsMax = 4000;  // from one level; then all of them count half

  [[nodiscard]] int level(double value, double low, double high) const;

  std::array<std::uint16_t, std::size_t{kLevels} * kLevels> steps_{};  // from, to
  double low_ = 0;
  double high_ = 0;
  int last_ = -1;  // level of the newest value
};

}  // namespace tidemark::learn::tide
