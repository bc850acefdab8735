#pragma once

#include <algorithm>
#include <array>

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

}  // namespace tidemark
