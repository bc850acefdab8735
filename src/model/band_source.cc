#include "model/band_source.h"

#include <algorithm>
#include <cmath>

namespace tidemark {
namespace {

double width_at(const std::array<double, 3>& widths, double k) {
  if (k <= 1) return widths[0] * k;
  if (k <= 2) {
    // Equal widths at 2 and 3 end at a limit of the series, which 95 % (k = 1.96) holds too.
    const double part = widths[1] == widths[2] ? std::min(1.0, (k - 1) / 0.9599) : k - 1;
    return widths[0] + (widths[1] - widths[0]) * part;
  }
  if (k <= 3) return widths[1] + (widths[2] - widths[1]) * (k - 2);
  return widths[2] * k / 3;
}

}  // namespace

std::string_view to_text(TrainingState state) {
  switch (state) {
    case TrainingState::pending_training:
      return "PENDING_TRAINING";
    case TrainingState::trained_insufficient_data:
      return "TRAINED_INSUFFICIENT_DATA";
    case TrainingState::trained:
      return "TRAINED";
  }
  return "";
}

Limits limits_at(const IssuedBand& band, double k) {
  const double lower = band.expected - width_at(band.below, k);
  // A series that was never negative rests at 0, however wide the band.
  const bool rests_at_zero = k > 3 && band.expected - band.below[2] == 0;
  return {rests_at_zero ? 0 : lower, band.expected + width_at(band.above, k)};
}

}  // namespace tidemark
