#pragma once

#include <span>

namespace tidemark::learn::kind {

/// A value and what its place in the week foresaw.
struct Departure {
  double usual = 0;
  double away = 0;  ///< value - usual
};

/// A story about the last departures: up to a place nothing, from there on one thing.
struct Story {
  std::size_t from = 0;  ///< first departure it speaks of
  double misfit = 0;     ///< sum of squares that it leaves unexplained
  double size =
      0;  ///< step: height; ramp: rise a departure; lost season: what is left of the shape
  double swing = 0;  ///< lost season: root mean square of what was foreseen from there on
};

/// Least squares over every beginning that leaves at least `least` departures behind it. The number
/// of departures squared is what it costs.
/// The values went to another level at once, and stay there.
Story step_story(std::span<const Departure> past, std::size_t least);
/// They move away by the same amount each time.
Story ramp_story(std::span<const Departure> past, std::size_t least);
/// They keep to a middle of their own and follow what is foreseen by no more than kShapeLeft.
/// `swing` 0: no beginning gives such a story. Beginnings behind which less than `swing_least` was
/// foreseen are left out.
inline constexpr double kShapeLeft = 0.35;
Story lost_story(std::span<const Departure> past, std::size_t least, double swing_least);

/// What no story explains.
double sum_of_squares(std::span<const Departure> past);

}  // namespace tidemark::learn::kind
