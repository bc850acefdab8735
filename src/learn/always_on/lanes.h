#pragma once

#include <cstdint>
#include <cstring>

namespace tidemark::learn::always_on {

/// Numbers that are worked on at once: gcc and clang make one instruction of each operation where a
/// processor has it, and the same bits everywhere.
using Floats = float __attribute__((vector_size(16)));
using Whole = std::int32_t __attribute__((vector_size(16)));
/// Of the two sides of a band: below, above.
using Pair = double __attribute__((vector_size(16)));
/// What comparing two of those gives: -1 or 0 a side.
using Sides = std::int64_t __attribute__((vector_size(16)));

inline Pair both(double v) {
  return Pair{v, v};
}

/// The four floats from `from` on.
inline Floats load(const float* from) {
  Floats out;
  std::memcpy(&out, from, sizeof out);
  return out;
}

inline void store(Floats v, float* to) {
  std::memcpy(to, &v, sizeof v);
}

inline float sum(Floats v) {
  const Floats halves = v + __builtin_shufflevector(v, v, 2, 3, 0, 1);
  return halves[0] + halves[1];
}

/// The lesser and the greater of each side; `a` where one is NaN, as std::min and std::max.
inline Pair lesser(Pair a, Pair b) {
  return b < a ? b : a;
}
inline Pair greater(Pair a, Pair b) {
  return a < b ? b : a;
}

}  // namespace tidemark::learn::always_on
