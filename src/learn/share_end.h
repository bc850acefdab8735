#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace tidemark::learn {

/// Finds out that a series is a share, which ends at 1 or at 100 by nature: its values came back
/// there again and again, and were never beyond. Among whole numbers 1 or 100 may be the largest by
/// chance for a while, so that takes longer. Two bytes, no pointer in it.
class ShareEnd {
 public:
  /// Times that it came there from below; of whole numbers alone. Who rests there has not come
  /// back.
  static constexpr int kReturns = 3;
  static constexpr int kWholeReturns = 30;

  /// The next value that is learned.
  void learn(double value) {
    if ((place_ & kBroken) == 0 && value != std::floor(value)) place_ |= kBroken;
    if (value > end()) {
      returns_ = 0;
      while (value > end())
        ++place_;
    }
    const bool is_away = value < end();
    if (!is_away && (place_ & kAway) != 0 && returns_ < kWholeReturns) ++returns_;
    place_ = static_cast<std::uint8_t>((place_ & ~kAway) | (is_away ? kAway : 0));
  }
  /// 1 or 100; nullopt: the series is no share, or not known to be one.
  [[nodiscard]] std::optional<double> known() const {
    const bool broken = (place_ & kBroken) != 0;
    return returns_ < (broken ? kReturns : kWholeReturns) ? std::nullopt : std::optional(end());
  }
  /// More than all there is.
  [[nodiscard]] bool is_beyond(double value) const { return value > known().value_or(kNone); }
  /// The lesser of `high` and the end that is known.
  [[nodiscard]] double cap(double high) const { return std::min(high, known().value_or(high)); }

  /// Whether bytes from a file are a state to go on from.
  [[nodiscard]] bool is_sane() const { return place_ <= kMostPlace && returns_ <= kWholeReturns; }
  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive) {
    archive.whole(self.place_, 0, kMostPlace);
    archive.whole(self.returns_, 0, kWholeReturns);
  }

 private:
  static constexpr std::uint8_t kBroken = 4;  // a value was no whole number
  static constexpr std::uint8_t kAway = 8;    // the newest is below the end
  static constexpr std::uint8_t kMostPlace = 15;
  static constexpr double kNone = std::numeric_limits<double>::infinity();
  static constexpr std::array<double, 4> kEnds{1, 100, kNone, kNone};
  [[nodiscard]] double end() const { return kEnds[place_ & 3]; }

  std::uint8_t place_ = 0;    // of the end it may have, and the two marks
  std::uint8_t returns_ = 0;  // to that end
};
static_assert(sizeof(ShareEnd) == 2);

}  // namespace tidemark::learn
