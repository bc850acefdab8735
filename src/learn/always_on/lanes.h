#pragma once

#include <cstdint>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
inline Floats all_four(float v) {
  return Floats{v, v, v, v};
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

/// Five floats, as a model of five inputs has them.
struct Five {
  Floats start{};
  float end = 0;
};

/// The lesser and the greater of each; `a` where one is NaN, as std::min and std::max.
#ifdef __SSE2__
// Of the plain choice gcc makes four instructions where one side is a constant.
inline Floats lesser(Floats a, Floats b) {
  return _mm_min_ps(b, a);
}
inline Floats greater(Floats a, Floats b) {
  return _mm_max_ps(b, a);
}
inline Pair lesser(Pair a, Pair b) {
  return _mm_min_pd(b, a);
}
inline Pair greater(Pair a, Pair b) {
  return _mm_max_pd(b, a);
}
#else
inline Floats lesser(Floats a, Floats b) {
  return b < a ? b : a;
}
inline Floats greater(Floats a, Floats b) {
  return a < b ? b : a;
}
inline Pair lesser(Pair a, Pair b) {
  return b < a ? b : a;
}
inline Pair greater(Pair a, Pair b) {
  return a < b ? b : a;
}
#endif

/// The least and the most of the four.
inline float least_of(Floats v) {
  const Floats two = lesser(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));
  return lesser(two, __builtin_shufflevector(two, two, 1, 0, 3, 2))[0];
}
inline float most_of(Floats v) {
  const Floats two = greater(v, __builtin_shufflevector(v, v, 2, 3, 0, 1));
  return greater(two, __builtin_shufflevector(two, two, 1, 0, 3, 2))[0];
}

/// As std::max and std::clamp, where the limit is nearly never met: a processor goes on at once
/// with what it foretells, and need not wait for the comparison.
template <typename T>
T kept_above(T v, T low) {
  if (v < low) [[unlikely]]
    return low;
  return v;
}
template <typename T>
T kept_within(T v, T low, T high) {
  if (v < low) [[unlikely]]
    return low;
  if (v > high) [[unlikely]]
    return high;
  return v;
}

inline float sum(Floats v) {
  const Floats halves = v + __builtin_shufflevector(v, v, 2, 3, 0, 1);
  return halves[0] + halves[1];
}

}  // namespace tidemark::learn::always_on
