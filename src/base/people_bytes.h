#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark {

/// "48.1 MiB", "32 MiB", "700 bytes".
std::string people_bytes(std::uint64_t bytes);

/// "1GiB", "500MiB", "64KiB", "4096": bytes as configuration files write them. `Errc::invalid`
/// otherwise, naming the text.
Result<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace tidemark
