#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <type_traits>

#include "learn/detector.h"

namespace tidemark::learn::tide {

/// Remembers for a week at which half hours values were held back, and on which side. What comes
/// back at the same time of the next day or week is a season being learned, not an incident.
class Echo {
 public:
  /// `daily`: slots of about a day, where only the weekday can repeat.
  explicit Echo(bool daily) : daily_(daily) {}

  /// Whether a value held back at `slot` on `side` (-1 or 1; -2 or 2 where it is wild) repeats an
  /// earlier one. What is wild repeats only what was wild: it is often by chance alone that a value
  /// just outside of the band was held back at the same time of the day before. 0 repeats nothing.
  [[nodiscard]] bool repeats(const Slot& slot, int side) const {
    if (side == 0) return false;
    const std::size_t at = bucket(slot);
    // While a bucket is open its own mark is of this pass; last week's was saved on entry.
    const int last_week = at == open_ ? before_ : mark_[at];
    if (alike(last_week, side)) return true;
    return !daily_ && alike(mark_[(at + kBuckets - kADay) % kBuckets], side);
  }
  /// Every slot with a value passes here. `side` 0: not held back.
  void note(const Slot& slot, int side) {
    const std::size_t at = bucket(slot);
    if (at != open_) {
      open_ = at;
      before_ = mark_[at];
      mark_[at] = 0;
    }
    if (side != 0 && std::abs(side) >= std::abs(mark_[at]))
      mark_[at] = static_cast<std::int8_t>(side);
  }

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    // Two marks at a time, in one byte.
    for (std::size_t i = 0; i < kBuckets; i += 2) {
      int both = 5 * self.mark_[i] + self.mark_[i + 1];
      archive.whole(both, -12, 12);
      if constexpr (!std::is_const_v<Self>) {
        const int first = (both + 12) / 5 - 2;
        self.mark_[i] = static_cast<std::int8_t>(first);
        self.mark_[i + 1] = static_cast<std::int8_t>(both - 5 * first);
      }
    }
    archive.whole(self.open_, 0, kBuckets);
    archive.whole(self.before_, -2, 2);
  }

 private:
  static constexpr std::size_t kADay = 48;
  static constexpr std::size_t kBuckets = 7 * kADay;
  static bool alike(int before, int side) { return side > 0 ? before >= side : before <= side; }
  [[nodiscard]] std::size_t bucket(const Slot& slot) const {
    const int half_hour = daily_ ? 0 : std::clamp(slot.second_of_day / 1800, 0, 47);
    return static_cast<std::size_t>(std::clamp(slot.weekday, 0, 6)) * kADay +
           static_cast<std::size_t>(half_hour);
  }

  bool daily_;
  std::array<std::int8_t, kBuckets> mark_{};
  std::size_t open_ = kBuckets;
  std::int8_t before_ = 0;
};

}  // namespace tidemark::learn::tide
