#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace tidemark::cli::rows {

/// `text` without blanks at its ends.
std::string_view trimmed(std::string_view text);

/// A time: RFC 3339; the same without zone (UTC), without seconds or without time of day; or epoch
/// seconds, also fractional. Errc::invalid says what is wrong and how to mend it.
Result<Timestamp> parse_time(std::string_view text);

/// A number. nullopt: a missing point, which is nothing, NaN, an infinity or one of the words NA,
/// N/A, null and None in any case. Errc::invalid: another text.
Result<std::optional<double>> parse_value(std::string_view text);

/// `text` in quotes for an error message, cut after 40 bytes.
std::string quoted(std::string_view text);

}  // namespace tidemark::cli::rows
