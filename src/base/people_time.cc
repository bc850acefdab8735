#include "base/people_time.h"

#include <fmt/format.h>

#include "base/duration.h"

namespace tidemark {

std::string people_time(Timestamp at, Duration period) {
  constexpr const char* kMonths[] = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime c = to_civil(at);
  const std::string day = fmt::format("{} {} {}", c.day, kMonths[c.month - 1], c.year);
  return period >= std::chrono::hours(24) ? day
                                          : fmt::format("{} {:02}:{:02}", day, c.hour, c.minute);
}

std::string people_duration(Duration duration) {
  const auto s = whole_seconds(duration);
  const auto in = [s](std::int64_t unit, std::string_view name) {
    return s == unit ? fmt::format("1 {}", name) : fmt::format("{} {}s", s / unit, name);
  };
  if (s % 86'400 == 0) return in(86'400, "day");
  if (s % 3'600 == 0) return in(3'600, "hour");
  if (s % 60 == 0) return in(60, "minute");
  return in(1, "second");
}

}  // namespace tidemark
