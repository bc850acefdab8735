#pragma once

#include <utility>
#include <vector>

#include "judge/detector_spec.h"
#include "judge/run/model_run.h"
#include "judge/run/rebuild.h"
#include "model/shard.h"

/// What a shard holds of a metric, and bands and findings of detectors, as a shard keeps them
/// beside its samples.
namespace tidemark::judge {

/// Series of exactly this metric (matchers alone would also give those with more dimensions).
std::vector<std::pair<SeriesId, SeriesKey>> series_of(const ShardAccess& shard,
                                                      const MetricRef& metric);

/// Keeps bands. One that was issued before for a period stays: the first wins.
void put_issued(ShardAccess& shard,
                const DetectorSpec& spec,
                Duration period,
                std::vector<Sample> issued);
/// Keeps findings; the first of a period wins.
void put_found(ShardAccess& shard,
               const DetectorSpec& spec,
               Duration period,
               std::vector<Sample> found);
/// What the run has issued and found since the last call.
void put_made(ShardAccess& shard, const DetectorSpec& spec, ModelRun& run);
/// What a rebuild has made so far; waits for its replay. Findings of periods that had a band
/// already stay as they were: they were judged by that band.
void put_rebuilt(ShardAccess& shard, const DetectorSpec& spec, Rebuild& rebuild);

/// Late data changed a period that was judged (decision 10): the value it has now, compared once
/// more with the band that was issued for it. Empty: ordinary, or nobody wants to hear of it. A
/// finding of that period stays as it was known then.
std::vector<Sample> judge_again(const ShardAccess& shard,
                                const DetectorSpec& spec,
                                Duration period,
                                const ModelRun::Late& late,
                                double value);

}  // namespace tidemark::judge
