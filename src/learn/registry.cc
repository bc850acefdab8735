#include "learn/registry.h"

#include <cmath>

#include <fmt/format.h>

#include "learn/month_days.h"
#include "learn/special_days.h"

#define TM_DETECTOR(name)                                               \
  namespace tidemark::learn::name {                                     \
  Result<std::unique_ptr<Detector>> make(const DetectorConfig& config); \
  }
#include "learn/detectors.def"
#undef TM_DETECTOR

namespace tidemark::learn {
namespace {

Result<void> check(const DetectorConfig& config) {
  using std::chrono::hours;
  using std::chrono::milliseconds;
  if (config.cadence < milliseconds(1) || config.cadence > hours(24 * 366)) {
    return fail(Errc::invalid, "cadence must be between 1 ms and 366 days");
  }
  const auto bad = [](double v) { return !std::isfinite(v) || v < 0; };
  if (bad(config.min_deviation) || bad(config.min_relative_deviation)) {
    return fail(Errc::invalid, "a minimum deviation must be a number of 0 or more");
  }
  const auto& [lower, upper] = config.domain;
  if ((lower && !std::isfinite(*lower)) || (upper && !std::isfinite(*upper))) {
    return fail(Errc::invalid, "a limit of the domain must be finite");
  }
  if (lower && upper && *lower >= *upper) {
    return fail(Errc::invalid, "the domain's lower limit must be below its upper limit");
  }
  if (config.special_kinds < 0)
    return fail(Errc::invalid, "kinds of special days cannot be fewer than 0");
  return {};
}

Result<std::unique_ptr<Detector>> make_plain(std::string_view name, const DetectorConfig& config) {
#define TM_DETECTOR(id) \
  if (name == #id) return id::make(config);
#include "learn/detectors.def"
#undef TM_DETECTOR
  return fail(Errc::not_found, fmt::format("no detector is called '{}'", name));
}

}  // namespace

Result<std::unique_ptr<Detector>> make_detector(std::string_view name,
                                                const DetectorConfig& config) {
  TM_TRY_VOID(check(config));
  TM_TRY(auto made, make_plain(name, config));
  // The others are small for a reason.
  const bool is_full = name == detector_names().front();
  if (is_full && MonthDays::serves(config))
    return std::make_unique<MonthDays>(std::move(made), config);
  if (config.special_kinds == 0) return made;
  return std::make_unique<SpecialDays>(std::move(made), config);
}

int model_version(std::string_view name) {
  const auto made = make_plain(name, {});
  if (!made) return 0;
  ByteSink state;
  (*made)->save(state);
  return static_cast<unsigned char>(state.view().front());
}

std::vector<std::string_view> detector_names() {
  return {
#define TM_DETECTOR(id) #id,
#include "learn/detectors.def"
#undef TM_DETECTOR
  };
}

}  // namespace tidemark::learn
