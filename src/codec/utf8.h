#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidemark::codec {

/// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// Characters, not bytes. `text` must be valid UTF-8.
std::size_t count_code_points(std::string_view text);

/// `code_point` must be a valid one (below 0x110000, no surrogate).
void append_utf8(std::uint32_t code_point, std::string* out);

/// `text` with every byte that is not part of a valid character as U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

}  // namespace tidemark::codec
