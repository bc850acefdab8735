#pragma once

#include "web/own/context.h"

namespace tidemark::web::own {

/// RFC 3339, "now" or "now-6h" (s, m, h, d, w), relative to `now`. nullopt: none of them.
std::optional<Timestamp> parse_time(const std::string& text, Timestamp now);

}  // namespace tidemark::web::own
