#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <vector>

#include "base/random.h"
#include "learn/calendar.h"
#include "learn/registry.h"

namespace tidemark::learn {

/// Generated series for the tests of this folder. Normal variates by Box and Muller, so that a
/// seed gives the same series with every standard library.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(make_seeded_random(seed)) {}
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform(*random_)));
    return radius * std::cos(2 * std::numbers::pi * uniform(*random_));
  }
  double flat() { return uniform(*random_); }

 private:
  std::unique_ptr<Random> random_;
};

/// Half the height of the sun, so to say: 0 at midnight, 1 at noon.
inline double daylight(const Slot& slot) {
  return 0.5 - 0.5 * std::cos(2 * std::numbers::pi * slot.second_of_day / 86'400.0);
}

/// Slots of `cadence` from Monday 2024-01-01 on.
inline Slot test_slot(int i, Duration cadence) {
  return slot_at(Timestamp::from_s(1'704'067'200) + i * cadence, cadence);
}

/// `count` values with a day's and a week's season and noise that grows with daylight.
inline std::vector<double> seasonal_series(std::uint64_t seed, int count, Duration cadence) {
  Chance chance(seed);
  std::vector<double> out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const Slot slot = test_slot(i, cadence);
    const bool weekend = slot.weekday == 0 || slot.weekday == 6;
    const double height = daylight(slot) * (weekend ? 60 : 100);
    out.push_back(200 + height + (2 + 8 * daylight(slot)) * chance.normal());
  }
  return out;
}

inline std::unique_ptr<Detector> must_make(std::string_view name, const DetectorConfig& config) {
  return std::move(*make_detector(name, config));
}

inline DetectorConfig config_at(Duration cadence) {
  DetectorConfig config;
  config.cadence = cadence;
  return config;
}

}  // namespace tidemark::learn
