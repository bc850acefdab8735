#include "judge/run/derived.h"

#include <algorithm>

#include "judge/period_policy.h"

namespace tidemark::judge {
namespace {

std::vector<Sample> read_bands(const ShardAccess& shard,
                               const DetectorSpec& spec,
                               Duration period,
                               Timestamp from,
                               Timestamp to) {
  const auto series = shard.find(band_series_key(spec, period));
  if (!series) return {};
  auto samples = shard.read(*series, from, to);
  return samples ? *std::move(samples) : std::vector<Sample>();
}

/// Those findings whose periods have no band yet.
std::vector<Sample> without_band(const ShardAccess& shard,
                                 const DetectorSpec& spec,
                                 Duration period,
                                 std::vector<Sample> found) {
  if (found.empty()) return found;
  const auto bands = read_bands(shard, spec, period, found.front().at, found.back().at + period);
  std::erase_if(found, [&](const Sample& each) {
    return std::binary_search(
        bands.begin(), bands.end(), each, [](const auto& a, const auto& b) { return a.at < b.at; });
  });
  return found;
}

}  // namespace

std::vector<std::pair<SeriesId, SeriesKey>> series_of(const ShardAccess& shard,
                                                      const MetricRef& metric) {
  auto found = shard.select(matchers_of(metric));
  std::erase_if(found, [&](const auto& item) { return to_metric_ref(item.second) != metric; });
  return found;
}

void put_issued(ShardAccess& shard,
                const DetectorSpec& spec,
                Duration period,
                std::vector<Sample> issued) {
  shard.put_derived(band_series_key(spec, period), std::move(issued));
}

void put_found(ShardAccess& shard,
               const DetectorSpec& spec,
               Duration period,
               std::vector<Sample> found) {
  shard.put_derived(finding_series_key(spec, period), std::move(found));
}

void put_made(ShardAccess& shard, const DetectorSpec& spec, ModelRun& run) {
  put_issued(shard, spec, run.period(), run.take_issued());
  put_found(shard, spec, run.period(), run.take_found());
}

void put_rebuilt(ShardAccess& shard, const DetectorSpec& spec, Rebuild& rebuild) {
  std::vector<Sample> bands = rebuild.catch_up();
  put_found(shard,
            spec,
            rebuild.period(),
            without_band(shard, spec, rebuild.period(), rebuild.take_found()));
  put_issued(shard, spec, rebuild.period(), std::move(bands));
}

std::vector<Sample> judge_again(const ShardAccess& shard,
                                const DetectorSpec& spec,
                                Duration period,
                                const ModelRun::Late& late,
                                double value) {
  const Timestamp start = late.start;
  const Timestamp end = start + period;
  const auto bands = read_bands(shard, spec, period, start, end);
  if (bands.empty()) return {};
  const PeriodPolicy policy(spec);
  const auto& band = std::get<IssuedBand>(bands.front().value);
  const Limits limits = limits_at(band, policy.width(), own_limits(spec.choices));
  if (limits.holds(value)) return {};
  if (!policy.watches(value > band.expected)) return {};
  if (policy.of(start, period, late.offset_s).mute) return {};
  const bool above = value > limits.upper;
  return {{start,
           Finding{value,
                   learn::kAbnormalScore,  // its rank in the history as it was then is not known
                   above ? FindingKind::spike : FindingKind::dip,
                   start,
                   0,
                   spec.revision,
                   end <= spec.created_at,
                   true,
                   late.confidence}}};
}

}  // namespace tidemark::judge
