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
  return {std::clamp(lower_limit_at(band.expected, band.below, k), within.lower, within.upper),
          std::clamp(upper_limit_at(band.expected, band.above, k), within.lower, within.upper)};
}

}  // namespace tidemark
