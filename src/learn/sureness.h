#pragma once

#include <cstdint>

#include "base/time.h"

namespace tidemark::learn {

/// How often values lay outside of their bands of late. 8 bytes, no pointer in it.
class MissRate {
 public:
  /// The next value that was compared with its band.
  void note(bool outside) { share_ += ((outside ? 1 : 0) - share_) * kRate; }
  /// Part of about the last hundred values, newer ones weighing more; 0 at first.
  [[nodiscard]] double share() const { return share_; }
  /// Whether bytes from a file are a state to go on from.
  [[nodiscard]] bool is_sane() const { return share_ >= 0 && share_ <= 1; }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.real(self.share_, 0, 1);
  }

 private:
  static constexpr double kRate = 0.01;
  double share_ = 0;
};

/// What a model's word on a value rests on.
struct Grounds {
  std::uint64_t learned = 0;  ///< periods that the model had learned
  Duration period{0};
  double width = 3;       ///< k of the band
  double missed = 0;      ///< MissRate::share() before the value
  bool borrowed = false;  ///< the widths are those of siblings, in part
};

/// How sure it is that a value outside of its band is abnormal, 0 to 1: `n / (n + 20)` for n
/// periods learned, times `w / (w + 0.5)` for w weeks of them, divided by one and ten times what of
/// late was outside beyond what the width promises; borrowed widths count for half while none are
/// its own.
double sureness_of(const Grounds& grounds);

}  // namespace tidemark::learn
