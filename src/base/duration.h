#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace tidemark {

/// "15d", "36h", "90m", "30s", "1d12h", "250ms", "2w", as people and configuration files write
/// them; never negative. `Errc::invalid` otherwise, naming the text.
Result<Duration> parse_duration(std::string_view text);

/// The whole seconds of it; fractions are cut.
constexpr std::int64_t whole_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace tidemark
