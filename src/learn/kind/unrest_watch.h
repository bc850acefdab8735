#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"
#include "learn/kind/pace.h"
#include "learn/kind/record.h"

namespace tidemark::learn::kind {

/// Remembers for months how large the errors of a series usually are at each hour of the day, where
/// the model's band follows within an hour, and says when they have been at least twice as large,
/// or at most half, for as long as they never were. An error is the lesser of the distance from
/// what was expected and from the value before: then neither a new level nor a lost season is one.
/// 300 bytes, O(1) a slot.
class UnrestWatch {
 public:
  /// The next slot's value, in time order, and what was expected; both finite, at most kMost.
  void note(const Slot& slot, const Pace& pace, double value, double expected);
  /// 1: the errors are far larger since began(), -1: far smaller, 0: neither.
  [[nodiscard]] int now() const { return now_; }
  [[nodiscard]] Timestamp began() const { return began_; }
  /// How far beyond what it takes: 1 and more.
  [[nodiscard]] double force() const { return force_; }
  /// The errors of late against usual ones.
  [[nodiscard]] double factor() const;

  template <typename Self, typename Archive>
  static void visit(Self& self, Archive& archive);

 private:
  [[nodiscard]] double size_against_usual(const Slot& slot, double error);
  void judge(const Slot& slot, const Pace& pace, double value, double expected);
  void begin(int side, Timestamp began, double force);
  void go_on(const Pace& pace);

  static constexpr std::size_t kHours = 24;
  std::array<float, kHours> usual_{};  // mean of log2 of the error at that hour
  std::array<std::int32_t, kHours> seen_{};
  double all_ = 0;  // the same at any hour
  double mean_error_ = 0;
  double last_ = 0;
  double late_ = 0;     // mean of log2(error / usual) of late
  double balance_ = 0;  // mean side of the errors of late: 1 all above
  Record larger_;       // of late_
  Record smaller_;      // of -late_
  double force_ = 0;
  double bar_ = 0;
  double peak_ = 0;    // of what is going on
  Timestamp calm_[2];  // when late_ was last far from the bar above, below
  Timestamp began_;
  std::int32_t count_ = 0;
  std::int32_t same_ = 0;
  std::int32_t going_on_ = 0;
  std::int32_t now_ = 0;
};

}  // namespace tidemark::learn::kind
