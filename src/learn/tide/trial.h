#pragma once

#include <algorithm>
#include <optional>

#include "learn/limits.h"

namespace tidemark::learn::tide {

/// How large the errors of a forecast are with something that does not count yet, and without it.
class Trial {
 public:
  /// Absolute errors of one value. `rate`: weight of it, once there are more than 1 / rate.
  void learn(double with, double without, double rate) {
    count_ = std::min(count_ + 1, kCountMax);
    const double weight = std::max(rate, 1.0 / count_);
    with_ += (with - with_) * weight;
    without_ += (without - without_) * weight;
  }
  /// The usual error with it, if that is so much less that the errors without it say nothing of
  /// those to come.
  [[nodiscard]] std::optional<double> better() const {
    return helps(kClear) ? std::optional(with_) : std::nullopt;
  }

  [[nodiscard]] double with() const { return with_; }
  /// Whether it helps at all: errors fall to `part` of those without it.
  [[nodiscard]] bool helps(double part) const { return with_ < part * without_; }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.real(self.with_, 0, 4 * kHuge);
    archive.real(self.without_, 0, 4 * kHuge);
    archive.whole(self.count_, 0, kCountMax);
  }

 private:
  static constexpr double kClear = 0.7;
  static constexpr int kCountMax = 1'000'000;

  double with_ = 0;
  double without_ = 0;
  int count_ = 0;
};

}  // namespace tidemark::learn::tide
