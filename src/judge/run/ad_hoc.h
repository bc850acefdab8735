#pragma once

#include "judge/detector_spec.h"
#include "model/band_source.h"
#include "query/metric_data.h"

namespace tidemark::judge {

/// Bands of an identity that no model is kept for: the stored history is replayed through a model
/// of these choices, and nothing is kept. Costs as much as the history is long.
Result<BandSeries> replay_bands(const query::MetricDataDeps& deps,
                                const BandIdentity& identity,
                                const DetectorChoices& choices,
                                const query::PeriodRange& range);

/// A detector that nobody made: all it sees is history.
DetectorSpec unwatched(const DetectorTarget& target, const DetectorChoices& choices);

/// The target a band's identity speaks of.
DetectorTarget target_of(const BandIdentity& identity);

}  // namespace tidemark::judge
