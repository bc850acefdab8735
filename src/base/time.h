#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidemark {

using Duration = std::chrono::nanoseconds;

/// A point in UTC event or wall time, nanoseconds since 1970-01-01T00:00:00Z. Range about 1677 to
/// 2262; arithmetic beyond it saturates instead of wrapping.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  explicit constexpr Timestamp(Duration since_epoch) : ns_(since_epoch.count()) {}

  static constexpr Timestamp from_ns(std::int64_t ns) { return Timestamp(Duration(ns)); }
  static constexpr Timestamp from_ms(std::int64_t ms) {
    return Timestamp(std::chrono::milliseconds(ms));
  }
  static constexpr Timestamp from_s(std::int64_t s) { return Timestamp(std::chrono::seconds(s)); }
  static constexpr Timestamp min() { return from_ns(INT64_MIN); }
  static constexpr Timestamp max() { return from_ns(INT64_MAX); }

  [[nodiscard]] constexpr std::int64_t ns() const { return ns_; }
  /// Floors, also before 1970.
  [[nodiscard]] constexpr std::int64_t ms() const { return floor_div(ns_, 1'000'000); }
  /// Floors, also before 1970.
  [[nodiscard]] constexpr std::int64_t s() const { return floor_div(ns_, 1'000'000'000); }
  /// The newest multiple of `period` that is not after this. `period` > 0.
  [[nodiscard]] constexpr Timestamp floor_to(Duration period) const {
    return from_ns(floor_div(ns_, period.count()) * period.count());
  }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) {
    std::int64_t out = 0;
    if (__builtin_add_overflow(t.ns_, d.count(), &out)) return d.count() > 0 ? max() : min();
    return from_ns(out);
  }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) {
    std::int64_t out = 0;
    if (__builtin_sub_overflow(t.ns_, d.count(), &out)) return d.count() < 0 ? max() : min();
    return from_ns(out);
  }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) {
    std::int64_t out = 0;
    if (__builtin_sub_overflow(a.ns_, b.ns_, &out)) {
      return a.ns_ > b.ns_ ? Duration::max() : Duration::min();
    }
    return Duration(out);
  }

 private:
  static constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
    return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
  }
  std::int64_t ns_ = 0;
};

/// Machine time for measuring what has elapsed (CLOCK_MONOTONIC); says nothing of the date.
class Instant {
 public:
  constexpr Instant() = default;
  explicit constexpr Instant(Duration since_start) : ns_(since_start) {}
  [[nodiscard]] constexpr Duration since_start() const { return ns_; }
  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return Instant(t.ns_ + d); }
  friend constexpr Duration operator-(Instant a, Instant b) { return a.ns_ - b.ns_; }

 private:
  Duration ns_{0};
};

/// "2013-11-28T00:00:00Z", with ".250" only where there are milliseconds (finer digits are cut).
std::string format_rfc3339(Timestamp at);
/// "2013-11-28T00:00:00.000+0000", as AWS writes times inside alarm documents.
std::string format_aws(Timestamp at);
/// Reads RFC 3339 ("…Z" or an offset, optional fraction up to 9 digits). nullopt: not one.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// A date and time of day in UTC (proleptic Gregorian). `month` 1-12, `weekday` 0 = Sunday.
struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, weekday = 4;
};
CivilTime to_civil(Timestamp at);
Timestamp from_civil(const CivilTime& civil);

}  // namespace tidemark
