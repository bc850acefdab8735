#pragma once

#include <bit>
#include <cstdint>

#include "learn/always_on/lanes.h"

namespace tidemark::learn::always_on {

/// log2 of a positive normal float, with a straight line between the powers of two (up to 0.09 too
/// small). For weighing and binning sizes; the quantiles that are read from it know no better.
inline float rough_log2(float x) {
  return static_cast<float>(std::bit_cast<std::int32_t>(x) - 0x3F800000) * 0x1p-23F;
}

/// Of four at once.
inline Floats rough_log2(Floats x) {
  const Whole bits = std::bit_cast<Whole>(x) - 0x3F800000;
  return __builtin_convertvector(bits, Floats) * 0x1p-23F;
}

/// The inverse of rough_log2, for x within ±100.
inline float rough_exp2(float x) {
  // By way of four, since a number on its own would go to another kind of register and back.
  const Whole bits = __builtin_convertvector(all_four(x) * 0x1p23F, Whole) + 0x3F800000;
  return std::bit_cast<Floats>(bits)[0];
}

}  // namespace tidemark::learn::always_on
