#pragma once

#include <algorithm>

namespace tidemark::judge {

/// Does a job go by the clocks of a zone or by UTC? Between two changes of the clocks nothing tells
/// them apart; after one, one of the two is wrong by the hour until it has been learned anew. What
/// was seen then is not forgotten.
class ClockGuess {
 public:
  /// A run was so many seconds away from what each of the two had foreseen; never negative.
  void compare(double off_local, double off_utc) {
    const double more = std::clamp(off_local - off_utc, -kOnce, kOnce);
    utc_s_ = std::clamp(utc_s_ + more, -kMost, kMost);
  }
  [[nodiscard]] bool is_utc() const { return utc_s_ > kSure; }
  [[nodiscard]] bool is_local() const { return utc_s_ < -kSure; }

  /// Seconds that speak for UTC, as they are kept.
  [[nodiscard]] double seconds_for_utc() const { return utc_s_; }
  /// Out of range: false, nothing changes.
  bool set_seconds_for_utc(double seconds) {
    if (!(seconds >= -kMost && seconds <= kMost)) return false;
    utc_s_ = seconds;
    return true;
  }

  static constexpr double kSure = 1500;  ///< less than the half hour of Lord Howe Island

 private:
  static constexpr double kOnce = 3600;
  static constexpr double kMost = 5 * 3600;
  double utc_s_ = 0;
};

}  // namespace tidemark::judge
