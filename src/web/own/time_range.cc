#include "web/own/time_range.h"

#include <cmath>

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

std::string number_text(double value) {
  if (std::fabs(value) >= 1e15 || (value != 0 && std::fabs(value) < 1e-3)) {
    return fmt::format("{:.4g}", value);
  }
  std::string text = fmt::format("{:.3f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  const std::size_t first = text.front() == '-' ? 1 : 0;
  for (auto at = static_cast<std::ptrdiff_t>(std::min(text.find('.'), text.size())) - 3;
       at > static_cast<std::ptrdiff_t>(first);
       at -= 3) {
    text.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return text;
}

}  // namespace tidemark::web::own
