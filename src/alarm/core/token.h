#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alarm/rule.h"

namespace tidemark::alarm {

/// A page token that holds any text: opaque to clients.
std::string make_token(const std::vector<std::string>& parts);
/// nullopt: not a token of that many parts.
std::optional<std::vector<std::string>> read_token(const std::string& token, std::size_t parts);
/// A decimal number, nothing else; nullopt otherwise.
std::optional<std::int64_t> parse_id(const std::string& text);

/// What a page is refused with whose token was never given out.
tl::unexpected<AlarmError> bad_token();

}  // namespace tidemark::alarm
