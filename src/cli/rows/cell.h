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
/// The same of a time without others before it that show how times are written: 20240131 is a date
/// then, and refused, where it would be a day of August 1970 as epoch seconds.
Result<Timestamp> parse_first_time(std::string_view text);

/// A number. nullopt: a missing point, which is nothing, NaN, an infinity or one of the words NA,
/// N/A, null and None in any case. Errc::invalid: another text.
Result<std::optional<double>> parse_value(std::string_view text);

/// `text` in quotes for an error message, cut after 40 bytes.
std::string quoted(std::string_view text);

}  // namespace tidemark::cli::rows
