#pragma once

#include <optional>
#include <string>

#include "base/time.h"
#include "model/series.h"

namespace tidemark::judge {

/// Who found it, in the place of a detector: the always-on tier's watch of one series.
struct AlwaysOnRef {
  SeriesId series{};
  Duration period{0};
  friend bool operator==(const AlwaysOnRef&, const AlwaysOnRef&) = default;
};

/// "always_on-SERIES", which stands in a finding's id where others have their detector's, and back.
std::string always_on_id(SeriesId series);
std::optional<SeriesId> parse_always_on_id(const std::string& text);

/// Labels that the derived series of the tier's findings and of their bands carry.
inline constexpr const char* kAlwaysOnFindingLabel = "tidemark_always_on_finding";
inline constexpr const char* kAlwaysOnBandLabel = "tidemark_always_on_band";
/// `key`: of the series that is watched.
SeriesKey always_on_finding_key(const SeriesKey& key, const AlwaysOnRef& ref);
SeriesKey always_on_band_key(const SeriesKey& key, const AlwaysOnRef& ref);
/// What a key of findings is about; nullopt: it is none.
std::optional<AlwaysOnRef> parse_always_on_key(const SeriesKey& finding_key);

}  // namespace tidemark::judge
