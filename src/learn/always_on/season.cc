#include "learn/always_on/season.h"

#include <algorithm>
#include <cmath>

namespace tidemark::learn::always_on {
namespace {

constexpr int kDay = 86'400;
constexpr int kMost = 127;
constexpr double kRate = 0.35;        // of a new pass against the mean so far
constexpr double kFinest = 1.0 / 16;  // a unit is never below this part of the usual error
constexpr double kSpare = 1.25;       // range kept beyond what is known

/// In [0, 1), a different one for each salt: rounding must not stop a slow change, nor have a
/// direction.
double dither(std::uint64_t salt) {
  return static_cast<double>((salt * 0x9E3779B97F4A7C15U) >> 11U) * 0x1p-53;
}

}  // namespace

Pattern::Pattern(Duration cadence) {
  const double slot_s = std::chrono::duration<double>(cadence).count();
  weekly = slot_s >= 20 * 3600.0;
  const int period = weekly ? 7 * kDay : kDay;
  const double least = static_cast<double>(period) / Season::kBuckets;
  bucket_s = static_cast<int>(std::ceil(std::max({least, std::min(slot_s, 1.0 * kDay)})));
  if (!weekly) bucket_s = std::max(bucket_s, 600);
  buckets = (period + bucket_s - 1) / bucket_s;
  a_second = 1.0 / bucket_s;
  interpolate = slot_s * 1.5 < bucket_s;
  const double a_day = std::max(1.0, kDay / slot_s);
  level_rate = 1 / std::max(20.0, a_day);
  usual_rate = slot_s >= 72'000 ? 0.02 : 1 / std::max(300.0, 5 * a_day);
  hours_rate = static_cast<float>(0.15 / std::max(1.0, a_day / 8));
}

std::optional<double> Season::at(const Pattern& pattern, int place) const {
  // Half a second more: rounding must not lead into the bucket before.
  const double halves = (place + 0.5) * (2 * pattern.a_second);
  const int half = std::clamp(static_cast<int>(halves), 0, 2 * pattern.buckets - 1);
  const int own = half / 2;
  const std::int8_t here = mean[static_cast<std::size_t>(own)];
  if (here == kUnknown) return std::nullopt;
  if (!pattern.interpolate) return value(here);
  int other = own + half % 2 * 2 - 1;
  if (other < 0) other = pattern.buckets - 1;
  if (other == pattern.buckets) other = 0;
  const std::int8_t there = mean[static_cast<std::size_t>(other)];
  if (there == kUnknown) return value(here);
  const double from_middle = std::abs(halves - (own * 2 + 1));
  return value(here + (there - here) * 0.5 * from_middle);
}

void Season::learn(
    const Pattern& pattern, int place, double value, double usual, std::uint64_t salt) {
  const int bucket =
      std::clamp(static_cast<int>((place + 0.5) * pattern.a_second), 0, pattern.buckets - 1);
  if (bucket != open_bucket) {
    take_over(usual, salt);
    open_bucket = bucket;
    open_count = 0;
    open_mean = 0;
  }
  if (open_count < INT32_MAX) ++open_count;
  open_mean += (value - open_mean) / open_count;
  if (!pattern.interpolate) {
    take_over(usual, salt);
    open_bucket = -1;
  }
}

void Season::take_over(double usual, std::uint64_t salt) {
  if (open_bucket < 0 || open_count == 0) return;
  std::int8_t& q = mean[static_cast<std::size_t>(open_bucket)];
  double to = open_mean;
  if (q != kUnknown) to = value(q) + (open_mean - value(q)) * kRate;
  double at = unit > 0 ? (to - origin) / unit : kMost + 1;
  if (!(std::abs(at) < kMost)) {
    fit_range(to, to, usual);
    at = (to - origin) / unit;
  }
  q = static_cast<std::int8_t>(std::clamp(std::floor(at + dither(salt)), -127.0, 127.0));
}

/// Moves origin and unit so that all means and [low, high] have a place.
void Season::fit_range(double low, double high, double usual) {
  for (const std::int8_t q : mean) {
    if (q == kUnknown) continue;
    low = std::min(low, value(q));
    high = std::max(high, value(q));
  }
  const double middle = low + (high - low) / 2;
  const double next = std::max((high - low) / 2 * kSpare / kMost, usual * kFinest);
  for (std::int8_t& q : mean) {
    if (q == kUnknown) continue;
    q = static_cast<std::int8_t>(std::clamp(std::round((value(q) - middle) / next), -127.0, 127.0));
  }
  origin = middle;
  unit = next;
}

bool Season::sane() const {
  const auto good = [](double v) { return std::abs(v) <= kHuge; };
  return good(origin) && good(unit) && unit >= 0 && good(open_mean) && open_count >= 0 &&
         open_bucket >= -1 && open_bucket < kBuckets;
}

}  // namespace tidemark::learn::always_on
