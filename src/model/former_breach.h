#pragma once

#include <cstddef>

#include "model/band_source.h"

namespace tidemark {

/// Periods for which a season hardly moves a band, where its week or day before is not known.
inline constexpr std::size_t kSameSeasonPeriods = 12;

/// Values that broke their band on one side. Where later ones stay among them and break theirs no
/// more, the band has moved to them.
struct FormerBreach {
  Limits before;          ///< of the band that was broken
  bool is_below = false;  ///< ... on that side
  double least = 0;       ///< of the values that broke it
  double greatest = 0;

  [[nodiscard]] bool is_beyond(double value) const {
    return is_below ? value < before.lower : value > before.upper;
  }
  /// Is `value`, whose own limits are `now`, still there, give or take half of its band?
  [[nodiscard]] bool holds(double value, const Limits& now) const {
    const double near = (now.upper - now.lower) / 2;
    return is_beyond(value) && value >= least - near && value <= greatest + near;
  }
};

}  // namespace tidemark
