#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/zone.h"

namespace tidemark::alarm {

/// When a mute rule mutes, in the words of CloudWatch's PutAlarmMuteRule: windows of one duration
/// that begin by a local clock. Expressions are
///   at(yyyy-MM-ddThh:mm)                                once
///   cron(minutes hours day-of-month month day-of-week)  again and again
/// A field of cron is *, a number, a name (JAN to DEC, SUN to SAT), a span a-b, a step */n or
/// a-b/n, or several of these with commas. 0 and 7 are Sunday. If both day fields are narrowed, a
/// day is meant that fits either, as cron has it. A window whose beginning a clock skips in spring
/// begins at the leap; one that it shows twice in autumn begins once, at the first.
class MuteSchedule {
 public:
  static constexpr Duration kDurationMin = std::chrono::minutes(1);
  static constexpr Duration kDurationMax = std::chrono::hours(24 * 15);
  /// So many windows that meet are followed at once.
  static constexpr int kFollowMax = 100;

  /// `duration`: ISO 8601 in days, hours, minutes: "PT4H", "P2DT12H", "P7D". `zone`: IANA name, ""
  /// = UTC. `Errc::invalid`, naming the part that cannot be read or its limit.
  static Result<MuteSchedule> make(std::string_view expression,
                                   std::string_view duration,
                                   const std::string& zone);

  [[nodiscard]] bool recurs() const { return !once_; }
  /// False: none of its months has such a day, as the 31st of February.
  [[nodiscard]] bool can_begin() const;
  [[nodiscard]] Duration duration() const { return duration_; }
  /// The end of the window that holds `at`, of all that follow it without a gap; nullopt: none
  /// does.
  std::optional<Timestamp> muted_until(Timestamp at);
  /// The first beginning after `at`; nullopt: none within eight years.
  std::optional<Timestamp> next_begin(Timestamp at);

 private:
  Result<void> read_once(std::string_view text);
  Result<void> read_cron(std::string_view text);
  [[nodiscard]] bool holds_day(std::int64_t local_day) const;
  [[nodiscard]] bool holds_minute(std::int64_t local_minute) const;
  /// The newest beginning at or before `at`, but after `after`.
  std::optional<Timestamp> newest_begin(Timestamp at, Timestamp after);

  Duration duration_{0};
  Zone zone_{""};
  std::optional<Timestamp> once_;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;     // of the month, from 1
  std::bitset<13> months_;   // from 1
  std::bitset<7> weekdays_;  // 0 = Sunday
  bool any_day_ = true, any_weekday_ = true;
};

}  // namespace tidemark::alarm
