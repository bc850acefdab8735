#pragma once

#include <algorithm>
#include <array>
#include <cmath>

namespace tidemark {

/// The half-width at `k` of one side of a band, from those at k = 1, 2, 3 (decision 5): linear
/// between them, in proportion below 1 and beyond 3; 0 for a `k` of 0 or less, or NaN.
///
/// Widths that are equal at 2 and 3 end at a limit of the series. 95 % (k = 1.96) holds that limit
/// as 2 does, so there the line reaches it (docs/decisions/0002).
inline double half_width_at(const std::array<double, 3>& widths, double k) {
  constexpr double kLimitFrom = 1.9599;
  if (!(k > 0)) return 0;
  if (k <= 1) return widths[0] * k;
  if (k <= 2) {
    const double part = widths[1] == widths[2] ? std::min(1.0, (k - 1) / (kLimitFrom - 1)) : k - 1;
    return widths[0] + (widths[1] - widths[0]) * part;
  }
  if (k <= 3) return widths[1] + (widths[2] - widths[1]) * (k - 2);
  return widths[2] * k / 3;
}

/// The lower limit of a band at `k`: of a series that was never negative 0, where it is that at 3.
inline double lower_limit_at(double expected, const std::array<double, 3>& below, double k) {
  const bool rests_at_zero = k > 3 && expected >= 0 && expected - below[2] == 0;
  return rests_at_zero ? 0 : expected - half_width_at(below, k);
}

/// The upper limit of a band at `k`: of a share (learn::ShareEnd) 1 or 100, where it is that at 3.
inline double upper_limit_at(double expected, const std::array<double, 3>& above, double k) {
  const double upper = expected + half_width_at(above, k);
  for (const double end : {1.0, 100.0}) {
    // A sum of what the end was made of may miss it by a rounding.
    const auto is_end = [end](double limit) { return std::abs(limit - end) <= 1e-14 * end; };
    if (is_end(upper) || (k > 3 && is_end(expected + above[2]))) return end;
  }
  return upper;
}

}  // namespace tidemark
