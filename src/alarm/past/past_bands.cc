#include "alarm/past/past_bands.h"

#include <algorithm>

namespace tidemark::alarm {

Result<const BandSeries*> PastBands::all_of(const BandIdentity& identity) {
  for (const Kept& kept : kept_) {
    if (kept.identity.period == identity.period && kept.identity.queries == identity.queries) {
      return &kept.series;
    }
  }
  TM_TRY(BandSeries series, source_.bands(identity, from_, to_));
  kept_.push_back({identity, std::move(series)});
  return &kept_.back().series;
}

Result<BandSeries> PastBands::bands(const BandIdentity& identity, Timestamp from, Timestamp to) {
  TM_TRY(const BandSeries* all, all_of(identity));
  const auto starts_before = [](const BandPoint& point, Timestamp at) { return point.start < at; };
  const auto first = std::lower_bound(all->points.begin(), all->points.end(), from, starts_before);
  const auto last = std::lower_bound(first, all->points.end(), to, starts_before);
  return BandSeries{{first, last}, all->state, all->within};
}

}  // namespace tidemark::alarm
