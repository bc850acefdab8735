#include "web/own/time_range.h"

#include <fmt/format.h>

#include "base/duration.h"

namespace tidemark::web::own {

std::optional<Timestamp> parse_time(const std::string& text, Timestamp now) {
  if (text == "now") return now;
  if (!text.starts_with("now-")) return parse_rfc3339(text);
  const auto before = parse_duration(std::string_view(text).substr(4));
  if (!before || *before > std::chrono::hours(24 * 366 * 100)) return std::nullopt;
  return now - *before;
}

std::string day_text(Timestamp at, Duration period) {
  constexpr const char* kMonths[] = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime c = to_civil(at);
  const std::string day = fmt::format("{} {} {}", c.day, kMonths[c.month - 1], c.year);
  return period >= std::chrono::hours(24) ? day
                                          : fmt::format("{} {:02}:{:02}", day, c.hour, c.minute);
}

}  // namespace tidemark::web::own
