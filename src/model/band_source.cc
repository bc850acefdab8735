#include "model/band_source.h"

#include <algorithm>

#include "model/band_width.h"

namespace tidemark {

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

Limits limits_at(const IssuedBand& band, double k, const Limits& within) {
  const double lower = band.expected - half_width_at(band.below, k);
  // A series that was never negative rests at 0, however wide the band.
  const bool rests_at_zero = k > 3 && band.expected - band.below[2] == 0;
  const double upper = band.expected + half_width_at(band.above, k);
  return {std::clamp(rests_at_zero ? 0 : lower, within.lower, within.upper),
          std::clamp(upper, within.lower, within.upper)};
}

}  // namespace tidemark
