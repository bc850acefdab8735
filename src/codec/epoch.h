#pragma once

#include <optional>
#include <string>

#include "base/time.h"

namespace tidemark::codec {

/// Times as epoch seconds, as JSON and CBOR carry them. A double holds present dates to a quarter
/// of a microsecond, so microseconds survive and finer digits are rounding noise: reading rounds
/// to microseconds. nullopt: not finite, or outside the years 1677 to 2262.
std::optional<Timestamp> time_from_epoch(double seconds);

/// The nearest double.
double epoch_seconds(Timestamp at);

/// Epoch seconds as a decimal without trailing zeros: "1795435200.25".
std::string format_epoch(Timestamp at);

}  // namespace tidemark::codec
