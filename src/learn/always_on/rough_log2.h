#pragma once

#include <bit>
#include <cstdint>

namespace tidemark::learn::always_on {

/// log2 of a positive normal float, with a straight line between the powers of two (up to 0.09 too
/// small). For weighing and binning sizes; the quantiles that are read from it know no better.
inline float rough_log2(float x) {
  return static_cast<float>(std::bit_cast<std::int32_t>(x) - 0x3F800000) * 0x1p-23F;
}

/// The inverse of rough_log2, for x within ±100.
inline float rough_exp2(float x) {
  return std::bit_cast<float>(static_cast<std::int32_t>(x * 0x1p23F) + 0x3F800000);
}

}  // namespace tidemark::learn::always_on
