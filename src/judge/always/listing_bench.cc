// What is read to list findings of the always-on tier: many series are watched, few were ever
// unusual, fewer lately. Samples lie in memory.
#include <benchmark/benchmark.h>

#include "base/meter.h"
#include "base/random.h"
#include "judge/always/listing.h"
#include "store/sample_store.h"
#include "testing/faulty_files.h"
#include "testing/manual_clock.h"

namespace tidemark::judge {
namespace {

using std::chrono::hours;

constexpr std::size_t kRecord = 5000;  // series of a record
constexpr std::size_t kRare = 20;      // one of so many series has ever had a finding
constexpr std::size_t kLately = 10;    // one of so many of those in the last day
const Timestamp kEnd = Timestamp::from_s(1'383'264'000);

MetricRef metric_at(std::size_t place) {
  return {"000000000000", "us-east-1", "Glue", "records", {{"Job", std::to_string(place)}}};
}

/// Puts findings as the tier does, so that their number is known.
class Finder final : public ShardGuest {
 public:
  void on_batch(ShardAccess& shard, const EnteredBatch& batch, bool /*replaying*/) override {
    for (const EnteredSeries& series : batch.series) {
      const auto place = static_cast<std::size_t>(series.id);
      if (place % kRare != 0) continue;
      const bool lately = place / kRare % kLately == 0;
      shard.put_derived(always_on_finding_key(*series.key, {series.id, hours(1)}),
                        {{kEnd - hours(lately ? 3 : 300), Finding{}}});
    }
  }
  void on_note(ShardAccess& /*shard*/, const EnteredNote& /*note*/, bool /*replaying*/) override {}
  std::string save(ShardAccess& /*shard*/) override { return {}; }
  Result<void> restore(ShardAccess& /*shard*/, std::string_view /*bytes*/) override { return {}; }
};

class Filled {
 public:
  explicit Filled(std::size_t series) {
    store::StoreOptions options;
    options.directory = "data";
    options.disk_reserve_bytes = 0;
    store_ = *store::SampleStore::open(options, {files_, clock_, *random_, meter_}, &finder_);
    for (std::size_t from = 0; from < series; from += kRecord) {
      Batch batch;
      for (std::size_t place = from; place < std::min(from + kRecord, series); ++place) {
        batch.series.push_back(
            {*to_series_key(metric_at(place), "None"), {{kEnd - hours(1), Cell::of(1)}}});
      }
      if (!write_and_wait(*store_, std::move(batch))) std::abort();
    }
  }
  [[nodiscard]] const store::Reader& reader() const { return *store_; }

 private:
  testing::FaultyFiles files_;
  testing::ManualClock clock_{kEnd};
  std::unique_ptr<Random> random_ = make_seeded_random(1);
  Meter meter_;
  Finder finder_;
  std::unique_ptr<store::SampleStore> store_;
};

void list(benchmark::State& state, bool of_one) {
  const Filled filled(static_cast<std::size_t>(state.range(0)));
  std::optional<MetricRef> metric;
  if (of_one) {
    const auto all = always_on_found(filled.reader(), std::nullopt, kEnd - hours(24));
    metric = to_metric_ref(*filled.reader().key(all.front().series));
  }
  std::size_t found = 0;
  for ([[maybe_unused]] auto _ : state) {
    found = 0;
    for (const auto& ref : always_on_found(filled.reader(), metric, kEnd - hours(24)))
      found += always_on_findings(filled.reader(), ref, kEnd - hours(24), kEnd)->size();
  }
  state.counters["found"] = static_cast<double>(found);
}

void of_all_metrics(benchmark::State& state) {
  list(state, false);
}
BENCHMARK(of_all_metrics)->Arg(10'000)->Arg(200'000)->Unit(benchmark::kMicrosecond);

void of_one_metric(benchmark::State& state) {
  list(state, true);
}
BENCHMARK(of_one_metric)->Arg(10'000)->Arg(200'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tidemark::judge
