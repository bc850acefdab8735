#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidemark::codec::aws {

/// Resolves %XX. nullopt: a '%' without two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

/// Escapes all but RFC 3986's unreserved characters and those in `keep`, as signatures want it.
std::string percent_encode(std::string_view text, std::string_view keep = "");

}  // namespace tidemark::codec::aws
