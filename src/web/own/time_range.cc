#include "web/own/time_range.h"

#include "base/duration.h"

namespace tidemark::web::own {

std::optional<Timestamp> parse_time(const std::string& text, Timestamp now) {
  if (text == "now") return now;
  if (!text.starts_with("now-")) return parse_rfc3339(text);
  const auto before = parse_duration(std::string_view(text).substr(4));
  if (!before || *before > std::chrono::hours(24 * 366 * 100)) return std::nullopt;
  return now - *before;
}

}  // namespace tidemark::web::own
