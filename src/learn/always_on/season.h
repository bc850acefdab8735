#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "learn/always_on/lanes.h"
#include "learn/detector.h"
#include "learn/limits.h"

namespace tidemark::learn::always_on {

/// How the buckets of a season lie for a cadence: parts of the day of ten minutes or a slot, and
/// weekdays for slots of about a day and more.
struct Pattern {
  explicit Pattern(Duration cadence);
  /// Seconds into the period.
  [[nodiscard]] int place(const Slot& slot) const {
    return weekly ? slot.weekday * 86'400 + slot.second_of_day : slot.second_of_day;
  }
  bool weekly = false;
  bool interpolate = false;  // several slots share a bucket
  int bucket_s = 1;
  int buckets = 1;
  double a_second = 1;  // in buckets
  double level_rate = 1;
  double usual_rate = 1;
  float hours_rate = 1;
};

/// The mean value of each bucket, a byte each: `origin` + mean * `unit`. Trivially copyable.
struct Season {
  static constexpr int kBuckets = 144;
  static constexpr std::int8_t kUnknown = -128;

  Season() { mean.fill(kUnknown); }
  /// Mean value around `place`; nullopt: its bucket was never complete.
  [[nodiscard]] std::optional<double> at(const Pattern& pattern, int place) const;
  /// `usual`: distance that may be rounded away, > 0. `salt`: differs from value to value.
  void learn(const Pattern& pattern, int place, double value, double usual, std::uint64_t salt);
  [[nodiscard]] bool sane() const;

  double origin = 0;
  double unit = 0;       // 0: nothing is known
  double open_mean = 0;  // of the bucket being filled
  std::int32_t open_count = 0;
  std::int32_t open_bucket = -1;
  std::array<std::int8_t, kBuckets> mean{};

 private:
  void take_over(double usual, std::uint64_t salt);
  void fit_range(double low, double high, double usual);
  [[nodiscard]] double value(double q) const {
    return kept_within(origin + q * unit, -kHuge, kHuge);
  }
};

}  // namespace tidemark::learn::always_on
