#pragma once

#include <optional>

#include "learn/detector.h"

namespace tidemark::learn {

/// The values a series can take at all; a band never leaves them.
struct Domain {
  std::optional<double> lower;
  std::optional<double> upper;
  [[nodiscard]] double clamp(double value) const;
};

/// A band's limits in the unit of the series.
struct Edges {
  double lower = 0;
  double upper = 0;
  friend bool operator==(const Edges&, const Edges&) = default;
};

/// The limits of `outlook` at width `k` (0 or less, NaN: no width): linear between k = 0, 1, 2, 3,
/// in proportion beyond, then clamped to `domain`. A lower limit that is exactly 0 at k = 3 (a
/// series that was never negative) stays 0 beyond; an upper one of 1 or 100 (a share) stays, too. A
/// side whose widths at 2 and 3 are the same ends at a limit, which is reached at k = 1.96 (95 %)
/// already.
Edges edges_at(const Outlook& outlook, double k, const Domain& domain = {});

/// 1 above, -1 below, 0 inside.
int side_of(double value, const Edges& edges);

/// k whose central coverage is `confidence`: the normal quantile at (1 + confidence) / 2.
/// Confidence is clamped to [0, 1 - 1e-12]. 0.95 gives 1.959964.
double k_from_confidence(double confidence);

/// Central coverage of a normal distribution at `k` sigma; the inverse of k_from_confidence.
double confidence_from_k(double k);

/// Days outside of the band at this width are held back from learning (learn/hold_back.h); the
/// detector counts each as a miss and gives in when it goes on.
inline constexpr double kHoldBackWidth = 2;

/// The standard normal quantile; `p` is clamped to [1e-15, 1 - 1e-15].
double normal_quantile(double p);

}  // namespace tidemark::learn
