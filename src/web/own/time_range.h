#pragma once

#include "web/own/context.h"

namespace tidemark::web::own {

/// RFC 3339, "now" or "now-6h" (s, m, h, d, w), relative to `now`. nullopt: none of them.
std::optional<Timestamp> parse_time(const std::string& text, Timestamp now);
/// "28 Nov 2013", or "28 Nov 2013 14:05" when the period is shorter than a day; UTC.
std::string day_text(Timestamp at, Duration period);

}  // namespace tidemark::web::own
